"""A case comes to be: by a form, by a mail, by what staff enter of a call or a letter, or from another room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import get_account
from troth.kernel import clock
from troth.kernel.acting import Acting, ActorKind, acting, client, require_acting, system
from troth.kernel.acting import Case as ActingCase
from troth.kernel.card_numbers import strike_card_numbers, was_struck
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import contact_kinds
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.support import clocks, jobs
from troth.support.events import Event
from troth.support.files import Sniffed
from troth.support.gate import CARD_STRUCK, RECEIVED, decide, put_out
from troth.support.models import Attachment, Case, Decision, Message
from troth.support.words import LIVE, ON_US, Direction, Origin, State, Topic, Trust

_OF_ORDERS = frozenset({Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING})
SENDER_VALUES = ("sender_name", "sender_email", "sender_telephone", "sender_address")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What somebody asks.

    Arguments:
        title: what it is about, one line.
        body: what is said.
        topic: one of the closed list.
        sender: values of ``SENDER_VALUES`` for somebody without an account.
        files: what came with it.
    """

    title: str
    body: str
    topic: Topic = Topic.QUESTION
    sender: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Sniffed] = ()


def open_inquiry(*, subject_id: UUID | None, inquiry: Inquiry) -> Case:
    """Open a case by the form, for the client that acts or for a visitor, who then has a subject id of its own."""
    context = require_acting()
    if subject_id is not None and context.actor != client(subject_id):
        raise AccessDenied("A client asks for itself only.")
    with transaction.atomic():
        return _open(
            subject_id=subject_id,
            inquiry=inquiry,
            origin=Origin.FORM,
            trust=Trust.CLIENT if subject_id is not None else Trust.STRANGER,
            context=context,
        )


def enter_inquiry(*, subject_id: UUID | None, inquiry: Inquiry, origin: Origin, received_at: datetime) -> Case:
    """Enter what came by telephone or letter, as staff; who asks is still to be made sure of.

    Raises AccessDenied for anybody but staff; Refused for a day to come.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Calls and letters are entered by staff.")
    if received_at > clock.now():
        raise Refused(_("Nothing can have come in the future."), kept=_("Nothing was entered."))
    with transaction.atomic():
        return _open(
            subject_id=subject_id,
            inquiry=inquiry,
            origin=origin,
            trust=Trust.STRANGER,
            context=context,
            received_at=received_at,
        )


def open_from_feedback(*, subject_id: UUID | None, inquiry: Inquiry) -> Case:
    """Open a case of what somebody said on the site and wishes an answer to, taken by the member of staff that acts.

    Arguments:
        subject_id: the client who said it, signed in; None for somebody without an account.
        inquiry: what was said, with the address for the answer where there is no account.

    Raises AccessDenied for anybody but staff.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Feedback is answered by staff.")
    with transaction.atomic():
        case = _open(
            subject_id=subject_id,
            inquiry=inquiry,
            origin=Origin.FORM,
            trust=Trust.STRANGER if subject_id is None else Trust.CLIENT,
            context=context,
        )
        Case.objects.filter(pk=case.pk).update(state=State.OPEN, taken_by=UUID(context.actor.ref), entered_by=None)
        _record(Event.CASE_TAKEN, case)
    return case


def open_by_mail(
    *, subject_id: UUID | None, inquiry: Inquiry, trust: Trust, received_at: datetime
) -> tuple[Case, Message]:
    """Open a case for a mail, as the intake; return it with its first message."""
    case = _open(
        subject_id=subject_id,
        inquiry=inquiry,
        origin=Origin.MAIL,
        trust=trust,
        context=require_acting(),
        received_at=received_at,
    )
    return case, case.messages.get()


def open_house_case(*, decision: Decision, about: ActingCase | None) -> Case:
    """Open the case on which somebody calls, or prints a letter, for another room."""
    kind = contact_kinds.get(decision.about)
    case = Case(
        subject_id=decision.subject_id,
        origin=Origin.HOUSE,
        topic=Topic.ORDER if decision.purpose in _OF_ORDERS else Topic.OTHER,
        trust=Trust.CLIENT,
        has_account=True,
        purpose=decision.purpose,
        due_at=clocks.answer_due(clock.now()),
        about_kind=about.kind if about else "",
        about_ref=about.ref if about else "",
    )
    case.title = str(kind.words)[:200] if kind else decision.about
    _save_sealed(case, on=case)
    _record(Event.CASE_OPENED, case)
    return case


def add_message(  # noqa: PLR0913  one keyword for each thing that a message is
    case: Case,
    *,
    body: str,
    direction: Direction,
    origin: Origin,
    trust: Trust,
    files: Sequence[Sniffed] = (),
    author: UUID | None = None,
    at: datetime | None = None,
) -> Message:
    """Add what was said to a case, with its files, in the caller's transaction and context."""
    message = Message(
        subject_id=case.subject_id,
        case=case,
        direction=direction,
        origin=origin,
        trust=trust,
        author=author,
        at=at or clock.now(),
    )
    message.body = body or _("(no text)")
    message.save()
    for file in files:
        attachment = Attachment(subject_id=case.subject_id, message=message, kind=file.kind, size=len(file.content))
        attachment.file = file.as_value()
        attachment.save()
    if direction is Direction.IN and holds_card_number(body, files):
        _tell_of_card(case, origin=origin, trust=trust)
    return message


def holds_card_number(body: str, files: Sequence[Sniffed] = ()) -> bool:
    """Return whether a card number stands, or stood, in what was said; it is struck out before anything is sealed."""
    texts = [body, *(file.content.decode("utf-8", "replace") for file in files if file.kind == "text")]
    return any(was_struck(strike_card_numbers(text)) for text in texts)


def _tell_of_card(case: Case, *, origin: Origin, trust: Trust) -> None:
    """Say by mail that a card number was struck out; where no mail may go, the thread says it, and so does its page.

    Who writes by the form reads it there at once. A mail that nobody vouches for is not answered.
    """
    if origin is Origin.FORM or (origin is Origin.MAIL and trust is Trust.STRANGER):
        return
    _put_out_by_mail(case, about=CARD_STRUCK)


def come_back(case: Case, *, at: datetime) -> None:
    """Put a case back on our side after the client wrote: its clock begins anew, its owner stays."""
    state = State.OPEN if case.taken_by else State.NEW
    was_on_us = case.state in ON_US
    due_at = case.due_at if was_on_us else clocks.answer_due(at)
    Case.objects.filter(pk=case.pk).update(
        state=state, due_at=due_at, closed_at=None, merged_into=None, state_before=""
    )
    case.state, case.due_at, case.closed_at = state, due_at, None


def write_on(*, subject_id: UUID, case: Case, body: str, files: Sequence[Sniffed] = ()) -> Message:
    """Add what a signed-in client writes on the page of its own case."""
    if require_acting().actor != client(subject_id) or case.subject_id != subject_id:
        raise AccessDenied("A client writes in its own cases only.")
    if case.state == State.MERGED:
        case = Case.objects.get(pk=str(case.merged_into))
    with transaction.atomic():
        message = add_message(
            case, body=body, direction=Direction.IN, origin=Origin.FORM, trust=Trust.CLIENT, files=files
        )
        come_back(case, at=message.at)
        _record(Event.MESSAGE_ADDED, case)
    return message


def acknowledge(case: Case) -> None:
    """Say by mail that an inquiry came, with its number and nothing of what it says."""
    _put_out_by_mail(case, about=RECEIVED)


def _put_out_by_mail(case: Case, *, about: str) -> None:
    decision, wish = decide(subject_id=case.subject_id, purpose=Purpose.SUPPORT, about=about, case=case)
    # Nobody wants to be called, or to get a letter, only to hear that a letter came.
    if decision.allowed and decision.channel == "email":
        put_out(decision, wish=wish, facts={"case": str(case.id)}, case=case)


def _open(  # noqa: PLR0913  one keyword for each thing that a case is
    *,
    subject_id: UUID | None,
    inquiry: Inquiry,
    origin: Origin,
    trust: Trust,
    context: Acting,
    received_at: datetime | None = None,
) -> Case:
    received_at = received_at or clock.now()
    has_account = subject_id is not None and get_account(subject_id) is not None
    case = Case(
        subject_id=subject_id or new_id(),
        origin=origin,
        topic=inquiry.topic,
        trust=trust,
        has_account=has_account,
        received_at=received_at,
        due_at=clocks.answer_due(received_at),
        entered_by=UUID(context.actor.ref) if context.actor.kind is ActorKind.STAFF else None,
    )
    case.title = inquiry.title
    if not has_account:
        for name in SENDER_VALUES:
            if inquiry.sender.get(name):
                setattr(case, name, inquiry.sender[name])
    _save_sealed(case, on=case)
    with _sealing(case):
        add_message(
            case,
            body=inquiry.body,
            direction=Direction.IN,
            origin=origin,
            trust=trust,
            files=inquiry.files,
            at=received_at,
        )
    _record(Event.CASE_OPENED, case)
    return case


def _sealing(case: Case) -> Any:
    """Act as the intake, which may write for anybody: a visitor is nobody yet, and staff have no case yet."""
    return acting(actor=system(jobs.INTAKE), purpose=Purpose.SUPPORT, case=case.as_case)


def _save_sealed(case: Case, *, on: Case) -> None:
    with _sealing(on):
        case.save()


def _record(event: Event, case: Case) -> None:
    context = require_acting()
    with acting(actor=context.actor, purpose=context.purpose, case=case.as_case):
        record(event=event, subject_id=case.subject_id, object_type="support.Case", object_id=str(case.id))


def find_live_twin(subject_id: UUID) -> Case | None:
    """Return the person's live case that was opened last, or None; for staff who enter a letter."""
    return Case.objects.filter(subject_id=subject_id, state__in=LIVE).order_by("-received_at").first()
