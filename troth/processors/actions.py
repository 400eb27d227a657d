"""Changing the register of companies that act for us (A8).

What lets less leave is done at once, by one person: suspending, ending, taking a value off the list, planning an audit.
What lets more leave, or leave again, is prepared by one and decided by another: a new agreement, what an audit found, a
value more, an exception, taking a company into use again, and what the public page says of it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.reviews import Facts, ask_second_person
from troth.ledger.api import record
from troth.processors.events import Event
from troth.processors.models import (
    Agreement,
    AllowedField,
    Audit,
    ChangeKind,
    DatedException,
    Document,
    Kind,
    Processor,
    RegisterChange,
    State,
    SubProcessor,
)
from troth.processors.seed import FACTS, KEY, OPTIONAL, find_fault
from troth.processors.standing import office_day

REVIEW = "processors.change"
"""The key of the act that needs two people."""
LONGEST_EXCEPTION = 5 * 366


def prepare_change(
    *, processor: Processor, kind: ChangeKind, facts: Mapping[str, Any], document: Document | None = None
) -> RegisterChange:
    """Prepare a change for a second person. Act as a member of staff.

    Arguments:
        processor: the company.
        kind: what is changed.
        facts: what the kind needs: ``title``, ``signed_on``, ``runs_until`` of an agreement; ``audit``, ``done_on``,
            ``findings``; ``fields`` as pairs of label and purpose; ``reason``, ``until`` of an exception; the changed
            facts by name; ``name``, ``what_for``, ``country`` of a company that it hires. Days as ISO 8601.
        document: the paper that was filed for it.

    Raises Refused for what could not be carried out; AccessDenied where nobody from staff acts.
    """
    context = _require_staff()
    _JUDGES[kind](processor, facts, document)
    with transaction.atomic():
        change = RegisterChange.objects.create(
            processor=processor, kind=kind, facts=dict(facts), document=document, prepared_by=context
        )
        _record(processor, Event.REGISTER_CHANGE_PREPARED, kind)
        ask_second_person(kind=REVIEW, facts={"change": str(change.pk), "digest": change.digest})
    return change


def enter_company(*, key: str, facts: Mapping[str, Any]) -> RegisterChange:
    """Enter a new company, to be agreed to by a second person. Act as a member of staff.

    It stands in the register from now on, receives nothing, and is on no public page. Once it is agreed to it still
    receives nothing until it has an agreement, a planned audit and allowed values; each of those is for two people too.
    No program speaks to a company that was entered so: an adapter comes with the operator's file.

    Arguments:
        key: its name in every record, for good.
        facts: what the register, and the public page, are to say of it.

    Raises Refused for a key that is taken or has not the form of one, and for facts that are wrong.
    """
    _require_staff()
    if not KEY.fullmatch(key) or Processor.objects.filter(key=key).exists():
        raise _refuse(_("A key has small letters, digits and hyphens, and no two companies have the same."))
    company = Processor(key=key, kind=Kind.OTHER, state=State.ENTERED, **facts)
    _judge_enter(company, facts, None)
    with transaction.atomic():
        company.save()
        return prepare_change(processor=company, kind=ChangeKind.ENTER, facts=facts)


def carry_out(facts: Facts) -> None:
    """Carry out a prepared change, in the transaction of its decision; what waited goes on after the commit.

    Raises Refused where it is not what was prepared, was carried out before, or cannot be carried out any more.
    """
    from troth.processors.tasks import go_on

    change = find_change(facts)
    if change is None or change.done_at is not None or change.digest != facts["digest"]:
        raise Refused(_("This is not what was prepared."), kept=_("Nothing was changed."))
    _JUDGES[ChangeKind(change.kind)](change.processor, change.facts, change.document)
    _CHANGES[ChangeKind(change.kind)](change)
    RegisterChange.objects.filter(pk=change.pk).update(done_at=clock.now())
    _record(change.processor, Event.REGISTER_CHANGED, change.kind)
    go_on.enqueue(change.processor.key)


def find_change(facts: Facts) -> RegisterChange | None:
    """Return the change that a review is about."""
    return RegisterChange.objects.select_related("processor", "document").filter(pk=UUID(str(facts["change"]))).first()


# -- At once: less leaves afterwards -----------------------------------------------------------------------------------


def suspend(processor: Processor, *, end: bool = False) -> None:
    """Let nothing more leave to a company, from this second; ``end`` says that it is not used any more."""
    _require_staff()
    with transaction.atomic():
        rows = Processor.objects.filter(pk=processor.pk)
        (rows if end else rows.exclude(state=State.ENTERED)).update(state=State.ENDED if end else State.SUSPENDED)
        _record(processor, Event.REGISTER_CHANGED, "ended" if end else "suspended")


def end_agreement(agreement: Agreement) -> None:
    """End an agreement with this day; it is the last on which something leaves under it."""
    _require_staff()
    with transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk, ended_on=None).update(ended_on=office_day())
        _record(agreement.processor, Event.REGISTER_CHANGED, "agreement_ended")


def disallow(field: AllowedField) -> None:
    """Take a value off the list of what a company may receive."""
    _require_staff()
    with transaction.atomic():
        _record(field.processor, Event.REGISTER_CHANGED, "disallowed")
        AllowedField.objects.filter(pk=field.pk).delete()


def plan_audit(processor: Processor, *, due_on: date) -> Audit:
    """Plan an audit; when it is due and not done, nothing more leaves.

    Raises Refused for a day that has passed, or a second one before the planned one is done.
    """
    _require_staff()
    if due_on <= office_day():
        raise Refused(_("An audit is planned for a day to come."), kept=_("Nothing was planned."))
    with transaction.atomic():
        audit = Audit.objects.create(processor=processor, due_on=due_on)
        _record(processor, Event.REGISTER_CHANGED, "audit_planned")
    return audit


# -- Judging what was prepared -----------------------------------------------------------------------------------------


def _judge_enter(processor: Processor, facts: Mapping[str, Any], document: Document | None) -> None:
    if processor.state != State.ENTERED:
        raise _refuse(_("This company was agreed to already."))
    if missing := {name for name in FACTS if name not in OPTIONAL} - facts.keys():
        raise _refuse(_("This is missing: %(names)s.") % {"names": ", ".join(sorted(missing))})
    _judge_facts(processor, facts, document)


def _judge_agreement(_processor: Processor, facts: Mapping[str, Any], document: Document | None) -> None:
    if document is None or not facts.get("title"):
        raise _refuse(_("An agreement has a title and the signed paper."))
    if _day(facts, "runs_until") < max(_day(facts, "signed_on"), office_day()):
        raise _refuse(_("An agreement ends after it begins, and not in the past."))


def _judge_audit(processor: Processor, facts: Mapping[str, Any], document: Document | None) -> None:
    open_one = Audit.objects.filter(pk=UUID(str(facts["audit"])), processor=processor, done_on=None)
    if not open_one.exists():
        raise _refuse(_("This audit is done already."))
    if _day(facts, "done_on") > office_day() or not facts.get("findings") or document is None:
        raise _refuse(_("An audit that is done has a day that has come, its findings, and its report."))
    later = facts.get("next_on")
    if later and date.fromisoformat(later) <= office_day():
        raise _refuse(_("The next audit is planned for a day to come."))


def _judge_allow(_processor: Processor, facts: Mapping[str, Any], _document: Document | None) -> None:
    pairs = facts.get("fields") or []
    for label, purpose in pairs:
        if expected := find_fault(label, [purpose]):
            raise _refuse(f"{label}: {expected}")
    if not pairs:
        raise _refuse(_("No value was chosen."))


def _judge_exception(_processor: Processor, facts: Mapping[str, Any], _document: Document | None) -> None:
    days = (_day(facts, "until") - office_day()).days
    if not facts.get("reason") or not 0 < days <= LONGEST_EXCEPTION:
        raise _refuse(_("An exception has a reason, and ends within five years."))


def _judge_reopen(processor: Processor, _facts: Mapping[str, Any], _document: Document | None) -> None:
    if RegisterChange.objects.filter(processor=processor, kind=ChangeKind.ENTER, done_at=None).exists():
        raise _refuse(_("A second person has not agreed to this company yet."))
    others = Processor.objects.filter(kind=processor.kind, state=State.ACTIVE).exclude(adapter="")
    if processor.adapter and others.exclude(pk=processor.pk).exists():
        raise _refuse(_("Another company does this for us now. End that one first."))


def _judge_facts(_processor: Processor, facts: Mapping[str, Any], _document: Document | None) -> None:
    for name, value in facts.items():
        check = FACTS.get(name)
        if check is None:
            raise _refuse(_("%(name)s is nothing that is changed here.") % {"name": name})
        if expected := check(value):
            raise _refuse(f"{name}: {expected}")
    if not facts:
        raise _refuse(_("Nothing was changed."))


def _judge_sub_processor(_processor: Processor, facts: Mapping[str, Any], _document: Document | None) -> None:
    if not (facts.get("name") and facts.get("what_for") and facts.get("country")):
        raise _refuse(_("A company that it hires has a name, a task and a country."))


_JUDGES: Mapping[ChangeKind, Callable[[Processor, Mapping[str, Any], Document | None], None]] = {
    ChangeKind.ENTER: _judge_enter,
    ChangeKind.AGREEMENT: _judge_agreement,
    ChangeKind.AUDIT: _judge_audit,
    ChangeKind.ALLOW: _judge_allow,
    ChangeKind.EXCEPTION: _judge_exception,
    ChangeKind.REOPEN: _judge_reopen,
    ChangeKind.FACTS: _judge_facts,
    ChangeKind.SUB_PROCESSOR: _judge_sub_processor,
}


# -- Carrying out ------------------------------------------------------------------------------------------------------


def _enter(change: RegisterChange) -> None:
    Processor.objects.filter(pk=change.processor.pk).update(**change.facts, state=State.ACTIVE)


def _sign(change: RegisterChange) -> None:
    assert change.document is not None  # noqa: S101  the judge refuses an agreement without its paper
    Agreement.objects.create(
        processor=change.processor,
        title=change.facts["title"],
        document=change.document,
        signed_on=_day(change.facts, "signed_on"),
        runs_until=_day(change.facts, "runs_until"),
    )


def _finish_audit(change: RegisterChange) -> None:
    Audit.objects.filter(pk=UUID(change.facts["audit"])).update(
        done_on=_day(change.facts, "done_on"), findings=change.facts["findings"], document=change.document
    )
    if change.facts.get("next_on"):
        Audit.objects.create(processor=change.processor, due_on=_day(change.facts, "next_on"))


def _allow(change: RegisterChange) -> None:
    for label, purpose in change.facts["fields"]:
        AllowedField.objects.get_or_create(processor=change.processor, label=label, purpose=purpose)


def _except(change: RegisterChange) -> None:
    DatedException.objects.create(
        processor=change.processor, reason=change.facts["reason"], until=_day(change.facts, "until")
    )


def _reopen(change: RegisterChange) -> None:
    try:
        with transaction.atomic():
            Processor.objects.filter(pk=change.processor.pk).update(state=State.ACTIVE)
    except IntegrityError:
        raise _refuse(_("Another company does this for us now. End that one first.")) from None


def _restate(change: RegisterChange) -> None:
    Processor.objects.filter(pk=change.processor.pk).update(**change.facts)


def _add_sub_processor(change: RegisterChange) -> None:
    SubProcessor.objects.create(processor=change.processor, **change.facts)


_CHANGES: Mapping[ChangeKind, Callable[[RegisterChange], None]] = {
    ChangeKind.ENTER: _enter,
    ChangeKind.AGREEMENT: _sign,
    ChangeKind.AUDIT: _finish_audit,
    ChangeKind.ALLOW: _allow,
    ChangeKind.EXCEPTION: _except,
    ChangeKind.REOPEN: _reopen,
    ChangeKind.FACTS: _restate,
    ChangeKind.SUB_PROCESSOR: _add_sub_processor,
}


def _day(facts: Mapping[str, Any], name: str) -> date:
    return date.fromisoformat(facts[name])


def _require_staff() -> str:
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("The register is changed by a member of staff."))
    return actor.ref


def _record(processor: Processor, event: Event, what: str) -> None:
    record(event=event, object_type=Processor._meta.label, object_id=f"{processor.key}/{what}")


def _refuse(words: str) -> Refused:
    return Refused(words, kept=_("Nothing was prepared."), next_step=_("Go back and mend it."))
