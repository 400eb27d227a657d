"""What an erasure of one subject would do, exactly: what goes, what stays, why, and until when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import Hold, Words, holders, retention_holds
from troth.vault.attributes import Trigger
from troth.vault.erasure.subjects import going_rows, kept_tables, rows_of, tables_of_subjects
from troth.vault.models import KeyClass, SubjectKey
from troth.vault.sealed import SealedModel


@dataclass(frozen=True, slots=True)
class Going:
    """Something that goes.

    Arguments:
        words: what it is, in the client's words.
        table: the label of the table, or the name of the holder.
        count: how many rows or things.
        values: the names of the values in it, in the client's words; empty for what is no sealed table.
    """

    words: Words
    table: str
    count: int
    values: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Staying:
    """Something that stays.

    Arguments:
        words: what it is, in the client's words.
        table: the label of the table.
        count: how many rows.
        why: why it stays.
        until: the date on which the last of it goes, or None where ``until_words`` says it.
        until_words: the same in words.
    """

    words: Words
    table: str
    count: int
    why: Words
    until: date | None = None
    until_words: Words = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An erasure that was not run.

    Arguments:
        subject_id: whom it is about.
        goes: what goes, by table and holder.
        stays: what stays.
        unreadable_in_backups_after: days until no backup can be read any more.
        backups_gone_after: days until no backup has the sealed rows any more.
    """

    subject_id: UUID
    goes: tuple[Going, ...]
    stays: tuple[Staying, ...]
    unreadable_in_backups_after: int
    backups_gone_after: int


def plan_erasure(subject_id: UUID) -> Plan:
    """Return what an erasure of the subject would remove and what would stay. Nothing is changed and nothing opened."""
    numbers = read_operator().numbers
    return Plan(
        subject_id=subject_id,
        goes=(*_going_tables(subject_id), *_going_from_holders(subject_id)),
        stays=(*_staying_statutory(subject_id), *_staying_held(subject_id), *_staying_declared(subject_id)),
        unreadable_in_backups_after=numbers.key_epoch_days,
        backups_gone_after=numbers.backup_days,
    )


def holds_on(subject_id: UUID) -> list[Hold]:
    """Return the holds on the subject's rows that have not ended."""
    holds = (hold for source in retention_holds for hold in source.holds_on(subject_id))
    return [hold for hold in holds if hold.until is None or hold.until > clock.today()]


def held_rows(model: type[models.Model], subject_id: UUID, holds: Iterable[Hold]) -> set[UUID]:
    """Return the ids of the subject's rows in this table that the holds keep back."""
    mine = [hold for hold in holds if hold.model == model._meta.label]
    if any(hold.row_id is None for hold in mine):
        return set(rows_of(model, subject_id).values_list("pk", flat=True))
    return {hold.row_id for hold in mine if hold.row_id is not None}


def statutory_keys(subject_id: UUID) -> set[UUID]:
    """Return the subject's keys that outlive its account."""
    keys = SubjectKey.objects.filter(subject_id=subject_id, key_class=KeyClass.STATUTORY)
    return set(keys.values_list("key_id", flat=True))


def count_tables(subject_id: UUID) -> dict[str, int]:
    """Return how many rows of each table an erasure would remove, table's label to count."""
    holds = holds_on(subject_id)
    staying = statutory_keys(subject_id)
    counts: Counter[str] = Counter()
    for model in tables_of_subjects():
        held = held_rows(model, subject_id, holds)
        counts[model._meta.label] = going_rows(model, subject_id, staying_keys=staying, held=held).count()
    return {label: count for label, count in counts.items() if count}


def _going_tables(subject_id: UUID) -> Iterable[Going]:
    counts = count_tables(subject_id)
    # A holder may name the tables that it shows in its own words; they are not listed twice.
    shown = {label for holder in holders for label in getattr(holder, "tables", ())}
    for model in tables_of_subjects():
        if model._meta.label not in shown and (count := counts.get(model._meta.label)):
            yield Going(
                words=model._meta.verbose_name_plural or model._meta.label,
                table=model._meta.label,
                count=count,
                values=_names_of_values(model),
            )


def _going_from_holders(subject_id: UUID) -> Iterable[Going]:
    for holder in holders:
        if count := holder.count(subject_id):
            yield Going(words=holder.label, table=holder.name, count=count)


def _names_of_values(model: type[models.Model]) -> tuple[Words, ...]:
    if not issubclass(model, SealedModel):
        return ()
    return tuple(attribute.label for attribute in model.sealed_attributes.values())


def _staying_statutory(subject_id: UUID) -> Iterable[Staying]:
    keys = statutory_keys(subject_id)
    for model in tables_of_subjects():
        if not issubclass(model, SealedModel) or model.key_class != KeyClass.STATUTORY:
            continue
        rows = rows_of(model, subject_id).filter(key_id__in=keys)
        if count := rows.count():
            yield Staying(
                words=model._meta.verbose_name_plural or model._meta.label,
                table=model._meta.label,
                count=count,
                why=_("The law asks us to keep it, under a key of its own."),
                until=_last_day(model, rows.values_list("written_on", flat=True)),
            )


def _staying_held(subject_id: UUID) -> Iterable[Staying]:
    for hold in holds_on(subject_id):
        model = next((table for table in tables_of_subjects() if table._meta.label == hold.model), None)
        if model is None:
            continue
        count = rows_of(model, subject_id).filter(pk__in=held_rows(model, subject_id, [hold])).count()
        if count:
            yield Staying(
                words=model._meta.verbose_name_plural or model._meta.label,
                table=hold.model,
                count=count,
                why=hold.words,
                until=hold.until,
                until_words="" if hold.until else _("until the hold is lifted"),
            )


def _staying_declared(subject_id: UUID) -> Iterable[Staying]:
    from django.apps import apps

    for kept in kept_tables:
        model = apps.get_model(kept.model)
        if count := model._base_manager.filter(subject_id=subject_id).count():
            yield Staying(
                words=model._meta.verbose_name_plural or kept.model,
                table=kept.model,
                count=count,
                why=kept.words,
                until_words=kept.until,
            )


def _last_day(model: type[SealedModel], written_on: Iterable[date]) -> date | None:
    """Return when the last value of these rows goes; the plan opens nothing, so it goes by the rows' own dates."""
    days: Sequence[date] = list(written_on)
    longest = max((a.keep.period for a in model.sealed_attributes.values()), default=timedelta(0))
    counted_from_end = any(a.keep.trigger is Trigger.ACCOUNT_ENDS for a in model.sealed_attributes.values())
    start = clock.today() if counted_from_end else max(days, default=clock.today())
    return start + longest
