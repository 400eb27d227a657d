"""What a paid line of goods brings: a parcel to pack; and what happens when it is taken back, until it is packed."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.fulfilment.events import Event
from troth.fulfilment.models import Parcel, ParcelLine, ParcelState, Waits
from troth.fulfilment.states import move_parcel, record_parcel, set_waiting, settle_order
from troth.kernel.errors import Refused
from troth.kernel.ports import Words
from troth.orders.api import Order, OrderLine, ProductKind, release_pieces

_UNPACKED = (
    Q(parcel__state=ParcelState.TO_PACK)
    # Packed, but nobody knows where to: whoever would rather have the money back need not give an address first.
    | Q(parcel__state=ParcelState.PACKED, parcel__waits_for=Waits.ADDRESS)
    | Q(parcel__state=ParcelState.LOST, parcel__replaced_by=None)
)
"""The parcels out of which pieces can be taken back."""
_LIVE = ~Q(parcel__state__in=[ParcelState.CANCELLED, ParcelState.RETURNED]) & (
    ~Q(parcel__state=ParcelState.LOST) | Q(parcel__replaced_by=None)
)
"""The parcels that hold their pieces still; those of the others are in none any more, or in the one in its place."""


class GoodsLines:
    """Fills the lines of goods."""

    def check(self, lines: Sequence[OrderLine]) -> None:
        """Allow all: whether there is stock and an address was judged when the order was placed."""

    def fill(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Make one parcel of all goods of the order; its pieces are held back for it."""
        if Parcel.objects.filter(order=order).exists():
            return
        make_parcel(order, [(line, line.remaining) for line in lines], holds_stock=order.reserves_stock)

    def take_back(self, order: Order, line: OrderLine, *, quantity: int) -> None:
        """Take pieces out of what is not packed yet, and give them free; raise Refused where they are packed."""
        # What is in no parcel yet waits for stock, and is taken back first.
        left = quantity - max(line.remaining - _count(line, _LIVE), 0)
        rows = ParcelLine.objects.select_for_update(of=("self",)).filter(_UNPACKED, line=line)
        for row in rows.select_related("parcel__order").order_by("-pk"):
            if left > 0:
                left -= _take_out(row, min(left, row.quantity))
        if left > 0:
            raise Refused(
                _("%(name)s is packed already, or on its way.") % {"name": line.name},
                kept=_("Nothing was changed."),
                next_step=_("Take back what is not packed yet; or write to customer support once the parcel is there."),
            )
        settle_order(order)

    def count_loose(self, order: Order, line: OrderLine) -> int:
        """Return what is in no parcel yet, or in one that is not packed."""
        return min(line.remaining, max(line.remaining - _count(line, _LIVE), 0) + _count(line, _UNPACKED))

    def is_done(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        """Return whether all that is left of these lines was handed to the carrier, and nothing hinders it."""
        under_way = Q(parcel__state__in=[ParcelState.SHIPPED, ParcelState.DELIVERED], parcel__waits_for="")
        return all(_count(line, under_way) >= line.remaining for line in lines)

    def describe_progress(self, line: OrderLine) -> Words:
        """Return where the line stands; of several parcels the one that is furthest behind."""
        rows = ParcelLine.objects.filter(_LIVE, line=line).select_related("parcel")
        states = {row.parcel.state for row in rows}
        return next((words for state, words in _PROGRESS.items() if state in states), _NOT_THERE)


class ShippingLines:
    """The price of sending goes with the goods: nothing is done for it by itself."""

    def check(self, lines: Sequence[OrderLine]) -> None:
        """Allow it."""

    def fill(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Do nothing more."""

    def take_back(self, order: Order, line: OrderLine, *, quantity: int) -> None:
        """Refuse while something of the order is shipped, or still to be."""
        goods = OrderLine.objects.filter(order=order, kind=ProductKind.GOODS)
        if any(each.remaining for each in goods):
            raise Refused(
                _("Shipping is paid for as long as something is shipped."),
                kept=_("Nothing was changed."),
                next_step=_("Take back all that would be shipped; what you paid for shipping then goes back too."),
            )

    def count_loose(self, order: Order, line: OrderLine) -> int:
        """Return what is left of it, unless something is shipped: it goes by itself with the last of the goods."""
        goods = OrderLine.objects.filter(order=order, kind=ProductKind.GOODS)
        return 0 if any(each.remaining for each in goods) else line.remaining

    def is_done(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        """Return True: the goods say when they are done."""
        return True

    def describe_progress(self, line: OrderLine) -> Words:
        """Return nothing more: the goods say where they are."""
        return ""


_PROGRESS: dict[str, Words] = {
    ParcelState.LOST: gettext_lazy("The carrier lost it. We are on it, and tell you."),
    ParcelState.COMES_BACK: gettext_lazy("It is on its way back to us."),
    ParcelState.TO_PACK: gettext_lazy("It is about to be packed."),
    ParcelState.PACKED: gettext_lazy("It is packed, and goes to the carrier next."),
    ParcelState.SHIPPED: gettext_lazy("It is on its way to you."),
    ParcelState.DELIVERED: gettext_lazy("It was delivered."),
}
_NOT_THERE = gettext_lazy("It is not in stock at the moment.")


def make_parcel(
    order: Order,
    pieces: Sequence[tuple[OrderLine, int]],
    *,
    holds_stock: bool,
    waits_for: str = Waits.NOTHING,
    replaces: Parcel | None = None,
) -> Parcel:
    """Make a parcel to pack; in the transaction that holds its order."""
    parcel = Parcel.objects.create(
        subject_id=order.subject_id,
        order=order,
        count=Parcel.objects.filter(order=order).count() + 1,
        holds_stock=holds_stock,
        waits_for=waits_for,
        replaces=replaces,
    )
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, subject_id=order.subject_id, line=line, quantity=quantity)
        for line, quantity in pieces
        if quantity
    )
    record_parcel(Event.PARCEL_MADE, parcel)
    return parcel


def _take_out(row: ParcelLine, quantity: int) -> int:
    """Take pieces out of one parcel, and give them free on the shelf; return how many."""
    parcel = row.parcel
    if parcel.holds_stock:
        release_pieces(row.line.product_id, quantity)
    if quantity == row.quantity:
        row.delete()
    else:
        row.quantity -= quantity
        row.save(update_fields=["quantity"])
    record_parcel(Event.PIECES_TAKEN_OUT, parcel)
    if not ParcelLine.objects.filter(parcel=parcel).exists():
        set_waiting(parcel, Waits.NOTHING)
        if parcel.state != ParcelState.LOST:
            move_parcel(parcel, ParcelState.CANCELLED)
    return quantity


def _count(line: OrderLine, which: Q) -> int:
    rows: QuerySet[ParcelLine] = ParcelLine.objects.filter(which, line=line)
    return rows.aggregate(n=Sum("quantity"))["n"] or 0
