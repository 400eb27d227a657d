"""The nightly rehearsal: a backup is opened in scratch, and the erased are looked for in it with the keys of now.

No key and no opened value is ever written beside it, and the scratch folder goes at the end.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

import pyrage
from django.apps import apps
from django.conf import settings

from troth.backup.contents import list_left_out
from troth.backup.dumping import check_whole, read_rows
from troth.backup.sealing import unseal
from troth.backup.store import Stored
from troth.vault.api import SealedModel, SubjectKey, look_for_erased, sealed_models, try_rows

SCRATCH = "rehearsal-scratch-"
SAMPLE = 25
"""So many rows of each table are opened."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What one backup showed.

    Arguments:
        name: the file's.
        keys: keys of clients that it names.
        erased: those whose client was erased since.
        readable: those of the erased that open: none may.
        lost: keys that are gone without an erasure.
        rows, opened, gone: sealed rows that were tried, how many opened, and how many have no key any more.
        left_out: the tables that should be left out, and have rows.
    """

    name: str
    keys: int
    erased: int
    readable: int
    lost: int
    rows: int
    opened: int
    gone: int
    left_out: tuple[str, ...]


def rehearse(stored: Stored, *, identity: pyrage.x25519.Identity) -> Rehearsed:
    """Open a backup of the main database in scratch and look through it.

    Arguments:
        stored: the backup.
        identity: one that it was sealed to.

    Errors: Refused where it does not open or is not sound.
    """
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=settings.ENVIRONMENT.data) as folder:
        dumped = Path(folder) / "dump"
        manifest = unseal(stored.path, dumped, identity=identity)
        vendor = str(manifest["vendor"])
        check_whole(dumped, vendor=vendor)
        found = look_for_erased(_list_keys(dumped, vendor))
        tried = [try_rows(model._meta.label, _list_rows(dumped, vendor, model)) for model in sealed_models()]
        unwanted = tuple(label for label in list_left_out() if _has_rows(dumped, vendor, label))
    return Rehearsed(
        name=stored.path.name,
        keys=found.keys,
        erased=found.erased,
        readable=found.readable,
        lost=found.lost,
        rows=sum(each.rows for each in tried),
        opened=sum(each.opened for each in tried),
        gone=sum(each.gone for each in tried),
        left_out=unwanted,
    )


def _has_rows(dumped: Path, vendor: str, label: str) -> bool:
    meta = apps.get_model(label)._meta
    column = str(meta.pk.column)
    return any(True for _row in read_rows(dumped, vendor=vendor, table=meta.db_table, columns=[column]))


def _list_keys(dumped: Path, vendor: str) -> Iterator[tuple[UUID, str, UUID]]:
    columns = ("subject_id", "key_class", "key_id")
    for subject_id, key_class, key_id in read_rows(
        dumped, vendor=vendor, table=SubjectKey._meta.db_table, columns=columns
    ):
        yield UUID(subject_id), key_class, UUID(key_id)


def _list_rows(dumped: Path, vendor: str, model: type[SealedModel]) -> Iterator[tuple[UUID, UUID, int, bytes]]:
    columns = (str(model._meta.pk.column), "key_id", "seal_version", "sealed")
    rows = read_rows(dumped, vendor=vendor, table=model._meta.db_table, columns=columns)
    for row_id, key_id, version, sealed in islice(rows, SAMPLE):
        yield UUID(row_id), UUID(key_id), int(version), bytes(sealed)
