"""Bringing a backup back. Everything is opened and judged in scratch before anything is put in its place.

From the moment that something is in its place a marker stands in the data folder, and nothing serves until the last
step is done: keys the newest, the erasure ledger replayed, the index made anew, mail to many held, what is past its
time purged. A restore that was cut off goes on from the step where it was.
"""

import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings

from troth.announcements.api import hold_notices
from troth.backup import store
from troth.backup.dumping import check_whole, is_empty, load, read_rows, vendor_of
from troth.backup.events import Event
from troth.backup.jobs import KEEPER
from troth.backup.marker import read_marker, remove_marker, write_marker
from troth.backup.sealing import unseal
from troth.backup.store import ALIASES, Kind
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.api import (
    Epoch,
    RootCheck,
    check_copied_keys,
    check_keys,
    count_erasures,
    rebuild_index,
    replay_erasures,
    run_retention,
)

_SCRATCH = "restore-scratch"
_UNTOUCHED = "Nothing was changed."

type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A backup that was opened in scratch."""

    kind: Kind
    dumped: Path
    manifest: dict[str, Any]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["at"])


def begin_restore(main: Path, *, keys: Path | None, identity: pyrage.x25519.Identity, report: Report) -> None:
    """Open a backup, judge it, and put it in its place, which must be empty. ``finish_restore`` must follow.

    Arguments:
        main: a backup of the main database.
        keys: a copy of the keys' database; where it is not given, the newest beside ``main``. Where a keys' database
            stands already, that one is the newest there is, and stays.
        identity: one that they were sealed to.
        report: called with lines of progress.

    Errors: Refused where the target holds tables, a file does not open, the keys are not the newest, or the erasure
    ledger is missing. Nothing is then changed.
    """
    data: Path = settings.ENVIRONMENT.data
    if is_placed():
        raise Refused(
            "The main database is not empty: a restore never writes over one.",
            kept=_UNTOUCHED,
            next_step="Set TROTH_DATA or DATABASE_URL to a new place, or move what stands there away yourself.",
        )
    keys_stand = not is_empty(ALIASES[Kind.KEYS])
    scratch = _make_scratch()
    try:
        with _full_disk_refused():
            opened = [_open(main, Kind.MAIN, scratch, identity, report)]
            if keys_stand:
                _judge_standing_keys(opened[0])
            else:
                opened.insert(0, _open_keys(main, keys, opened[0], scratch, identity, report))
            write_marker(data, backup=main.name, done=[])
            for each in opened:
                report(f"{each.kind}: putting it in its place")
                load(ALIASES[each.kind], each.dumped)
    except BaseException:
        if is_empty(ALIASES[Kind.MAIN]) and (keys_stand or is_empty(ALIASES[Kind.KEYS])):
            remove_marker(data)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def is_placed() -> bool:
    """Return whether the main database is in its place; it is put there last, and as a whole."""
    return not is_empty(ALIASES[Kind.MAIN])


def finish_restore(*, report: Report, force: bool = False) -> None:
    """Do the steps that are not done yet, and let the site serve again. May be cut off and called again.

    Arguments:
        report: called with lines of progress.
        force: remove sealed rows without a key even where they are many.
    """
    data: Path = settings.ENVIRONMENT.data
    backup, done = read_marker(data)
    steps: dict[str, Callable[[], object]] = {
        "keys are the ones of this place": check_keys,
        "erasures replayed": lambda: replay_erasures(report=report, force=force),
        "index made anew": lambda: rebuild_index(report=report),
        "mail to many held": hold_notices,
        "what is past its time purged": run_retention,
        "noted in the record": lambda: _record(backup),
    }
    for name, do in steps.items():
        if name not in done:
            report(f"{name} …")
            do()
            done.append(name)
            write_marker(data, backup=backup, done=done)
    remove_marker(data)


def _open(sealed: Path, kind: Kind, scratch: Path, identity: pyrage.x25519.Identity, report: Report) -> _Opened:
    if not sealed.is_file():
        raise Refused(f"There is no file {sealed}.", kept=_UNTOUCHED)
    report(f"{kind}: opening {sealed.name}")
    dumped = scratch / kind
    manifest = unseal(sealed, dumped, identity=identity)
    if manifest["kind"] != kind:
        raise Refused(f"{sealed.name} is no backup of the {kind} database.", kept=_UNTOUCHED)
    if manifest["vendor"] != vendor_of(ALIASES[kind]):
        raise Refused(
            f"{sealed.name} is of {manifest['vendor']}, and the {kind} database here is {vendor_of(ALIASES[kind])}.",
            kept=_UNTOUCHED,
            next_step="Restore into the same kind of database.",
        )
    check_whole(dumped, vendor=manifest["vendor"])
    return _Opened(kind=kind, dumped=dumped, manifest=manifest)


def _open_keys(  # noqa: PLR0913, PLR0917  what a restore was given
    beside: Path, given: Path | None, main: _Opened, scratch: Path, identity: pyrage.x25519.Identity, report: Report
) -> _Opened:
    """Open the newest copy of the keys' database and judge it; the erasure ledger is in it."""
    known = store.list_stored(Kind.KEYS, place=(given or beside).absolute().parent)
    if given is None and not known:
        raise Refused(
            "The keys' database is missing, and with it the erasure ledger: whoever was erased would come back.",
            kept=_UNTOUCHED,
            next_step="Give its newest copy with --keys, or put it beside the backup.",
        )
    chosen = given or known[-1].path
    if known and known[-1].path.name > chosen.name:
        raise Refused(
            f"{chosen.name} is not the newest copy of the keys' database: {known[-1].path.name} lies beside it.",
            kept=_UNTOUCHED,
            next_step="Give the newest one: an older one would bring back whoever was erased since.",
        )
    keys = _open(chosen, Kind.KEYS, scratch, identity, report)
    if keys.at < main.at or keys.manifest["erasures"] < main.manifest["erasures"]:
        raise _say_old_keys()
    vendor = keys.manifest["vendor"]
    columns = ("number", "state", "check_value")
    check_copied_keys(
        root_checks=[
            row[0]
            for row in read_rows(keys.dumped, vendor=vendor, table=RootCheck._meta.db_table, columns=["check_value"])
        ],
        epochs=[
            (int(number), state, bytes(value))
            for number, state, value in read_rows(
                keys.dumped, vendor=vendor, table=Epoch._meta.db_table, columns=columns
            )
        ],
    )
    return keys


def _judge_standing_keys(main: _Opened) -> None:
    """The keys' database that stands here is in use, so it is the newest; it must be of this place and not be older."""
    check_keys()
    if count_erasures() < main.manifest["erasures"]:
        raise _say_old_keys()


def _say_old_keys() -> Refused:
    return Refused(
        "The keys' database is older than the backup: erasures since are not in its ledger.",
        kept=_UNTOUCHED,
        next_step="Give the newest copy of the keys' database with --keys.",
    )


def _record(backup: str) -> None:
    with acting(actor=system(KEEPER), purpose=Purpose.UPKEEP):
        record(event=Event.RESTORED, object_type="backup", object_id=backup)


def _make_scratch() -> Path:
    """Make the scratch folder on the disk of the databases, so that a file is moved and not copied."""
    scratch: Path = settings.ENVIRONMENT.data / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    return scratch


@contextmanager
def _full_disk_refused() -> Any:
    try:
        yield
    except OSError as error:
        raise Refused(
            f"The backup could not be opened here: {error.strerror or error}.",
            kept=_UNTOUCHED,
            next_step=f"Make room in {settings.ENVIRONMENT.data}.",
        ) from None
