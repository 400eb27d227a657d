"""The folder of backups: sealed files, each with a small note beside it that says what it is."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.secrets import make_private_folder, sync_folder

_STAMP = "%Y%m%dT%H%M%SZ"
END = ".age"
DRAFT = ".part"
KEPT_KEYS = 24
"""So many copies of the keys' database are kept; only the newest is of use, the others are for a damaged one."""


class Kind(StrEnum):
    """Which database a backup is of."""

    MAIN = "main"
    KEYS = "keys"


ALIASES = {Kind.MAIN: "default", Kind.KEYS: "keys"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A backup in a folder.

    Arguments:
        path: the sealed file.
        kind, at: which database, and as of when; both stand in its name.
        note: what the note beside it says; empty where there is none.
    """

    path: Path
    kind: Kind
    at: datetime
    note: Mapping[str, Any]

    @property
    def age(self) -> timedelta:
        """How long ago it was taken."""
        return clock.now() - self.at


def folder() -> Path:
    """Return the folder of backups, made where it is missing; for its owner alone."""
    place: Path = settings.ENVIRONMENT.backup_folder
    make_private_folder(place)
    return place


def list_stored(kind: Kind, *, place: Path | None = None) -> list[Stored]:
    """Return the backups of this kind, the oldest first."""
    found = (read_stored(path) for path in (place or folder()).glob(f"*.{kind}{END}"))
    return sorted((each for each in found if each), key=lambda each: (each.at, each.path.name))


def read_stored(path: Path) -> Stored | None:
    """Return what stands in this file by its name and note, or None where it is not named as a backup is."""
    parts = path.name.removesuffix(END).split(".")
    try:
        _troth, stamp = parts[0].split("-", 1)
        at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        kind = Kind(parts[1])
    except (ValueError, IndexError):
        return None
    try:
        note = json.loads(note_of(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        note = {}
    return Stored(path=path, kind=kind, at=at, note=note)


def note_of(path: Path) -> Path:
    """Return where the note beside a backup stands."""
    return path.with_name(f"{path.name}.json")


def name_for(kind: Kind, at: datetime) -> str:
    """Return the file's name of a backup."""
    return f"troth-{at.strftime(_STAMP)}.{kind}{END}"


def write_stored(name: str, *, write: Callable[[BinaryIO], None], note: Callable[[Path], Mapping[str, Any]]) -> Path:
    """Write a backup whole or not at all: beside its place, synced, noted, and then named.

    Arguments:
        name: the file's.
        write: fills the open file.
        note: what to say beside the file, once it is written.
    """
    path = folder() / name
    draft, note_draft = path.with_name(f"{name}{DRAFT}"), path.with_name(f"{name}.json{DRAFT}")
    try:
        with open(draft, "xb", opener=_open_private) as sealed:
            write(sealed)
            sealed.flush()
            os.fsync(sealed.fileno())
        with open(note_draft, "x", opener=_open_private, encoding="ascii") as file:
            file.write(json.dumps(note(draft), sort_keys=True, indent=1) + "\n")
        note_draft.replace(note_of(path))
        draft.replace(path)
    except BaseException:
        for each in (draft, note_draft):
            each.unlink(missing_ok=True)
        if not path.exists():
            note_of(path).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return path


def prune() -> int:
    """Remove what the operator says is kept no longer, and what a killed run left half written; return how many.

    The number of days is promised to clients, so it holds also where no newer backup could be made; the checks tell of
    that long before.
    """
    ended = clock.now() - timedelta(days=read_operator().numbers.backup_days)
    keys = list_stored(Kind.KEYS)
    going = [each for each in [*list_stored(Kind.MAIN), *keys] if each.at < ended]
    going += [each for each in keys[:-KEPT_KEYS] if each not in going]
    for each in going:
        each.path.unlink(missing_ok=True)
        note_of(each.path).unlink(missing_ok=True)
    for left in folder().glob(f"*{DRAFT}"):
        left.unlink(missing_ok=True)
    return len(going)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
