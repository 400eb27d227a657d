"""What staff's lists read of orders: numbers, states and sums, and nothing of any client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from troth.kernel.money import Money
from troth.kernel.ports import Words
from troth.orders.actions.deciding import left_of
from troth.orders.actions.taking_back import find_unpaid_refunds, is_above_limit, is_payable_by_rule
from troth.orders.causes import describe_cause
from troth.orders.models import (
    OPEN_DISPUTE,
    BookDifference,
    Dispute,
    DisputeState,
    MovementState,
    Order,
    OrderState,
    OrderStep,
    PaymentAttempt,
    Product,
    RefundDecision,
    RefundMovement,
    WaitCause,
)
from troth.orders.parts import OrderPart, list_parts
from troth.orders.queries import OrderView, paid_attempts, view_order

TO_LOOK_AT = "look"
_LOOK = (WaitCause.REVIEW, WaitCause.OUT_OF_STOCK, WaitCause.PROCESSOR, WaitCause.DISPUTED)
"""What only a person can bring on; a failed payment is the client's to mend, an address that of whoever ships."""


def orders_to_look_at() -> QuerySet[Order]:
    """Return the orders that wait for somebody of staff, the oldest first."""
    return Order.objects.filter(state=OrderState.WAITING, waits_for__in=_LOOK).order_by("placed_at")


def orders_in(state: str) -> QuerySet[Order]:
    """Return the orders in a state, the newest first; those to look at for ``look``; all for an empty text."""
    if state == TO_LOOK_AT:
        return orders_to_look_at()
    rows = Order.objects.order_by("-placed_at")
    return rows.filter(state=state) if state in OrderState.values else rows


def find_typed(number: str) -> Order | None:
    """Return the order with a number as somebody types it: small letters, no hyphen, blanks."""
    plain = "".join(filter(str.isalnum, number)).upper()
    return Order.objects.filter(number=f"{plain[:4]}-{plain[4:]}").first() if len(plain) == 8 else None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an order: when, to which state, why."""

    at: datetime
    state: Words
    words: Words


@dataclass(frozen=True, slots=True)
class StaffView:
    """An order as staff see it without any value of the client.

    Arguments:
        view: what its owner sees of its course.
        steps: what became of it, each with its cause in words.
        disputes, parcels: what hangs on it.
        left: what of the payments can still be decided to go back.
    """

    view: OrderView
    steps: Sequence[StepView]
    disputes: Sequence[Dispute]
    parcels: Sequence[OrderPart]
    left: Money


def view_for_staff(order: Order) -> StaffView:
    """Return an order for its page in the console."""
    view = view_order(order)
    return StaffView(
        view=view,
        steps=[_view_step(step) for step in view.steps],
        disputes=list(Dispute.objects.filter(attempt__order=order).order_by("opened_at")),
        parcels=list_parts(order),
        left=Money(sum(left_of(attempt) for attempt in paid_attempts(order)), order.currency),
    )


def _view_step(step: OrderStep) -> StepView:
    state = OrderState(step.after).label
    return StepView(at=step.at, state=state, words=describe_cause(step.cause) if step.cause != step.after else "")


# -- Refunds -----------------------------------------------------------------------------------------------------------


def refunds_to_pay() -> QuerySet[RefundDecision]:
    """Return the decisions whose money has not begun to move, the oldest first."""
    return find_unpaid_refunds()


def refunds_under_way() -> QuerySet[RefundDecision]:
    """Return the decisions whose money is on its way, the oldest first."""
    going = RefundMovement.objects.filter(
        decision=OuterRef("pk"), state__in=[MovementState.PREPARED, MovementState.PENDING]
    )
    return RefundDecision.objects.filter(Exists(going)).select_related("order", "attempt").order_by("decided_at")


def refunds_paid() -> QuerySet[RefundDecision]:
    """Return the decisions whose money went back, the newest first."""
    paid = RefundMovement.objects.filter(decision=OuterRef("pk"), state=MovementState.PAID)
    return RefundDecision.objects.filter(Exists(paid)).select_related("order", "attempt").order_by("-decided_at")


@dataclass(frozen=True, slots=True)
class RefundLineView:
    """One decision as the list shows it.

    Arguments:
        decision: the decision.
        movement: its newest movement, or None.
        by_rule: whether the program moves the money by itself.
        two_people: whether whoever decided it may not pay it.
    """

    decision: RefundDecision
    movement: RefundMovement | None
    by_rule: bool
    two_people: bool


def view_refunds(decisions: Sequence[RefundDecision]) -> list[RefundLineView]:
    """Return decisions as the list shows them, in two queries."""
    newest: dict[object, RefundMovement] = {}
    for movement in RefundMovement.objects.filter(decision__in=decisions).order_by("ordered_at"):
        newest[movement.decision_id] = movement
    return [
        RefundLineView(
            decision=decision,
            movement=newest.get(decision.pk),
            by_rule=is_payable_by_rule(decision),
            two_people=is_above_limit(decision),
        )
        for decision in decisions
    ]


def find_attempt(payment_ref: str) -> PaymentAttempt | None:
    """Return the attempt of ours that the processor knows by this name, or None."""
    found = PaymentAttempt.objects.filter(Q(payment_ref=payment_ref)) if payment_ref else PaymentAttempt.objects.none()
    return found.select_related("order").first()


# -- Disputes ----------------------------------------------------------------------------------------------------------


def open_disputes() -> QuerySet[Dispute]:
    """Return the disputes that are not decided, those first whose answer is due first."""
    found = Dispute.objects.filter(state__in=OPEN_DISPUTE).select_related("attempt__order")
    return found.order_by("state", "due_at", "opened_at")


def disputes_to_answer() -> QuerySet[Dispute]:
    """Return the disputes that the bank waits to be answered."""
    return open_disputes().filter(state=DisputeState.NEEDS_ANSWER)


def closed_disputes() -> QuerySet[Dispute]:
    """Return the disputes that were decided, the newest first."""
    return Dispute.objects.exclude(state__in=OPEN_DISPUTE).select_related("attempt__order").order_by("-closed_at")


# -- Books and goods ---------------------------------------------------------------------------------------------------

_FEW = 5


def differences() -> QuerySet[BookDifference]:
    """Return what does not agree between the books, the oldest first."""
    return BookDifference.objects.filter(gone_at=None).order_by("found_at")


def scarce_goods() -> QuerySet[Product]:
    """Return the goods on sale of which few pieces are free."""
    return Product.objects.filter(on_sale=True, stock__isnull=False, stock__lt=F("reserved") + _FEW).order_by("key")
