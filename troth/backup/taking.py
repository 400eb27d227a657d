"""Making backups: the main database once a day, the keys' database once an hour and after each change of epochs.

The copy of the keys is always made after the one of the main database, so that each sealed row in the one has its key
in the other, unless its client was erased meanwhile.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings

import troth
from troth.backup import store
from troth.backup.contents import left_out_tables, list_left_out
from troth.backup.dumping import dump, vendor_of
from troth.backup.events import Event
from troth.backup.jobs import KEEPER
from troth.backup.rehearsal import SCRATCH as REHEARSAL_SCRATCH
from troth.backup.sealing import Manifest, digest_file, read_recipients, seal
from troth.backup.store import ALIASES, Kind, Stored
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.api import count_erasures, read_key_status, run_alone

MAIN_EVERY = timedelta(hours=23)
"""Less than a day, so that the nightly run never finds the last one too young by a minute."""
KEYS_EVERY = timedelta(minutes=55)
_SCRATCH = "backup-scratch-"
_LONGEST_REHEARSAL = timedelta(days=1)

type Report = Callable[[str], None]


def take_backup(*, report: Report = lambda _line: None) -> list[Stored]:
    """Back up the main database and then the keys' database, remove what is past its days, and return the two.

    Errors: NotConfigured where there is no key to seal to; Refused where a disk is full or a dump fails. The earlier
    backups then stand, and nothing half written is left.
    """
    with run_alone("backup"):
        read_recipients()
        try:
            return [_take(kind, report) for kind in (Kind.MAIN, Kind.KEYS)]
        finally:
            report(f"removed, being past their days: {store.prune()}")


def take_due(*, report: Report = lambda _line: None) -> list[Stored]:
    """Make whichever backup is due; return those that were made, none where nothing is due."""
    if _is_due(Kind.MAIN, MAIN_EVERY):
        return take_backup(report=report)
    if not _is_due(Kind.KEYS, KEYS_EVERY) and store.list_stored(Kind.KEYS)[-1].note.get("epoch") == _epoch():
        return []
    with run_alone("backup"):
        return [_take(Kind.KEYS, report)]


def _is_due(kind: Kind, every: timedelta) -> bool:
    stored = store.list_stored(kind)
    return not stored or stored[-1].age >= every


def _epoch() -> int:
    return read_key_status().epoch


def _take(kind: Kind, report: Report) -> Stored:
    """Dump one database into a scratch folder that nobody else reads, seal it, and note that it was done."""
    at = clock.now()
    scratch = _make_scratch()
    try:
        dumped = scratch / "dump"
        report(f"{kind}: copying")
        dump(ALIASES[kind], dumped, without=left_out_tables() if kind is Kind.MAIN else ())
        manifest = {**_describe(kind), "at": at.isoformat(), "sha256": digest_file(dumped)}
        report(f"{kind}: sealing {dumped.stat().st_size} bytes")
        path = store.write_stored(
            store.name_for(kind, at),
            write=lambda file: seal(dumped, file, manifest=manifest, recipients=read_recipients()),
            note=partial(_note, manifest),
        )
    except OSError as error:
        raise Refused(
            f"The backup could not be written: {error.strerror or error}.",
            kept="The earlier backups stand, and nothing half written was left.",
            next_step=f"Make room in {settings.ENVIRONMENT.data} and {store.folder()}, or set TROTH_BACKUPS.",
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if kind is Kind.MAIN:
        with acting(actor=system(KEEPER), purpose=Purpose.UPKEEP):
            record(event=Event.TAKEN, object_type="backup", object_id=path.name)
    stored = store.read_stored(path)
    if stored is None:
        raise Refused(f"{path.name} cannot be read again.")
    report(f"{kind}: {path.name}")
    return stored


def _describe(kind: Kind) -> dict[str, object]:
    """Return the facts that a restore judges by: no value, and nothing that names anybody."""
    return {
        "format": 1,
        "kind": str(kind),
        "program": troth.__version__,
        "vendor": vendor_of(ALIASES[kind]),
        "epoch": _epoch(),
        "erasures": count_erasures(),
        "left_out": sorted(list_left_out()) if kind is Kind.MAIN else [],
    }


def _note(manifest: Manifest, sealed: Path) -> dict[str, object]:
    """Return what stands beside the file: what is needed to see that it is whole, without any key."""
    return {
        "at": manifest["at"],
        "kind": manifest["kind"],
        "epoch": manifest["epoch"],
        "bytes": sealed.stat().st_size,
        "sha256": digest_file(sealed),
    }


def _make_scratch() -> Path:
    """Make the scratch folder; whatever a killed run left goes first."""
    data: Path = settings.ENVIRONMENT.data
    abandoned = (clock.now() - _LONGEST_REHEARSAL).timestamp()
    rehearsals = (left for left in data.glob(f"{REHEARSAL_SCRATCH}*") if left.stat().st_mtime < abandoned)
    for left in [*data.glob(f"{_SCRATCH}*"), *rehearsals]:
        shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=data))
