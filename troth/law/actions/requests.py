"""The life of a legal request: registered, taken, narrowed, reviewed by two, released or refused (H2)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.law import jobs
from troth.law.events import Event
from troth.law.kinds import TRANSITIONS, Ban, DemandKind, DemandState
from troth.law.models import LegalRequest, LegalReview, Telling
from troth.law.numbers import next_number
from troth.law.queries import is_approved
from troth.law.scope import ItemDecision, digest_scope, granted_by_subject, replace_items, require_declared
from troth.ledger.api import record


def register_request(  # noqa: PLR0913  a document has as many facts as it has
    *,
    kind: DemandKind,
    received_on: date,
    answer_by: date,
    values: Mapping[str, Any],
    ban: Ban = Ban.NONE,
    ban_until: date | None = None,
) -> LegalRequest:
    """Enter a legal request; its words are sealed by the register's own job.

    Arguments:
        kind: by what it is demanded.
        received_on: the day on which it came.
        answer_by: the day by which it is answered.
        values: ``authority``, ``demand``, ``document`` and perhaps ``recipient_key``, as the form gives them.
        ban: what forbids to tell the client.
        ban_until: the first day on which it may be told; given with a ban, and only then.

    Raises Refused for days that cannot be, and for a ban without an end.
    """
    staff_id = _require_staff()
    if received_on > clock.today() or answer_by < received_on:
        raise Refused(_("The days do not fit together."), kept=_("Nothing was registered."))
    if (ban != Ban.NONE) != (ban_until is not None):
        raise Refused(
            _("A ban on telling the client has an end."),
            kept=_("Nothing was registered."),
            next_step=_("Enter the day on which it ends; where the document names none, ask the court for one."),
        )
    request = LegalRequest(
        subject_id=new_id(), kind=kind, received_on=received_on, answer_by=answer_by, ban=ban, ban_until=ban_until,
        registered_by=staff_id,
    )  # fmt: skip
    for name, value in values.items():
        setattr(request, name, value)
    with transaction.atomic():
        request.number = next_number(LegalRequest, letter="L")
        with acting(actor=system(jobs.REGISTER), purpose=Purpose.LEGAL):
            request.save()
        _record(Event.REQUEST_REGISTERED, request)
    return request


def take_request(request: LegalRequest) -> None:
    """Take an open request, so that its document opens for the acting member."""
    staff_id = _require_staff()
    if not request.is_open:
        raise Refused(_("This request is closed."), kept=_("Nothing was changed."))
    LegalRequest.objects.filter(pk=request.pk).update(taken_by=staff_id)
    request.taken_by = staff_id


def narrow_request(request: LegalRequest, *, decisions: Sequence[ItemDecision]) -> None:
    """Decide of each demanded value whether it is given; whatever was reviewed before is to be reviewed anew.

    Raises Refused where the request is not the member's own, is closed, or nothing at all is named.
    """
    _require_mine(request)
    if not decisions:
        raise Refused(_("Name at least one value, granted or refused."), kept=_("The scope is as it was."))
    require_declared(decisions)
    with transaction.atomic():
        request.scope_digest = replace_items(request, decisions)
        if request.state == DemandState.APPROVED:
            _move(request, DemandState.RECEIVED)
        if request.state == DemandState.RECEIVED:
            _move(request, DemandState.NARROWED)
        LegalRequest.objects.filter(pk=request.pk).update(scope_digest=request.scope_digest)
        _record(Event.REQUEST_NARROWED, request, count=len(decisions))


def review_request(request: LegalRequest) -> None:
    """Approve the scope that stands, as somebody who neither registered nor prepared it; two voices approve it."""
    reviewer = _require_staff()
    if reviewer in {request.registered_by, request.taken_by}:
        raise Refused(_("Nobody reviews what they entered or prepared."), kept=_("Nothing was decided."))
    if request.state != DemandState.NARROWED or digest_scope(request) != request.scope_digest:
        raise Refused(_("The scope was changed meanwhile. Read it again."), kept=_("Nothing was decided."))
    with transaction.atomic():
        LegalReview.objects.get_or_create(request=request, reviewer=reviewer, scope_digest=request.scope_digest)
        _record(Event.REQUEST_REVIEWED, request)
        if is_approved(request):
            _move(request, DemandState.APPROVED)


def send_back(request: LegalRequest) -> None:
    """Turn a scope down, so that it is narrowed anew."""
    reviewer = _require_staff()
    if reviewer in {request.registered_by, request.taken_by} or request.state != DemandState.NARROWED:
        raise Refused(_("This request does not wait for your review."), kept=_("Nothing was decided."))
    with transaction.atomic():
        _move(request, DemandState.RECEIVED)
        _record(Event.REQUEST_REVIEWED, request)


def close_request(request: LegalRequest, *, state: DemandState) -> None:
    """Close a request that is refused as a whole, or was withdrawn; those it was about are told where they may be."""
    _require_mine(request)
    if state not in {DemandState.REFUSED, DemandState.WITHDRAWN}:
        raise Refused(_("A request is refused or withdrawn, or it is released."), kept=_("Nothing was changed."))
    with transaction.atomic():
        _move(request, state)
        _record(Event.REQUEST_CLOSED, request)


def note_release(request: LegalRequest) -> None:
    """Close a request whose granted values have left, and put those it concerns on the list of who is told."""
    with transaction.atomic():
        _move(request, DemandState.RELEASED)
        due_on = request.ban_until or clock.today()
        Telling.objects.bulk_create(
            [Telling(request=request, subject_id=each, due_on=due_on) for each in granted_by_subject(request)],
            ignore_conflicts=True,
        )
        _record(Event.REQUEST_RELEASED, request)


def end_ban(request: LegalRequest, *, on: date) -> None:
    """Let a ban end on another day, as a court shortened or prolonged it; never without an end."""
    _require_staff()
    if request.ban == Ban.NONE or on < request.received_on:
        raise Refused(_("This request has no ban, or the day cannot be."), kept=_("Nothing was changed."))
    with transaction.atomic():
        request.ban_until = on
        LegalRequest.objects.filter(pk=request.pk).update(ban_until=on)
        Telling.objects.filter(request=request, told_at=None).update(due_on=on)
        _record(Event.REQUEST_NARROWED, request)


def _move(request: LegalRequest, state: DemandState) -> None:
    """Change the state where the table allows it, and nobody did meanwhile."""
    before = DemandState(request.state)
    if state not in TRANSITIONS[before]:
        raise Refused(_("This request is {state} now.").format(state=before.label), kept=_("Nothing was changed."))
    closed_at = None if TRANSITIONS[state] else clock.now()
    rows = LegalRequest.objects.filter(pk=request.pk, state=before)
    if not rows.update(state=state, closed_at=closed_at):
        raise Refused(_("This was changed by somebody else meanwhile."), kept=_("Nothing was changed."))
    request.state, request.closed_at = state, closed_at


def _require_staff() -> UUID:
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Legal requests are handled by staff.")
    return UUID(actor.ref)


def _require_mine(request: LegalRequest) -> None:
    if request.taken_by != _require_staff():
        raise Refused(_("The case is not yours."), next_step=_("Take the case first."))


def _record(event: Event, request: LegalRequest, *, count: int = 0) -> None:
    record(event=event, object_type="law.LegalRequest", object_id=str(request.id), count=count)
