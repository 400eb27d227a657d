"""What the owner of a parcel is told, by the way that it wished, from the transaction that has the news (C3)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.fulfilment import jobs
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.fulfilment.shipments import list_contents
from troth.kernel.acting import Case, acting, system
from troth.kernel.ports import ContactGone, ContactKind, Facts, Words, contact_client, register_contact_kind
from troth.kernel.purposes import Purpose
from troth.ui.api import absolute_url

CASE = "parcel"


class Told(StrEnum):
    """What there is to tell; the end of a contact kind, and the folder of its text."""

    SHIPPED = "shipped"
    ADDRESS_WANTED = "address_wanted"
    CAME_BACK = "came_back"
    LOST = "lost"


_WORDS: Mapping[Told, Words] = {
    Told.SHIPPED: _("a parcel that is on its way"),
    Told.ADDRESS_WANTED: _("an address to which a parcel cannot be delivered"),
    Told.CAME_BACK: _("a parcel that comes back to us"),
    Told.LOST: _("a parcel that the carrier lost"),
}


def register_contacts() -> None:
    """Register what owners of parcels are told; called once, at start-up."""
    for told, words in _WORDS.items():
        register_contact_kind(
            ContactKind(
                key=f"fulfilment.{told}",
                words=words,
                purpose=Purpose.ORDERS,
                template=f"fulfilment/emails/{told}",
                compose=compose,
                clause="C2" if told is Told.SHIPPED else "C3",
                answers=True,
            )
        )


def tell_owner(parcel: Parcel, told: Told) -> None:
    """Have the owner told, in the caller's transaction; an order that is being filled is told of also after leaving."""
    with acting(actor=system(jobs.TRACKING), purpose=Purpose.ORDERS):
        contact_client(
            subject_id=parcel.subject_id,
            about=f"fulfilment.{told}",
            case=Case(CASE, str(parcel.pk)),
            facts={"parcel": str(parcel.pk), "about": told.value},
        )


def compose(subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    """Return what the texts name; raise ContactGone where it is no longer so."""
    parcel = Parcel.objects.select_related("order").filter(pk=UUID(str(facts["parcel"])), subject_id=subject_id).first()
    if parcel is None or not _still_so(parcel, str(facts["about"])):
        raise ContactGone
    page = {"number": parcel.order.number}
    return {
        "parcel_number": parcel.number,
        "order_number": parcel.order.number,
        "contents": [f"{row.quantity} × {row.line.name}" for row in list_contents(parcel)],
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "order_url": absolute_url(reverse("orders:order", kwargs=page)),
        "address_url": absolute_url(reverse("fulfilment:address", kwargs=page)),
    }


def _still_so(parcel: Parcel, about: str) -> bool:
    match about:
        case Told.SHIPPED:
            return parcel.state in {ParcelState.SHIPPED, ParcelState.DELIVERED}
        case Told.ADDRESS_WANTED | Told.CAME_BACK:
            return parcel.waits_for == Waits.ADDRESS
        case _:
            return True
