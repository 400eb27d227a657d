"""The change of epochs: a new wrapping key, every subject's key wrapped anew, the old wrapping key destroyed.

It runs under load: keys are read and made meanwhile. Killed anywhere, it goes on where it was. Once the old wrapping
key is gone, no old copy of the keyring opens any more, whoever has it (docs/decisions/keys.md).
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from uuid import UUID

from django.db import connections, transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import CannotOpen, Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault import cipher
from troth.vault.events import Event
from troth.vault.keyring import (
    DATABASE,
    check_keys,
    check_value,
    destroy_kek,
    destroy_keys,
    kek_path,
    open_key,
    read_kek,
    write_kek,
)
from troth.vault.locks import run_alone
from troth.vault.models import Epoch, EpochState, OrphanKey, SubjectKey, WrappedKey

JOB = "key-rotation"
_BATCH = 1000
_TRIALS = 1000
_ORPHAN_AGE = timedelta(days=1)
_FEW = 100
_LARGEST_SHARE = 0.1
_UPDATE = "UPDATE vault_wrappedkey SET epoch = %s, wrapped = %s WHERE key_id = %s AND epoch = %s"

_log = logging.getLogger(__name__)
type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Where the keys stand.

    Arguments:
        epoch: the number of the current epoch.
        age_days: how many days it has lasted.
        longest_days: how many it may last, by the operator's number.
        keys: how many subjects' keys there are.
        waiting: how many of them are still wrapped under an epoch that is ending.
        orphans: how many belonged to nobody at the last sweep.
    """

    epoch: int
    age_days: int
    longest_days: int
    keys: int
    waiting: int
    orphans: int

    @property
    def is_due(self) -> bool:
        """Whether the epoch should end now."""
        return self.age_days >= self.longest_days or self.waiting > 0


def read_key_status() -> KeyStatus:
    """Return where the keys stand."""
    current = Epoch.objects.get(state=EpochState.CURRENT)
    return KeyStatus(
        epoch=current.number,
        age_days=(clock.now() - current.started_at).days,
        longest_days=read_operator().numbers.key_epoch_days,
        keys=WrappedKey.objects.count(),
        waiting=WrappedKey.objects.exclude(epoch=current.number).count(),
        orphans=OrphanKey.objects.count(),
    )


def rotate_keys(*, report: Report = _log.info) -> int:
    """End the current epoch and begin a new one, or finish a change that was interrupted; return how many keys moved.

    Errors: Refused where a key does not open under its epoch: the old wrapping key then stays, and nothing is lost.
    """
    with run_alone(JOB), acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        check_keys()
        if not Epoch.objects.filter(state=EpochState.RETIRING).exists():
            _begin_epoch()
        moved = 0
        for old in Epoch.objects.filter(state=EpochState.RETIRING):
            moved += _move_keys(old, report)
            _end_epoch(old)
            report(f"epoch {old.number} ended: its wrapping key is destroyed")
        record(event=Event.EPOCH_CHANGED, count=moved)
    return moved


def sweep_orphans(*, report: Report = _log.info) -> int:
    """Destroy the keys that belong to nobody now and belonged to nobody a day ago; return how many.

    Errors: Refused where so many belong to nobody that the main database must be the wrong one.
    """
    with run_alone(JOB):
        keys = WrappedKey.objects.count()
        orphans: set[UUID] = set()
        for some in _batches_of_keys():
            known = set(SubjectKey.objects.filter(key_id__in=some).values_list("key_id", flat=True))
            orphans.update(key_id for key_id in some if key_id not in known)
        if len(orphans) > _FEW and len(orphans) > keys * _LARGEST_SHARE:
            raise Refused(
                f"{len(orphans)} of {keys} keys belong to nobody: this looks like the wrong main database.",
                kept="No key was destroyed.",
            )
        seen = dict(OrphanKey.objects.values_list("key_id", "seen_at"))
        going = {key_id for key_id in orphans if key_id in seen and seen[key_id] < clock.now() - _ORPHAN_AGE}
        destroyed = destroy_keys(going)
        for settled in batched(going | (seen.keys() - orphans), _BATCH):
            OrphanKey.objects.filter(key_id__in=settled).delete()
        fresh = [OrphanKey(key_id=key_id, seen_at=clock.now()) for key_id in orphans - going - seen.keys()]
        OrphanKey.objects.bulk_create(fresh, batch_size=_BATCH, ignore_conflicts=True)
    report(f"keys that belonged to nobody destroyed: {destroyed}")
    return destroyed


def _begin_epoch() -> None:
    current = Epoch.objects.get(state=EpochState.CURRENT)
    kek = write_kek(current.number + 1)
    with transaction.atomic(using=DATABASE):
        # Whoever makes a key holds a lock on the current epoch's row, so this waits until it is stored.
        Epoch.objects.filter(pk=current.pk).update(state=EpochState.RETIRING)
        Epoch.objects.create(
            number=current.number + 1, state=EpochState.CURRENT, check_value=check_value(kek), started_at=clock.now()
        )


def _move_keys(old: Epoch, report: Report) -> int:
    """Wrap every key of the old epoch under the current one, in batches; each is opened again before it is stored."""
    current = Epoch.objects.get(state=EpochState.CURRENT)
    total = WrappedKey.objects.filter(epoch=old.number).count()
    old_kek, new_kek = (read_kek(old.number), read_kek(current.number)) if total else (b"", b"")
    moved = broken = 0
    last = None
    while True:
        keys = WrappedKey.objects.filter(epoch=old.number).order_by("key_id")
        batch = list((keys.filter(key_id__gt=last) if last else keys)[:_BATCH])
        if not batch:
            break
        last = batch[-1].key_id
        rows = []
        for row in batch:
            try:
                rows.append(
                    (current.number, _wrap_again(row, old_kek, new_kek, current.number), row.key_id, old.number)
                )
            except CannotOpen:
                broken += 1
        _store(rows)
        moved += len(rows)
        report(f"{moved} of {total} keys wrapped anew")
    if broken:
        raise Refused(
            f"{broken} keys do not open under epoch {old.number}.",
            kept="Its wrapping key was kept, and the other keys are under the new one.",
            next_step="Put the right keys' database back, or destroy these keys, then rotate again.",
        )
    _try_some(current.number)
    return moved


def _wrap_again(row: WrappedKey, old_kek: bytes, new_kek: bytes, epoch: int) -> bytes:
    key = cipher.unwrap_key(wrapping_key=old_kek, wrapped=bytes(row.wrapped), key_id=row.key_id, epoch=row.epoch)
    wrapped = cipher.wrap_key(wrapping_key=new_kek, key=key, key_id=row.key_id, epoch=epoch)
    cipher.unwrap_key(wrapping_key=new_kek, wrapped=wrapped, key_id=row.key_id, epoch=epoch)
    return wrapped


def _store(rows: list[tuple[int, bytes, UUID, int]]) -> None:
    """Store a batch. A key that was destroyed meanwhile is not there to be updated, and does not come back."""
    connection = connections[DATABASE]
    as_stored = [
        (epoch, wrapped, key_id.hex if connection.vendor == "sqlite" else key_id, old)
        for epoch, wrapped, key_id, old in rows
    ]
    with transaction.atomic(using=DATABASE), connection.cursor() as cursor:
        cursor.executemany(_UPDATE, as_stored)


def _try_some(epoch: int) -> None:
    """Open some keys as everybody does, before the old wrapping key goes."""
    for key_id in WrappedKey.objects.filter(epoch=epoch).order_by("?").values_list("key_id", flat=True)[:_TRIALS]:
        try:
            open_key(key_id)
        except CannotOpen:
            if WrappedKey.objects.filter(key_id=key_id).exists():
                raise


def _end_epoch(old: Epoch) -> None:
    """Destroy the old wrapping key; its file first, then the note, as a note without the deed would be a lie."""
    if WrappedKey.objects.filter(epoch=old.number).exists():
        raise Refused(f"Keys are still wrapped under epoch {old.number}.", kept="Its wrapping key was kept.")
    destroy_kek(old.number)
    if kek_path(old.number).exists():
        raise Refused(f"The wrapping key of epoch {old.number} could not be removed.")
    Epoch.objects.filter(pk=old.pk).update(state=EpochState.DESTROYED, destroyed_at=clock.now())


def _batches_of_keys() -> Iterator[list[UUID]]:
    last = None
    while True:
        keys = WrappedKey.objects.order_by("key_id").values_list("key_id", flat=True)
        batch = list((keys.filter(key_id__gt=last) if last else keys)[:_BATCH])
        if not batch:
            return
        last = batch[-1]
        yield batch
