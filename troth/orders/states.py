"""What may follow what in the life of an order: the table from which the code judges and the docs draw.

Whether an order is *paid* is not told by its state alone: one that waits may be paid or not (``paid_at``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.ports import Words
from troth.orders.models import Order, OrderState, OrderStep, WaitCause

TRANSITIONS: Mapping[OrderState, Mapping[OrderState, Words]] = MappingProxyType(
    {
        OrderState.PLACED: {
            OrderState.PAID: gettext_lazy("a payment settled"),
            OrderState.WAITING: gettext_lazy("the payment failed, or a promise stands in the way"),
            OrderState.CANCELLED: gettext_lazy("taken back, or never paid"),
        },
        OrderState.WAITING: {
            OrderState.PLACED: gettext_lazy("tried again"),
            OrderState.PAID: gettext_lazy("a payment settled, or what it waited for is there"),
            OrderState.FILLED: gettext_lazy("what it waited for is done"),
            OrderState.CANCELLED: gettext_lazy("taken back"),
        },
        OrderState.PAID: {
            OrderState.WAITING: gettext_lazy("something is missing to fill it"),
            OrderState.FILLED: gettext_lazy("every line is done"),
            OrderState.CANCELLED: gettext_lazy("all of it was taken back"),
        },
        OrderState.FILLED: {
            OrderState.WAITING: gettext_lazy("a parcel came back"),
            OrderState.CANCELLED: gettext_lazy("all of it was taken back"),
        },
        OrderState.CANCELLED: {},
    }
)
"""State → the states that may follow it, each with when."""

STARTS_IN = OrderState.PLACED


def move_order(order: Order, to: OrderState, *, cause: str = "", waits_for: str = WaitCause.NONE) -> None:
    """Take one step, if nobody took one meanwhile; write it down. Call it in a transaction.

    Arguments:
        order: the order as the caller read it; it is brought up to date.
        to: where it goes; the same state is no step, unless it waits for something else now.
        cause: why, one of a closed list.
        waits_for: what it waits for from now on.

    Raises Refused where the table knows no such step, or where somebody else took one meanwhile.
    """
    before = OrderState(order.state)
    waits_on = before is to is OrderState.WAITING
    if to not in TRANSITIONS[before] and not waits_on:
        raise Refused(
            _("This order is %(state)s.") % {"state": order.get_state_display()},
            kept=_("Nothing was changed."),
            next_step=_("Open the order to see what can be done with it."),
        )
    columns: dict[str, object] = {"state": to, "waits_for": waits_for}
    if to is OrderState.PAID and order.paid_at is None:
        columns["paid_at"] = clock.now()
    columns["ended_at"] = clock.now() if to in {OrderState.FILLED, OrderState.CANCELLED} else None
    if not Order.objects.filter(pk=order.pk, state=before).update(**columns):
        raise Refused(
            _("This order was changed meanwhile."),
            kept=_("That change was kept, and nothing else was done."),
            next_step=_("Look at the order again."),
        )
    for name, value in columns.items():
        setattr(order, name, value)
    OrderStep.objects.create(order=order, subject_id=order.subject_id, before=before, after=to, cause=cause)


def draw_diagram() -> str:
    """Return the table as a Mermaid state diagram, for the docs."""
    lines = ["stateDiagram-v2", f"    [*] --> {STARTS_IN.value}"]
    for before, after in TRANSITIONS.items():
        lines += [f"    {before.value} --> {to.value}: {words}" for to, words in after.items()]
        if not after:
            lines.append(f"    {before.value} --> [*]")
    return "\n".join(lines)


def lock_order(order_id: UUID) -> Order:
    """Return the order, locked until the transaction ends: steps of one order are taken one after the other."""
    return Order.objects.select_for_update().get(pk=order_id)
