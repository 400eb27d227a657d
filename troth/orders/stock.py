"""Pieces of goods: held back for an order while it is paid, given free again, taken out when they are shipped.

Each change is one conditional update, so that two orders never get the last piece, whatever runs beside it. Products
without a stock figure have no end. ``Order.reserves_stock`` says whether an order holds its pieces, so that nothing is
held or freed twice.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from troth.kernel.errors import Refused
from troth.orders.models import Order, OrderLine, Product


class OutOfStock(Refused):
    """There are not as many pieces as are wanted; ``products`` names those that lack."""

    def __init__(self, message: str, *, products: tuple[UUID, ...] = (), kept: str = "", next_step: str = "") -> None:
        super().__init__(message, kept=kept, next_step=next_step)
        self.products = products


def reserve_stock(order: Order) -> bool:
    """Hold back all pieces of an order, or none; return whether they are held. Call it in a transaction."""
    if order.reserves_stock:
        return True
    pieces = count_pieces(order)
    with transaction.atomic():
        for product_id, quantity in sorted(pieces.items()):
            if not _reserve(product_id, quantity):
                transaction.set_rollback(True)
                return False
        if not Order.objects.filter(pk=order.pk, reserves_stock=False).update(reserves_stock=True):
            transaction.set_rollback(True)
    order.reserves_stock = True
    return True


def release_stock(order: Order) -> None:
    """Give the pieces of an order free again, if it holds any."""
    with transaction.atomic():
        if not Order.objects.filter(pk=order.pk, reserves_stock=True).update(reserves_stock=False):
            return
        for product_id, quantity in sorted(count_pieces(order).items()):
            release_pieces(product_id, quantity)
    order.reserves_stock = False


def reserve_pieces(product_id: UUID, quantity: int) -> bool:
    """Hold pieces back for an order that is paid already, in place of lost ones; return whether they are there."""
    return _reserve(product_id, quantity)


def release_pieces(product_id: UUID, quantity: int) -> None:
    """Give some pieces free that an order held."""
    Product.objects.filter(pk=product_id, stock__isnull=False, reserved__gte=quantity).update(
        reserved=F("reserved") - quantity
    )


def ship_pieces(product_id: UUID, quantity: int) -> None:
    """Take pieces out of the stock that an order held: they left the house."""
    Product.objects.filter(pk=product_id, stock__gte=quantity, reserved__gte=quantity).update(
        stock=F("stock") - quantity, reserved=F("reserved") - quantity
    )


def take_in_pieces(product_id: UUID, quantity: int) -> None:
    """Put pieces back on the shelf after a parcel came back, held for the order that they belong to."""
    Product.objects.filter(pk=product_id, stock__isnull=False).update(
        stock=F("stock") + quantity, reserved=F("reserved") + quantity
    )


def count_pieces(order: Order) -> Mapping[UUID, int]:
    """Return product → pieces that are still ordered and not shipped, of goods with a stock figure."""
    lines = OrderLine.objects.filter(order=order, product__stock__isnull=False).annotate(
        left=F("quantity") - F("cancelled")
    )
    pieces: dict[UUID, int] = {}
    for product_id, left in lines.values_list("product_id", "left"):
        pieces[product_id] = pieces.get(product_id, 0) + left
    return {product_id: left for product_id, left in pieces.items() if left > 0}


def _reserve(product_id: UUID, quantity: int) -> bool:
    enough = Q(stock__isnull=True) | Q(stock__gte=F("reserved") + quantity)
    return bool(Product.objects.filter(enough, pk=product_id).update(reserved=F("reserved") + quantity))
