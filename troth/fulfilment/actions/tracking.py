"""Where a parcel is. News of the carrier are only a reason to ask; what counts is what it says when it is asked.

So news that come twice, late or in disorder do no harm, and forged ones change nothing.
"""

from troth.fulfilment import jobs
from troth.fulfilment.actions.packing import held, hold_pieces, note_shipped
from troth.fulfilment.doubts import note_doubt
from troth.fulfilment.filling import make_parcel
from troth.fulfilment.models import Parcel, ParcelLine, ParcelState, Waits
from troth.fulfilment.states import TRANSITIONS, move_parcel, set_waiting
from troth.fulfilment.telling import Told, tell_owner
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.orders.api import take_in_pieces
from troth.processors.api import ParcelEvent, TrackingState, parcel_carrier

_UNDER_WAY = {TrackingState.UNDER_WAY, TrackingState.OUT_FOR_DELIVERY}


def take_news(event: ParcelEvent) -> None:
    """Take an event of the carrier: look where its parcel is (``processors.api.parcel_event_handlers``)."""
    parcel = Parcel.objects.filter(parcel_ref=event.parcel_ref).first()
    if parcel is not None:
        look_where(parcel)


def look_where(parcel: Parcel) -> bool:
    """Ask the carrier where a parcel is, and note it; return whether that was news."""
    with acting(actor=system(jobs.TRACKING), purpose=Purpose.SHIPPING):
        found = parcel_carrier(adapter=parcel.adapter).find_state(parcel.parcel_ref, subject_id=parcel.subject_id)
        Parcel.objects.filter(pk=parcel.pk).update(moved_at=clock.now())
        if found is None or found is TrackingState.LABELLED:
            return False
        before = (parcel.state, parcel.waits_for)
        with held(parcel) as fresh:
            _note(fresh, found)
    return (parcel.state, parcel.waits_for) != before


def _note(parcel: Parcel, found: TrackingState) -> None:
    """Take the steps from where the parcel stands to where the carrier says that it is."""
    if parcel.state == ParcelState.PACKED and parcel.has_label:
        # The carrier has it, so it was handed over, though nobody said so.
        note_shipped(parcel)
    if found is TrackingState.DELIVERED and ParcelState.DELIVERED in TRANSITIONS[ParcelState(parcel.state)]:
        note_delivered(parcel)
    elif found is TrackingState.RETURNED and ParcelState.COMES_BACK in TRANSITIONS[ParcelState(parcel.state)]:
        note_coming_back(parcel)
    elif parcel.state == ParcelState.SHIPPED:
        set_waiting(parcel, Waits.CARRIER if found is TrackingState.PROBLEM else Waits.NOTHING)


def note_delivered(parcel: Parcel) -> None:
    """Note that a parcel is there; of a held parcel."""
    move_parcel(parcel, ParcelState.DELIVERED)
    set_waiting(parcel, Waits.NOTHING)


def note_coming_back(parcel: Parcel) -> None:
    """Note that a parcel goes back: the address is doubtful, and its owner is asked (A9, C3); of a held parcel."""
    move_parcel(parcel, ParcelState.COMES_BACK)
    set_waiting(parcel, Waits.ADDRESS)
    note_doubt(parcel.subject_id, cause="parcel_returned")
    tell_owner(parcel, Told.CAME_BACK)


def note_lost(parcel: Parcel) -> None:
    """Note that nobody finds a parcel any more: its owner is told, and staff decide what follows; of a held parcel."""
    move_parcel(parcel, ParcelState.LOST)
    set_waiting(parcel, Waits.CARRIER)
    tell_owner(parcel, Told.LOST)


def note_here_again(parcel: Parcel, *, whole: bool) -> Parcel:
    """Note that a returned parcel is here, and make the one in its place; return that. Of a held parcel.

    Arguments:
        parcel: one that comes back.
        whole: whether its pieces can be sent again; where not, they are written off, and others are looked for.
    """
    waits_for = parcel.waits_for
    move_parcel(parcel, ParcelState.RETURNED)
    set_waiting(parcel, Waits.NOTHING)
    if whole:
        for row in ParcelLine.objects.filter(parcel=parcel).select_related("line"):
            take_in_pieces(row.line.product_id, row.quantity)
    return _replace(parcel, holds_stock=whole, waits_for=waits_for)


def send_again(parcel: Parcel) -> Parcel:
    """Make a parcel in place of a lost one; return it. Of a held parcel."""
    set_waiting(parcel, Waits.NOTHING)
    return _replace(parcel, holds_stock=False, waits_for=Waits.NOTHING)


def _replace(parcel: Parcel, *, holds_stock: bool, waits_for: str) -> Parcel:
    known = Parcel.objects.filter(replaces=parcel).first()
    if known is not None:
        return known
    rows = ParcelLine.objects.filter(parcel=parcel).select_related("line")
    pieces = [(row.line, row.quantity) for row in rows]
    made = make_parcel(parcel.order, pieces, holds_stock=holds_stock, waits_for=waits_for, replaces=parcel)
    if not holds_stock and not hold_pieces(made):
        set_waiting(made, Waits.STOCK)
    return made
