"""Taking a parcel in hand, packing it, and handing it to the carrier. Act as a member of staff, or as a system job."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.fulfilment.events import Event
from troth.fulfilment.models import Parcel, ParcelLine, ParcelState, Waits
from troth.fulfilment.states import OPEN, move_parcel, record_parcel, require_going_on, set_waiting, settle_order
from troth.fulfilment.telling import Told, tell_owner
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.orders.api import lock_order as lock
from troth.orders.api import reserve_pieces, ship_pieces


@contextmanager
def held(parcel: Parcel) -> Iterator[Parcel]:
    """Hold a parcel and its order for one change, in a transaction; yield it as it stands, and settle the order after.

    The order first, then its parcel: whoever locks both does so in this order.
    """
    require_acting()
    with transaction.atomic():
        order = lock(parcel.order_id)
        fresh = Parcel.objects.select_for_update().get(pk=parcel.pk)
        fresh.order = order
        yield fresh
        settle_order(order)
    parcel.refresh_from_db()


def take_parcel(parcel: Parcel, member_id: UUID) -> None:
    """Take a parcel in hand: from then on it is the case that lets this member see where it goes."""
    with held(parcel) as fresh:
        if fresh.state not in OPEN:
            raise Refused(_("Nothing is left to do with this parcel."), kept=_("Nothing was changed."))
        if fresh.taken_by == member_id:
            return
        fresh.taken_by = member_id
        fresh.save(update_fields=["taken_by"])
        record_parcel(Event.PARCEL_TAKEN, fresh)


def give_back(parcel: Parcel, member_id: UUID) -> None:
    """Put a parcel out of hand, so that a colleague can take it."""
    with held(parcel) as fresh:
        if fresh.taken_by == member_id:
            fresh.taken_by = None
            fresh.save(update_fields=["taken_by"])
            record_parcel(Event.PARCEL_GIVEN_BACK, fresh)


def pack_parcel(parcel: Parcel) -> None:
    """Note that a parcel is packed; from then on its pieces cannot be taken back."""
    with held(parcel) as fresh:
        if fresh.waits_for == Waits.STOCK:
            raise Refused(
                _("A piece of it is not in stock."),
                kept=_("Nothing was changed."),
                next_step=_("It comes up to be packed by itself as soon as the stock says that the piece is there."),
            )
        require_going_on(fresh)
        move_parcel(fresh, ParcelState.PACKED)


def unpack_parcel(parcel: Parcel) -> None:
    """Note that a parcel was opened again, as long as it has no label."""
    with held(parcel) as fresh:
        if fresh.has_label or fresh.label_asked_at is not None:
            raise Refused(
                _("It has a label, or one was asked for."),
                kept=_("Nothing was changed."),
                next_step=_("Hand it to the carrier as it is."),
            )
        move_parcel(fresh, ParcelState.TO_PACK)


def ship_parcel(parcel: Parcel) -> None:
    """Note that a parcel was handed to the carrier; its pieces leave the stock, and its owner is told."""
    with held(parcel) as fresh:
        require_going_on(fresh)
        note_shipped(fresh)


def note_shipped(parcel: Parcel) -> None:
    """Take the step of ``ship_parcel`` on a parcel that is held."""
    if not parcel.has_label:
        raise Refused(_("It has no label yet."), kept=_("Nothing was changed."), next_step=_("Make the label first."))
    if parcel.holds_stock:
        for row in ParcelLine.objects.filter(parcel=parcel).select_related("line"):
            ship_pieces(row.line.product_id, row.quantity)
        parcel.holds_stock = False
    move_parcel(parcel, ParcelState.SHIPPED)
    set_waiting(parcel, Waits.NOTHING)
    tell_owner(parcel, Told.SHIPPED)


def look_for_stock(parcel: Parcel) -> bool:
    """Hold the pieces of a parcel that waits for stock back, if all are there by now; return whether they are."""
    with held(parcel) as fresh:
        if fresh.waits_for != Waits.STOCK:
            return False
        if not hold_pieces(fresh):
            return False
        set_waiting(fresh, Waits.NOTHING)
    return True


def hold_pieces(parcel: Parcel) -> bool:
    """Hold all pieces of a parcel back on the shelf, or none; return whether they are held. In a transaction."""
    rows = ParcelLine.objects.filter(parcel=parcel).select_related("line").order_by("line__product_id")
    with transaction.atomic():
        for row in rows:
            if not reserve_pieces(row.line.product_id, row.quantity):
                transaction.set_rollback(True)
                return False
    parcel.holds_stock = True
    parcel.save(update_fields=["holds_stock"])
    return True
