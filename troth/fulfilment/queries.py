"""What the pages read of parcels: numbers and states, and no value of anybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.fulfilment.actions.addresses import may_mend
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.kernel.ports import Words
from troth.orders.api import Order, OrderPart, OrderState, WaitCause
from troth.ui.api import format_datetime


class Pile(StrEnum):
    """One of staff's lists."""

    TO_PACK = "to_pack"
    TO_SHIP = "to_ship"
    WAITING = "waiting"
    UNDER_WAY = "under_way"
    ENDED = "ended"


_STATES: Mapping[Pile, Sequence[str]] = {
    Pile.TO_PACK: (ParcelState.TO_PACK,),
    Pile.TO_SHIP: (ParcelState.PACKED,),
    Pile.UNDER_WAY: (ParcelState.SHIPPED, ParcelState.COMES_BACK),
    Pile.ENDED: (ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.LOST, ParcelState.CANCELLED),
}


def list_pile(pile: Pile) -> QuerySet[Parcel]:
    """Return the parcels of one list: what is to be done oldest first, what has ended newest first."""
    parcels = Parcel.objects.select_related("order")
    stands_still = Q(order__state=OrderState.WAITING, order__waits_for=WaitCause.DISPUTED)
    if pile is Pile.WAITING:
        held_up = stands_still & Q(state__in=[ParcelState.TO_PACK, ParcelState.PACKED])
        return parcels.filter(~Q(waits_for="") | held_up).order_by("made_at")
    found = parcels.filter(state__in=_STATES[pile])
    if pile is Pile.ENDED:
        return found.order_by("-made_at")
    return (found if pile is Pile.UNDER_WAY else found.filter(waits_for="").exclude(stands_still)).order_by("made_at")


def count_to_do() -> int:
    """Return how many parcels somebody should pack or ship, or look after."""
    return list_pile(Pile.TO_PACK).count() + list_pile(Pile.TO_SHIP).count() + count_in_need()


def count_in_need() -> int:
    """Return how many parcels wait for staff, and not for a client or for stock."""
    return Parcel.objects.filter(waits_for__in=[Waits.PROCESSOR, Waits.CARRIER]).count()


def oldest_to_do() -> datetime | None:
    """Return since when the oldest parcel waits to be packed or shipped."""
    rows = Parcel.objects.filter(state__in=[ParcelState.TO_PACK, ParcelState.PACKED], waits_for="").order_by("made_at")
    return rows.values_list("made_at", flat=True).first()


def find_parcel(number: str, count: int) -> Parcel | None:
    """Return one parcel by its order's number and its own, or None."""
    return Parcel.objects.select_related("order").filter(order__number=number, count=count).first()


def parcels_of(subject_id: UUID) -> QuerySet[Parcel]:
    """Return a client's parcels, the newest first."""
    return Parcel.objects.select_related("order").filter(subject_id=subject_id).order_by("-made_at")


def show_on_order(order: Order) -> Sequence[OrderPart]:
    """Return the parcels of an order as its owner sees them (``orders.api.order_parts``)."""
    parcels = list(Parcel.objects.filter(order=order).order_by("count"))
    mends = bool(parcels) and may_mend(order)
    return [_show(order, parcel, mends=mends) for parcel in parcels]


def say_where(parcel: Parcel) -> Words:
    """Return where a parcel is, in a sentence for its owner."""
    if parcel.waits_for == Waits.ADDRESS:
        if parcel.state == ParcelState.COMES_BACK:
            return _("It could not be delivered, and comes back to us. Where can it reach you?")
        return _("The carrier cannot deliver to its address. Where can it reach you?")
    if parcel.waits_for == Waits.STOCK:
        return _("A piece of it is not in stock at the moment. We send it as soon as it is there.")
    if parcel.waits_for == Waits.PROCESSOR:
        return _("The carrier may not be given your address at the moment. Nothing was sent to it; we have been told.")
    if parcel.waits_for == Waits.CARRIER and parcel.state != ParcelState.LOST:
        return _("The carrier reports a difficulty. We look after it.")
    return _SENTENCES[ParcelState(parcel.state)]()


_SENTENCES = {
    ParcelState.TO_PACK: lambda: _("It is about to be packed."),
    ParcelState.PACKED: lambda: _("It is packed, and goes to the carrier next."),
    ParcelState.SHIPPED: lambda: _("It is on its way to you."),
    ParcelState.DELIVERED: lambda: _("It was delivered."),
    ParcelState.COMES_BACK: lambda: _(
        "It is on its way back to us. As soon as it is here, we send it to the address that you gave."
    ),
    ParcelState.RETURNED: lambda: _("It came back to us."),
    ParcelState.LOST: lambda: _("The carrier lost it. We send another, or give your money back, and tell you which."),
    ParcelState.CANCELLED: lambda: _("You took all of it back."),
}


def _show(order: Order, parcel: Parcel, *, mends: bool) -> OrderPart:
    asks = parcel.waits_for == Waits.ADDRESS
    url = reverse("fulfilment:address", kwargs={"number": order.number})
    can_change = mends and parcel.state in {ParcelState.TO_PACK, ParcelState.PACKED} and not parcel.has_label
    facts = {
        _("Carrier"): parcel.carrier,
        _("Number to follow it by"): parcel.tracking_number,
        _("Shipped"): format_datetime(parcel.shipped_at) if parcel.shipped_at else "",
        _("Delivered"): format_datetime(parcel.delivered_at) if parcel.delivered_at else "",
    }
    return OrderPart(
        title=_("Parcel %(number)s") % {"number": f"{order.number}-{parcel.count}"},
        words=say_where(parcel),
        waits=asks,
        facts={name: value for name, value in facts.items() if value},
        url=url if asks or can_change else "",
        url_words=_("Say where it can reach you") if asks else _("Change the address"),
        tracking=parcel.tracking_number,
        away=parcel.tracking_url,
        away_words=_("Follow it on the carrier’s page"),
    )
