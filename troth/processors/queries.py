"""What the pages read of the register. Nothing of a client is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from troth.disclosures.api import list_left_of, name_field
from troth.kernel.console import PanelLine
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.processors import standing
from troth.processors.errors import CAUSE_WORDS, Cause
from troth.processors.models import (
    Agreement,
    AllowedField,
    Answer,
    Audit,
    DatedException,
    DeletionRequest,
    Processor,
    RefusalCount,
    State,
)
from troth.processors.waiting import Waiting, list_waiting
from troth.processors.words import describe_recipient

REFUSALS_SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AllowedValue:
    """One value that a company may receive, in words, with what for."""

    words: str
    purposes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """A company as the pages show it.

    Arguments:
        processor: its row.
        stopped_by: why nothing may leave to it now, or empty.
        detail: more on that, for staff.
        agreement: the agreement that runs longest, or None.
        audit_due: the next planned audit that is not done, or None.
        audited: the last audit that was done, or None.
        waiting: what waits because of it.
        refused: how often something was refused to it in the last days.
    """

    processor: Processor
    stopped_by: Words
    detail: str
    agreement: Agreement | None
    audit_due: Audit | None
    audited: Audit | None
    waiting: Sequence[Waiting]
    refused: int

    @property
    def allowed(self) -> list[AllowedValue]:
        """What it may receive, value by value."""
        return list_allowed(self.processor)


def view_entry(processor: Processor) -> EntryView:
    """Return one company with how it stands now."""
    cause, detail = judge(processor)
    audits = list(processor.audits.order_by("due_on"))
    done = [audit for audit in audits if audit.done_on]
    counts = recent_refusals(processor).values_list("count", flat=True)
    return EntryView(
        processor=processor,
        stopped_by=CAUSE_WORDS[cause] if cause else "",
        detail=detail,
        agreement=max(processor.agreements.all(), key=lambda each: each.last_day, default=None),
        audit_due=next((audit for audit in audits if not audit.done_on), None),
        audited=max(done, key=lambda each: each.done_on or date.min, default=None),
        waiting=list_waiting(processor),
        refused=sum(counts),
    )


def view_all(*, ended: bool = False) -> list[EntryView]:
    """Return every company, by name; those no longer used, or not agreed to yet, only if asked for."""
    rows = Processor.objects.prefetch_related("agreements", "audits", "sub_processors")
    return [view_entry(row) for row in rows if ended or row.state not in {State.ENDED, State.ENTERED}]


def judge(processor: Processor) -> tuple[Cause | None, str]:
    """Return what keeps values from a company now, and more on it for staff."""
    for verdict in (standing.judge_entry(processor), standing.judge_contract(processor)):
        if verdict.cause is not None:
            return verdict.cause, verdict.detail
    return None, ""


def list_allowed(processor: Processor) -> list[AllowedValue]:
    """Return what a company may receive, value by value, each with its purposes in the order of the statement."""
    rows = AllowedField.objects.filter(processor=processor).values_list("label", "purpose")
    by_words: dict[str, set[Purpose]] = {}
    for label, purpose in rows:
        by_words.setdefault(str(name_field(label)), set()).add(Purpose(purpose))
    return [
        AllowedValue(words=words, purposes=tuple(each.words for each in Purpose if each in purposes))
        for words, purposes in sorted(by_words.items())
    ]


def read_allowances() -> dict[str, dict[str, list[str]]]:
    """Return company → label → purposes: what each in use may receive because the statement tells of it."""
    rows = AllowedField.objects.filter(processor__state=State.ACTIVE, processor__only_authorised=False)
    found: dict[str, dict[str, list[str]]] = {}
    for key, label, purpose in rows.values_list("processor__key", "label", "purpose").order_by("label", "purpose"):
        found.setdefault(key, {}).setdefault(label, []).append(purpose)
    return found


@dataclass(frozen=True, slots=True)
class Askable:
    """An organisation about which a client can be asked (A6).

    Arguments:
        key: its key; ``name`` and ``what_for`` in words.
        labels: what of a client's own details it may receive, if the client allows it.
    """

    key: str
    name: str
    what_for: str
    labels: tuple[str, ...]


def list_askable() -> list[Askable]:
    """Return the organisations that receive on a client's own word alone, and may receive now."""
    found = []
    for row in Processor.objects.filter(only_authorised=True, state=State.ACTIVE):
        fields = row.allowed_fields.filter(purpose=Purpose.RIGHTS, label__startswith="accounts.Profile.")
        if judge(row)[0] is None and fields:
            labels = tuple(fields.values_list("label", flat=True))
            found.append(Askable(key=row.key, name=row.name, what_for=row.what_for_words, labels=labels))
    return found


def list_left_lines(subject_id: UUID) -> list[PanelLine]:
    """Return what left about a client, for its record in the console: names of values, and never the values."""
    return [
        PanelLine(
            number=left.id.hex[-8:].upper(),
            words=f"{describe_recipient(left.recipient)}: {', '.join(name_field(label) for label in left.fields)} "
            f"({left.purpose.words}; {left.ground.label})",
            at=left.at,
        )
        for left in list_left_of(subject_id)
    ]


def find_exception(processor: Processor) -> DatedException | None:
    """Return the exception that is in force longest, or None."""
    found: DatedException | None = processor.exceptions.filter(until__gte=standing.office_day()).first()
    return found


def recent_refusals(processor: Processor) -> QuerySet[RefusalCount]:
    """Return what was refused to a company in the last days, newest first."""
    since = standing.office_day() - REFUSALS_SHOWN
    return RefusalCount.objects.filter(processor=processor.key, day__gte=since).order_by("-day", "operation")


def deletions_of(processor: Processor) -> QuerySet[DeletionRequest]:
    """Return the requests to delete that a company has not answered, or that came to nothing."""
    open_ones = Q(answer=Answer.WAITING) | Q(answer=Answer.FAILED)
    return DeletionRequest.objects.filter(open_ones, processor=processor.key).order_by("-asked_at")


def count_stopped() -> int:
    """Return how many companies in use may receive nothing now."""
    rows = Processor.objects.exclude(state__in=[State.ENDED, State.ENTERED])
    return sum(judge(row)[0] is not None for row in rows)
