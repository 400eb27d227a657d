"""Erasing again after a restore or an import: the erasure ledger is outside the database, and it wins.

Whatever came back of somebody in the ledger goes, and so does every sealed row whose key no longer exists: nobody can
open it, and nobody should keep it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from uuid import UUID

from django.db import transaction

from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.ports import holders
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault import index, keyring
from troth.vault.declarations import sealed_models
from troth.vault.erasure.plan import held_rows, holds_on, statutory_keys
from troth.vault.erasure.run import JOB, truncate_logs
from troth.vault.erasure.subjects import delete_rows, going_rows, tables_of_subjects
from troth.vault.events import Event
from troth.vault.locks import run_alone
from troth.vault.models import ErasedKey, Erasure, ErasureState, KeyClass, SubjectKey, WrappedKey
from troth.vault.sealed import SealedModel

_BATCH = 500
_FEW = 100
_LARGEST_SHARE = 0.1
"""More orphans than this share look like a lost keyring, and not like old rows."""

type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay did.

    Arguments:
        keys: erased keys that had come back and were destroyed again.
        subjects: erased subjects that had come back and were erased again.
        orphans: sealed rows without a key that were removed.
    """

    keys: int
    subjects: int
    orphans: int


def replay_erasures(*, report: Report = lambda _line: None, force: bool = False) -> Replay:
    """Remove everything of erased subjects that a restore or an import brought back; may run at any time.

    Arguments:
        report: called with lines of progress.
        force: remove rows without a key even where so many look like a lost keyring.

    Errors: Refused where so many rows have no key that the keys' database itself must be the wrong one.
    """
    with run_alone(JOB), acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        keys = keyring.destroy_keys(ErasedKey.objects.values_list("key_id", flat=True))
        report(f"erased keys destroyed again: {keys}")
        back = list(_subjects_that_came_back())
        for subject_id in back:
            _erase_again(subject_id)
        report(f"erased subjects removed again: {len(back)}")
        orphans = _remove_orphans(force=force)
        report(f"sealed rows without a key removed: {orphans}")
        if keys or back or orphans:
            record(event=Event.ERASURE_REPEATED, count=len(back) + orphans)
    truncate_logs()
    return Replay(keys=keys, subjects=len(back), orphans=orphans)


def _subjects_that_came_back() -> Iterator[UUID]:
    """Yield the subjects in the tables whose digest, or whose account key, stands in the erasure ledger."""
    under_way = (ErasureState.DUE, ErasureState.SEARCHED)
    erased = {bytes(d) for d in Erasure.objects.exclude(state__in=under_way).values_list("subject_digest", flat=True)}
    if not erased:
        return
    accounts = SubjectKey.objects.filter(key_class=KeyClass.ACCOUNT).values_list("subject_id", flat=True)
    seen: set[UUID] = set()
    for subject_id in accounts.iterator(chunk_size=_BATCH):
        if keyring.digest_subject(subject_id) in erased:
            seen.add(subject_id)
            yield subject_id
    # An import may bring rows without bringing the list of keys: these are known by their own subject.
    for model in sealed_models():
        missing = model._base_manager.exclude(
            subject_id__in=SubjectKey.objects.filter(key_class=KeyClass.ACCOUNT).values("subject_id")
        )
        if model.key_class == KeyClass.STATUTORY:
            continue
        for subject_id in missing.values_list("subject_id", flat=True).distinct().iterator(chunk_size=_BATCH):
            if subject_id not in seen and keyring.digest_subject(subject_id) in erased:
                seen.add(subject_id)
                yield subject_id


def _erase_again(subject_id: UUID) -> None:
    for holder in holders:
        holder.erase(subject_id)
    index.forget_subject(subject_id)
    holds, staying = holds_on(subject_id), statutory_keys(subject_id)
    with transaction.atomic():
        delete_rows(
            [
                going_rows(model, subject_id, staying_keys=staying, held=held_rows(model, subject_id, holds))
                for model in tables_of_subjects()
            ]
        )
        SubjectKey.objects.filter(subject_id=subject_id, key_class=KeyClass.ACCOUNT).delete()


def _remove_orphans(*, force: bool) -> int:
    """Remove sealed rows whose key does not exist; all are counted first, so that a lost keyring removes nothing."""
    orphans: list[tuple[type[SealedModel], list[UUID]]] = []
    rows = found = 0
    for model in sealed_models():
        rows += model._base_manager.count()
        ids = list(find_rows_without_key(model))
        found += len(ids)
        orphans.append((model, ids))
    if found > _FEW and found > rows * _LARGEST_SHARE and not force:
        raise Refused(
            f"{found} of {rows} sealed rows have no key: this looks like a lost or an old keys' database.",
            kept="No row was removed.",
            next_step="Put the newest copy of the keys' database back, or use --force if the keys are truly gone.",
        )
    for model, ids in orphans:
        for some in batched(ids, _BATCH):
            model._base_manager.filter(pk__in=some).delete()
    return found


def find_rows_without_key(model: type[SealedModel]) -> Iterator[UUID]:
    """Yield the ids of the rows of this table whose key does not exist."""
    rows = model._base_manager.values_list("pk", "key_id").iterator(chunk_size=_BATCH)
    for some in batched(rows, _BATCH):
        wanted = {key_id for _pk, key_id in some}
        there = set(WrappedKey.objects.filter(key_id__in=wanted).values_list("key_id", flat=True))
        yield from (pk for pk, key_id in some if key_id not in there)
