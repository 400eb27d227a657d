"""The life of a request: it comes in, somebody takes it, the sender is verified, it is answered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import get_account
from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import contact_client
from troth.kernel.purposes import Purpose
from troth.kernel.reviews import ask_second_person
from troth.ledger.api import record
from troth.rights import jobs
from troth.rights.cases import case_of
from troth.rights.contacts import ANSWERED
from troth.rights.events import Event
from troth.rights.guard import may_execute
from troth.rights.kinds import (
    CORRECTIONS,
    OPEN_STATES,
    REMOTE,
    TRANSITIONS,
    Channel,
    Denial,
    Kind,
    State,
    Verification,
)
from troth.rights.models import CorrectionTime, Request
from troth.rights.owners import give_owner
from troth.support.api import Case as Inquiry

CONFIRM = "rights.confirm_sender"
"""The kind of review in which a second person makes sure of a sender."""


def open_own_request(
    *, subject_id: UUID, kind: Kind, text: str, about_model: str = "", about_field: str = ""
) -> Request:
    """Enter what a signed-in client asks; being signed in is the verification (L1).

    Arguments:
        subject_id: the client, who must be the one acting.
        kind: what is asked.
        text: in the client's own words.
        about_model: the label of the table that it concerns, or empty.
        about_field: the name of the declared value that it concerns, or empty.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.CLIENT or context.actor.ref != str(subject_id):
        raise AccessDenied("A client asks for itself only.")
    request = Request(
        subject_id=subject_id,
        kind=kind,
        channel=Channel.ADMIN_PAGE,
        about_model=about_model,
        about_field=about_field,
        received_at=clock.now(),
        verified_how=Verification.SIGNED_IN,
        verified_at=clock.now(),
    )
    request.text = text
    with transaction.atomic():
        request.save()
        _record(Event.REQUEST_OPENED, request)
        if request.kind in CORRECTIONS:
            give_owner(request)
    return request


def enter_request(
    *, subject_id: UUID | None, kind: Kind, channel: Channel, received_at: datetime, text: str
) -> Request:
    """Enter a request that came by mail or letter (L2, L3); its sender is still to be verified.

    The words are sealed by the register's own job: whoever enters them has read the letter, but has no case yet that
    would let him open anything of the client.

    Arguments:
        subject_id: the client whom the sender claims to be, or None where no account fits.
        kind: what is asked.
        channel: by what it came.
        received_at: when it reached us; the clock counts from there and not from the entering.
        text: what it says.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Requests by mail and letter are entered by staff.")
    if received_at > clock.now():
        raise Refused(_("A request cannot have come in the future."), kept=_("Nothing was entered."))
    request = Request(subject_id=subject_id or new_id(), kind=kind, channel=channel, received_at=received_at)
    request.text = text
    with transaction.atomic():
        with acting(actor=system(jobs.REGISTER), purpose=Purpose.RIGHTS):
            request.save()
        _record(Event.REQUEST_OPENED, request)
    return request


def open_from_inquiry(inquiry: Inquiry, *, kind: Kind, text: str) -> Request:
    """Make a request of what a client asks in an inquiry, as the member who has it: the account is changed at requests.

    A client that was signed in when it asked is verified by that; any other sender is still to be verified here.
    """
    context = require_acting()
    if context.actor.kind is not ActorKind.STAFF or str(inquiry.taken_by) != context.actor.ref:
        raise AccessDenied(_("The case is not yours."), next_step=_("Take the case first."))
    if not inquiry.is_live or not inquiry.has_account:
        raise Refused(_("This inquiry is closed, or its sender has no account."), kept=_("Nothing was entered."))
    signed_in = inquiry.origin == "form"
    request = Request(
        subject_id=inquiry.subject_id,
        kind=kind,
        channel=_CHANNELS.get(inquiry.origin, Channel.LETTER),
        received_at=inquiry.received_at,
        taken_by=inquiry.taken_by,
        state=State.IN_PROGRESS if signed_in else State.NEED_VERIFICATION,
        verified_how=Verification.SIGNED_IN if signed_in else "",
        verified_at=inquiry.received_at if signed_in else None,
    )
    request.text = text
    with transaction.atomic():
        with acting(actor=system(jobs.REGISTER), purpose=Purpose.RIGHTS):
            request.save()
        _record(Event.REQUEST_OPENED, request)
        _record(Event.REQUEST_TAKEN, request)
    return request


_CHANNELS = {"form": Channel.ADMIN_PAGE, "mail": Channel.MAIL, "telephone": Channel.TELEPHONE}


def take_request(request: Request, *, staff_id: UUID) -> None:
    """Make a waiting request a member of staff's own, or take it over from a colleague; both see it, and the client.

    Refused where a colleague took it meanwhile.
    """
    verified = request.verified_at is not None
    if request.taken_by == staff_id and request.state in OPEN_STATES:
        return  # the rule gave it to this member already
    with transaction.atomic():
        if request.state in OPEN_STATES and request.taken_by is not None:
            _take_over(request, staff_id)
        else:
            _move(request, State.IN_PROGRESS if verified else State.NEED_VERIFICATION, taken_by=staff_id)
        _record(Event.REQUEST_TAKEN, request)


def _take_over(request: Request, staff_id: UUID) -> None:
    same = Request.objects.filter(pk=request.pk, state=request.state, taken_by=request.taken_by)
    if not same.update(taken_by=staff_id):
        raise Refused(_("A colleague changed this request meanwhile."), kept=_("Their change was kept."))
    request.taken_by = staff_id


def verify_sender(request: Request, *, how: Verification) -> None:
    """Record how we made sure that the request is from the client itself."""
    if how is Verification.SIGNED_IN:
        raise Refused(_("A client who wrote to us was not signed in."), kept=_("Nothing was recorded."))
    with transaction.atomic():
        _move(request, State.IN_PROGRESS, verified_how=how, verified_at=clock.now())
        _record(Event.REQUEST_VERIFIED, request)
    if request.needs_second:
        ask_confirmation(request)


def ask_confirmation(request: Request) -> None:
    """Have a second person make sure as well; where it agrees, ``confirm_sender`` notes it."""
    if request.verified_at is None or request.channel not in REMOTE or request.confirmed_at is not None:
        raise Refused(_("First somebody makes sure that it is from the client."), kept=_("Nobody was asked."))
    ask_second_person(kind=CONFIRM, facts={"request": str(request.id), "how": request.verified_how})


def confirm_sender(request: Request, *, how: str) -> None:
    """Note that a second person made sure as well; called with that person acting.

    Raises Refused where what it agreed to is not what stands now, or where it is the member who handles the request.
    """
    staff_id = UUID(require_acting().actor.ref)
    if request.verified_how != how or request.taken_by == staff_id or not request.is_open:
        raise Refused(_("This request stands elsewhere by now."), kept=_("Nothing was recorded."))
    with transaction.atomic():
        now = clock.now()
        Request.objects.filter(pk=request.pk).update(confirmed_by=staff_id, confirmed_at=now)
        request.confirmed_by, request.confirmed_at = staff_id, now
        _record(Event.REQUEST_CONFIRMED, request)


def draft_answer(request: Request, *, answer: str) -> None:
    """Keep an answer that is not sent yet, so that a letter can be printed while the request is open."""
    request.answer = answer
    request.save()


def fulfil_request(request: Request, *, answer: str) -> None:
    """Close a request as done, with an answer; refused while the sender is not verified."""
    may_execute(request)
    _close(request, State.FULFILLED, answer=answer)


def deny_request(request: Request, *, reason: Denial, answer: str) -> None:
    """Close a request as not done, with the reason and an answer in words (A13)."""
    _close(request, State.DENIED, answer=answer, denied_for=reason)


def revoke_request(request: Request) -> None:
    """Take an open request back, at the client's wish."""
    context = require_acting()
    if context.actor.ref != str(request.subject_id):
        raise AccessDenied("A client takes back only what it asked itself.")
    with transaction.atomic():
        _move(request, State.REVOKED, closed_at=clock.now())
        _record(Event.REQUEST_CLOSED, request)


def _close(request: Request, state: State, *, answer: str, **columns: object) -> None:
    if not answer.strip():
        raise Refused(_("A request is closed with an answer in words."), kept=_("The request stays open."))
    with transaction.atomic():
        # The answer is sealed while the case is still open: a closed case justifies no access to the client's record.
        request.answer = answer
        request.save()
        _move(request, state, closed_at=clock.now(), **columns)
        _record(Event.REQUEST_CLOSED, request)
        if state is State.FULFILLED and request.kind in CORRECTIONS:
            _time_correction(request)
        if request.channel != Channel.LETTER and request.denied_for != Denial.NO_MATCH and _is_client(request):
            contact_client(
                subject_id=request.subject_id,
                about=ANSWERED,
                case=case_of(request),
                facts={"request": str(request.id)},
            )


def _time_correction(request: Request) -> None:
    closed_at = request.closed_at or clock.now()
    CorrectionTime.objects.create(
        kind=request.kind,
        closed_on=closed_at.date(),
        took_seconds=max(0, round((closed_at - request.received_at).total_seconds())),
        in_time=not request.is_late,
    )


def _move(request: Request, state: State, **columns: object) -> None:
    """Change the state, if nobody else did meanwhile."""
    if state not in TRANSITIONS[State(request.state)]:
        raise Refused(
            _("This request stands elsewhere by now: %(state)s.") % {"state": request.get_state_display()},
            kept=_("Nothing was changed."),
            next_step=_("Look at it again."),
        )
    moved = Request.objects.filter(pk=request.pk, state=request.state).update(state=state, **columns)
    if not moved:
        raise Refused(_("A colleague changed this request meanwhile."), kept=_("Their change was kept."))
    request.state = state
    for name, value in columns.items():
        setattr(request, name, value)


def _record(event: Event, request: Request) -> None:
    record(event=event, subject_id=request.subject_id, object_type="rights.Request", object_id=str(request.id))


def _is_client(request: Request) -> bool:
    return get_account(request.subject_id) is not None
