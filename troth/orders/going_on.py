"""Orders that wait because the card processor may not be given anything (A13): staff see how many, and they go on.

Nothing is charged by itself when an order goes on that its client would pay: the client is told that it can be paid,
and pays or does not. A renewal was announced with its amount and day, and is charged at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.acting import Case, acting, system
from troth.kernel.ports import ContactGone, ContactKind, Facts, contact_client, register_contact_kind
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.paying import WAY_OPEN, is_held_back
from troth.orders.models import Order, OrderState, Origin, Renewal, WaitCause
from troth.orders.states import lock_order, move_order
from troth.processors.api import ProcessorKind, Waiting, waiters
from troth.ui.api import absolute_url

GOES_ON = "orders.order_goes_on"
_MOST = 500
"""Orders of one run; the next goes on with the rest."""


class UnpaidOrders:
    """Orders that cannot be paid now (``processors.waiting.Waiter``)."""

    def list_waiting(self, kind: ProcessorKind) -> Sequence[Waiting]:
        """Return how many wait, and since when."""
        if kind is not ProcessorKind.CARD:
            return ()
        rows = _waiting()
        oldest = rows.aggregate(at=Min("placed_at"))["at"]
        return (Waiting(words=_("Orders that cannot be paid"), count=rows.count(), oldest_at=oldest),)

    def go_on(self, kind: ProcessorKind) -> int:
        """Let them be paid, and tell each client once."""
        if kind is not ProcessorKind.CARD:
            return 0
        return sum(_go_on(order_id) for order_id in _waiting().values_list("pk", flat=True)[:_MOST])


def _waiting() -> QuerySet[Order]:
    return Order.objects.filter(
        state=OrderState.WAITING, waits_for=WaitCause.PROCESSOR, paid_at=None
    ).order_by("placed_at")  # fmt: skip


def _go_on(order_id: UUID) -> bool:
    from troth.orders.memberships.tasks import take_renewal_step

    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING), transaction.atomic():
        order = lock_order(order_id)
        if order.state != OrderState.WAITING or order.paid_at is not None or not is_held_back(order):
            return False
        move_order(order, OrderState.PLACED, cause=WAY_OPEN)
        renewal_id = Renewal.objects.filter(order=order, closed_at=None).values_list("pk", flat=True).first()
        if renewal_id is not None:
            take_renewal_step.enqueue(renewal_id=str(renewal_id))
        elif order.origin != Origin.RENEWAL:
            case, facts = Case("order", str(order.pk)), {"order": str(order.pk)}
            contact_client(subject_id=order.subject_id, about=GOES_ON, case=case, facts=facts)
    return True


def _compose(subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    order = Order.objects.filter(pk=UUID(str(facts["order"])), subject_id=subject_id).first()
    if order is None or order.paid_at is not None or order.state == OrderState.CANCELLED:
        raise ContactGone
    return {"number": order.number, "url": absolute_url(reverse("orders:order", kwargs={"number": order.number}))}


def register() -> None:
    """Register what waits, and what its owners are told, at start-up."""
    waiters.register("orders.unpaid", UnpaidOrders())
    register_contact_kind(
        ContactKind(
            key=GOES_ON,
            words=_("an order that can be paid now"),
            purpose=Purpose.BILLING,
            template="orders/emails/order_goes_on",
            compose=_compose,
            clause="C3",
        )
    )
