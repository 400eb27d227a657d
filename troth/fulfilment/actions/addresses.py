"""The owner mends the address of an order: what waited for it goes on, and the doubt about the file ends (A9, C3)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts.api import Profile, trust_details
from troth.fulfilment.doubts import WHAT
from troth.fulfilment.events import Event
from troth.fulfilment.models import Parcel, ParcelState, Waits
from troth.fulfilment.states import record_parcel, set_waiting, settle_order
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.orders.api import Order, OrderContact, lock_order

_BEFORE_SHIPPING = (ParcelState.TO_PACK, ParcelState.PACKED)


def may_mend(order: Order) -> bool:
    """Return whether another address would still change where something of the order goes."""
    parcels = Parcel.objects.filter(order=order)
    return parcels.filter(state__in=_BEFORE_SHIPPING, labelled_at=None, label_asked_at=None).exists() or (
        parcels.filter(waits_for=Waits.ADDRESS).exists()
    )


def mend_address(order: Order, values: Mapping[str, Any], *, keep: bool) -> None:
    """Write where the order goes from now on. Act as its owner.

    Arguments:
        order: an order of which something is still to be sent.
        values: name, shipping_address and telephone, as given.
        keep: whether the address goes into the owner's details as well.
    """
    require_acting()
    contact = OrderContact.objects.filter(order=order).first() or OrderContact(order=order, subject_id=order.subject_id)
    with transaction.atomic():
        locked = lock_order(order.pk)
        if not may_mend(locked):
            raise Refused(
                _("All of this order is under way already."),
                kept=_("The address is as it was."),
                next_step=_("Write to customer support if the parcel goes to a wrong place."),
            )
        for name, value in values.items():
            contact.put(name, value)
        contact.save()
        _go_on(locked, is_other=True)
        if keep and (profile := Profile.of(order.subject_id)) is not None:
            profile.address = values["shipping_address"]
            profile.save()
    order.refresh_from_db()


def confirm_address(order: Order) -> None:
    """Note that its owner said that the address is right: we try again as it is. Act as its owner."""
    require_acting()
    with transaction.atomic():
        locked = lock_order(order.pk)
        _go_on(locked, is_other=False)
    order.refresh_from_db()


def _go_on(order: Order, *, is_other: bool) -> None:
    """Let the parcels go on that wait for an address; in the transaction that holds the order."""
    unlabelled = Parcel.objects.filter(order=order, labelled_at=None, label_asked_at=None, state__in=_BEFORE_SHIPPING)
    # What the owner says is right is not asked of the carrier a second time.
    unlabelled.filter(waits_for=Waits.ADDRESS).update(checked=None if is_other else True)
    for parcel in Parcel.objects.filter(order=order, waits_for=Waits.ADDRESS).select_related("order"):
        set_waiting(parcel, Waits.NOTHING)
        record_parcel(Event.ADDRESS_MENDED, parcel)
    trust_details(order.subject_id, [WHAT])
    settle_order(order)
