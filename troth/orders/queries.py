"""What the pages read of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from troth.kernel.money import Money
from troth.kernel.ports import Words
from troth.orders.lines import line_handlers
from troth.orders.models import (
    AttemptState,
    MovementState,
    Order,
    OrderLine,
    OrderState,
    OrderStep,
    Paper,
    PaymentAttempt,
    RefundDecision,
    RefundMovement,
    WaitCause,
)


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as its owner sees it."""

    line: OrderLine
    progress: Words
    total: Money


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money that goes back, and where it is."""

    decision: RefundDecision
    state: Words


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its owner sees it."""

    order: Order
    lines: Sequence[LineView]
    steps: Sequence[OrderStep]
    attempts: Sequence[PaymentAttempt]
    refunds: Sequence[RefundView]
    papers: Sequence[Paper]

    @property
    def can_be_paid(self) -> bool:
        """Whether a payment can be begun, or gone on with."""
        return self.order.paid_at is None and (
            self.order.state == OrderState.PLACED
            or (self.order.state == OrderState.WAITING and self.order.waits_for != WaitCause.REVIEW)
        )

    @property
    def can_be_cancelled(self) -> bool:
        """Whether something of it can still be taken back; each line's handler has the last word."""
        if self.order.waits_for == WaitCause.DISPUTED:
            return False
        return self.order.state not in {OrderState.CANCELLED, OrderState.FILLED} and any(
            view.line.remaining for view in self.lines
        )

    @property
    def is_paid(self) -> bool:
        """Whether a payment settled."""
        return self.order.paid_at is not None


def find_order(number: str, *, subject_id: UUID | None = None) -> Order | None:
    """Return the order with this number, of this client where one is named, or None."""
    found = Order.objects.filter(number=number)
    return (found.filter(subject_id=subject_id) if subject_id else found).first()


def orders_of(subject_id: UUID) -> QuerySet[Order]:
    """Return a client's orders, the newest first."""
    return Order.objects.filter(subject_id=subject_id).order_by("-placed_at")


def view_order(order: Order) -> OrderView:
    """Return an order with all that its owner sees, in six queries."""
    lines = OrderLine.objects.filter(order=order).select_related("product").order_by("pk")
    return OrderView(
        order=order,
        lines=[_view_line(order, line) for line in lines],
        steps=list(OrderStep.objects.filter(order=order)),
        attempts=list(PaymentAttempt.objects.filter(order=order).order_by("-made_at")),
        refunds=[RefundView(decision, _say_where(decision)) for decision in _refunds(order)],
        papers=list(Paper.objects.defer("sealed").filter(order=order).order_by("made_at")),
    )


def paid_attempts(order: Order) -> QuerySet[PaymentAttempt]:
    """Return the payments of an order that settled."""
    return PaymentAttempt.objects.filter(order=order, state=AttemptState.PAID).order_by("settled_at")


def _view_line(order: Order, line: OrderLine) -> LineView:
    handler = line_handlers.get(line.kind)
    is_going_on = order.paid_at is not None and line.remaining and order.state != OrderState.CANCELLED
    progress = handler.describe_progress(line) if handler is not None and is_going_on else ""
    return LineView(line=line, progress=progress, total=Money(line.net_minor + line.tax_minor, order.currency))


def _refunds(order: Order) -> QuerySet[RefundDecision]:
    return RefundDecision.objects.filter(order=order).prefetch_related("movements").order_by("decided_at")


def _say_where(decision: RefundDecision) -> Words:
    movements: list[RefundMovement] = sorted(decision.movements.all(), key=lambda each: each.ordered_at)
    if not movements:
        return _("decided, about to be sent")
    return MovementState(movements[-1].state).label
