"""What a client is told of an order, by the channel that it wished; asked for in the transaction that has the news."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from troth.kernel.ports import Registry
from troth.orders.models import Order, Origin


class News(StrEnum):
    """What there is to tell."""

    PLACED = "order_placed"
    PAID = "order_paid"
    PAYMENT_FAILED = "payment_failed"
    OUT_OF_STOCK = "out_of_stock"
    WAITS = "order_waits"
    CANCELLED = "order_cancelled"
    FILLED = "order_filled"
    REFUND_PAID = "refund_paid"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "payment_disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


class Teller(Protocol):
    """Tells clients."""

    def tell(self, subject_id: UUID, news: News, *, order: Order, facts: Mapping[str, str | int]) -> None:
        """Ask, in the caller's transaction, for the client to be told."""


tellers: Registry[str, Teller] = Registry("teller of orders")


def tell_client(order: Order, news: News, **facts: str | int) -> None:
    """Have the client told what became of an order, and what to do; of a renewal, ``memberships`` tells by itself."""
    if order.origin == Origin.RENEWAL and news in {News.PLACED, News.PAYMENT_FAILED, News.CANCELLED}:
        return
    for teller in tellers:
        teller.tell(order.subject_id, news, order=order, facts=facts)
