"""Paid orders whose last piece went while they were being paid go on as soon as the stock is there again (C3)."""

from django.db import transaction

from troth.kernel.acting import require_acting
from troth.orders.api import Order, OrderState, WaitCause, fill_lines, lock_order, move_order, reserve_stock


def fill_waiting_orders(limit: int) -> int:
    """Fill the paid orders that wait for stock and find it, the oldest first; return how many. May run twice."""
    require_acting()
    waiting = Order.objects.filter(
        state=OrderState.WAITING, waits_for=WaitCause.OUT_OF_STOCK, paid_at__isnull=False, parcels=None
    )
    return sum(_fill(order) for order in waiting.order_by("paid_at")[:limit])


def _fill(order: Order) -> bool:
    with transaction.atomic():
        locked = lock_order(order.pk)
        if (locked.state, locked.waits_for) != (OrderState.WAITING, WaitCause.OUT_OF_STOCK):
            return False
        if not reserve_stock(locked):
            return False
        move_order(locked, OrderState.PAID, cause="in_stock_again")
        fill_lines(locked)
    return True
