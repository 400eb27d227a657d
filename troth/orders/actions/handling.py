"""Taking an order into hand, and out of hand: while a member has it, its values may be looked at, one by one.

An order is a case of its own while something of it is left to do, and for a while after it ended, for questions. What
is older needs a case of the help desk. The client reads in the timeline that somebody took it.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.ledger.api import record
from troth.orders.events import Event
from troth.orders.models import (
    OPEN_DISPUTE,
    Dispute,
    HandlingReason,
    MovementState,
    Order,
    OrderCase,
    OrderState,
    RefundDecision,
    RefundMovement,
)
from troth.orders.models.handling import IN_HAND, case_of
from troth.orders.states import lock_order

FOR_QUESTIONS = timedelta(days=90)
"""So long after its end an order may still be taken into hand."""


def take_order(order: Order, *, reason: HandlingReason) -> OrderCase:
    """Take an order into hand, also out of a colleague's; return the case. Act as a member of staff.

    Raises Refused where nothing of the order is left to do and it ended too long ago.
    """
    member = _require_member()
    with transaction.atomic():
        locked = lock_order(order.pk)
        if not may_be_taken(locked):
            raise Refused(
                _("This order is done, and too long ago to be taken up by itself."),
                kept=_("Nothing was opened."),
                next_step=_("Take the client’s case first, and look from there."),
            )
        for other in OrderCase.objects.select_for_update().filter(order=locked, closed_at=None):
            if other.taken_by == member and other.reason == reason and other.taken_at > clock.now() - IN_HAND:
                return other
            _close(other)
        case = OrderCase.objects.create(order=locked, subject_id=locked.subject_id, taken_by=member, reason=reason)
        _record(Event.CASE_TAKEN, case)
    return case


def put_order_away(order: Order) -> None:
    """Put an order out of hand; act as the member who has it."""
    member = _require_member()
    with transaction.atomic():
        case = OrderCase.objects.select_for_update().filter(order=order, closed_at=None, taken_by=member).first()
        if case is None:
            raise Refused(_("You do not have this order in hand."), kept=_("Nothing was changed."))
        _close(case)


def may_be_taken(order: Order) -> bool:
    """Return whether an order is a case still: something is left to do, or it ended not long ago."""
    if order.state not in {OrderState.FILLED, OrderState.CANCELLED}:
        return True
    if order.ended_at is None or order.ended_at > clock.now() - FOR_QUESTIONS:
        return True
    if Dispute.objects.filter(attempt__order=order, state__in=OPEN_DISPUTE).exists():
        return True
    moved = RefundMovement.objects.filter(decision__order=order, state=MovementState.PAID).values("decision_id")
    return RefundDecision.objects.filter(order=order).exclude(pk__in=moved).exists()


def _require_member() -> UUID:
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Only a member of staff takes an order into hand.")
    return UUID(actor.ref)


def _close(case: OrderCase) -> None:
    case.closed_at = clock.now()
    case.save(update_fields=["closed_at"])
    _record(Event.CASE_CLOSED, case)


def _record(event: Event, case: OrderCase) -> None:
    context = require_acting()
    with acting(actor=context.actor, purpose=context.purpose, case=case_of(case.order_id)):
        record(event=event, subject_id=case.subject_id, object_type="orders.Order", object_id=str(case.order_id))
