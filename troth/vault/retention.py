"""Retention: what is past its time goes by itself, counted and written to the ledger (A3).

Sealed values go one by one, as each is declared; a row of which nothing is left goes whole. Rows outside the sealed
tables go by the rules that their rooms register at ``kernel.ports.retention_rules``.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import CannotOpen, Refused
from troth.kernel.ports import Words, retention_rules
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault import keyring
from troth.vault.attributes import Trigger
from troth.vault.declarations import sealed_models
from troth.vault.erasure.plan import held_rows, holds_on
from troth.vault.erasure.subjects import end_unused_statutory_key
from troth.vault.events import Event
from troth.vault.locks import run_alone
from troth.vault.models import Erasure
from troth.vault.sealed import SealedModel

JOB = "retention"
_BATCH = 500
_log = logging.getLogger(__name__)
type Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """One line of what is due, or of what went.

    Arguments:
        name: the label of the sealed table, or the rule's name.
        words: what it is, in words.
        count: how many rows or things.
    """

    name: str
    words: Words
    count: int


def preview_retention() -> list[RetentionLine]:
    """Return what the next run would remove, for every sealed table and every rule, those with nothing due too."""
    tables = [RetentionLine(m._meta.label, m._meta.verbose_name_plural or "", _due(m).count()) for m in sealed_models()]
    return [*tables, *(RetentionLine(rule.name, rule.words, rule.count_due()) for rule in retention_rules)]


def run_retention(*, report: Report = _log.info) -> list[RetentionLine]:
    """Remove what is past its time, in batches; return how much went. A record that does not open is left and counted.

    May be stopped at any point and run again.
    """
    with run_alone(JOB), acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        lines = [
            RetentionLine(m._meta.label, m._meta.verbose_name_plural or "", _purge_table(m)) for m in sealed_models()
        ]
        lines += [RetentionLine(rule.name, rule.words, rule.purge()) for rule in retention_rules]
    for line in lines:
        report(f"{line.name}: {line.count} removed")
    return lines


def _due(model: type[SealedModel]) -> QuerySet[SealedModel]:
    return model._base_manager.filter(due_on__lte=clock.today())


def _purge_table(model: type[SealedModel]) -> int:
    """Purge a table's due rows in batches; each row is seen once a run."""
    purged = 0
    last = UUID(int=0)
    while rows := list(_due(model).filter(pk__gt=last).order_by("pk")[:_BATCH]):
        purged += sum(_purge_row(row) for row in rows)
        last = rows[-1].pk
    return purged


def _purge_row(row: SealedModel) -> bool:
    """Remove what is past its time in this row; return whether the row is now in order."""
    if row.pk in held_rows(type(row), row.subject_id, holds_on(row.subject_id)):
        return False
    ended_on = _find_end_of_account(row)
    try:
        names = [name for name, due_on in _due_dates(row, ended_on) if due_on is not None and due_on <= clock.today()]
        with transaction.atomic():
            is_empty = row.purge(names, ended_on=ended_on)
            record(
                event=Event.RETENTION_PURGED,
                subject_id=row.subject_id,
                fields=sorted(names),
                object_type=row._meta.label,
                object_id=str(row.pk),
            )
            if is_empty:
                type(row)._base_manager.filter(pk=row.pk).delete()
    except (CannotOpen, Refused):
        # It cannot be read, or was changed meanwhile: the next run sees it again, and a control counts it.
        return False
    if is_empty:
        end_unused_statutory_key(row.subject_id)
    return True


def _due_dates(row: SealedModel, ended_on: date | None) -> Iterator[tuple[str, date | None]]:
    for name, written_on in row.dates_of_values().items():
        yield name, row.sealed_attributes[name].keep.due_on(written_on, ended_on=ended_on)


def _find_end_of_account(row: SealedModel) -> date | None:
    if all(a.keep.trigger is Trigger.WRITTEN for a in row.sealed_attributes.values()):
        return None
    erasures = Erasure.objects.filter(subject_digest=keyring.digest_subject(row.subject_id), erased_on__isnull=False)
    return erasures.values_list("erased_on", flat=True).first()


def count_past_their_time() -> Counter[str]:
    """Return how many rows of each sealed table are past their time now."""
    return Counter({model._meta.label: _due(model).count() for model in sealed_models()})
