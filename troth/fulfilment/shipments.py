"""What the carrier is asked with: one parcel, with its contents, and name and address unopened from its order."""

from django.utils.translation import gettext as _

from troth.fulfilment.models import Parcel, ParcelLine
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.orders.api import OrderContact
from troth.processors.api import ParcelItem, ParcelRequest


def find_contact(parcel: Parcel) -> OrderContact:
    """Return whom the parcel's order is for; raise Refused where that is not kept any more."""
    contact = OrderContact.objects.filter(order_id=parcel.order_id).first()
    if contact is None:
        raise Refused(
            _("The address of this order is not kept any more."),
            kept=_("Nothing was sent."),
            next_step=_("The client can give it again on the order’s page."),
        )
    return contact


def write_request(parcel: Parcel) -> ParcelRequest:
    """Return the parcel as the carrier is asked with it; nothing is opened by this."""
    contact = find_contact(parcel)
    items = [_write_item(row) for row in list_contents(parcel)]
    return ParcelRequest(
        shipment_id=parcel.label_key,
        number=parcel.number,
        subject_id=parcel.subject_id,
        recipient={"name": contact.name, "address": contact.shipping_address, "telephone": contact.telephone},
        weight_grams=max(sum(item.weight_grams for item in items), 1),
        country=parcel.order.tax_region[:2],
        items=items,
        address_ref=parcel.address_ref,
    )


def list_contents(parcel: Parcel) -> list[ParcelLine]:
    """Return what is in a parcel, as the packer reads it."""
    return list(
        ParcelLine.objects.filter(parcel=parcel).select_related("line__product", "line__order").order_by("line")
    )


def _write_item(row: ParcelLine) -> ParcelItem:
    line = row.line
    return ParcelItem(
        name=line.name,
        quantity=row.quantity,
        weight_grams=line.product.weight_grams * row.quantity,
        value=Money(line.total.minor * row.quantity // line.quantity, line.order.currency),
        origin=line.product.origin,
    )
