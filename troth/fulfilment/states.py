"""The steps of a parcel, and what they make of its order: the table from which the code judges and the docs draw."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.fulfilment.events import Event
from troth.fulfilment.models import Parcel, ParcelState, ParcelStep, Waits
from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.ports import Words
from troth.ledger.api import record
from troth.orders.api import Order, OrderState, WaitCause, finish_if_done, move_order

TRANSITIONS: Mapping[ParcelState, Mapping[ParcelState, Words]] = MappingProxyType(
    {
        ParcelState.TO_PACK: {
            ParcelState.PACKED: gettext_lazy("staff packed it"),
            ParcelState.CANCELLED: gettext_lazy("all of it was taken back"),
        },
        ParcelState.PACKED: {
            ParcelState.TO_PACK: gettext_lazy("unpacked again"),
            ParcelState.SHIPPED: gettext_lazy("handed to the carrier"),
            ParcelState.CANCELLED: gettext_lazy("taken back while an address was missing"),
        },
        ParcelState.SHIPPED: {
            ParcelState.DELIVERED: gettext_lazy("the carrier delivered it"),
            ParcelState.COMES_BACK: gettext_lazy("the carrier sends it back"),
            ParcelState.LOST: gettext_lazy("nobody finds it"),
        },
        ParcelState.DELIVERED: {
            ParcelState.COMES_BACK: gettext_lazy("the carrier sends it back after all"),
        },
        ParcelState.COMES_BACK: {
            ParcelState.RETURNED: gettext_lazy("it is here again"),
            ParcelState.DELIVERED: gettext_lazy("the carrier delivered it after all"),
            ParcelState.LOST: gettext_lazy("nobody finds it"),
        },
        ParcelState.RETURNED: {},
        ParcelState.LOST: {},
        ParcelState.CANCELLED: {},
    }
)
"""State → the states that may follow it, each with when."""

STARTS_IN = ParcelState.TO_PACK
OPEN = (ParcelState.TO_PACK, ParcelState.PACKED, ParcelState.SHIPPED, ParcelState.COMES_BACK)
"""The states in which somebody may have to look at it."""

_TIMES = {
    ParcelState.PACKED: "packed_at",
    ParcelState.SHIPPED: "shipped_at",
    ParcelState.DELIVERED: "delivered_at",
}
_CAUSES: Mapping[str, WaitCause] = MappingProxyType(
    {
        Waits.ADDRESS: WaitCause.ADDRESS,
        Waits.PROCESSOR: WaitCause.PROCESSOR,
        Waits.STOCK: WaitCause.OUT_OF_STOCK,
        Waits.CARRIER: WaitCause.REVIEW,
    }
)
"""Why a parcel waits → why its order does; of several the first counts."""


def move_parcel(parcel: Parcel, to: ParcelState) -> None:
    """Take one step of a parcel and write it down. In a transaction that holds the order (``lock_order``).

    Raises Refused where the table knows no such step.
    """
    before = ParcelState(parcel.state)
    if to not in TRANSITIONS[before]:
        raise Refused(
            _("This parcel is %(state)s.") % {"state": parcel.get_state_display()},
            kept=_("Nothing was changed."),
            next_step=_("Open it again to see what can be done with it."),
        )
    parcel.state = to
    if to in _TIMES:
        setattr(parcel, _TIMES[to], clock.now())
    parcel.save()
    ParcelStep.objects.create(parcel=parcel, subject_id=parcel.subject_id, before=before, after=to)
    record_parcel(Event.PARCEL_MOVED, parcel)


def set_waiting(parcel: Parcel, waits_for: str) -> bool:
    """Note why a parcel waits, or that it waits no more; return whether that is news. As ``move_parcel``."""
    if parcel.waits_for == waits_for:
        return False
    parcel.waits_for = waits_for
    parcel.save(update_fields=["waits_for"])
    record_parcel(Event.PARCEL_WAITS, parcel)
    return True


def settle_order(order: Order) -> None:
    """Let the order say what its parcels say: that it waits and why, that it goes on, or that it is done."""
    waits = set(Parcel.objects.filter(order=order).exclude(waits_for="").values_list("waits_for", flat=True))
    cause = next((after for before, after in _CAUSES.items() if before in waits), None)
    if order.state == OrderState.CANCELLED or stands_still(order):
        return
    if cause is not None:
        if (order.state, order.waits_for) != (OrderState.WAITING, cause):
            move_order(order, OrderState.WAITING, cause=f"parcel_{cause}", waits_for=cause)
        return
    if order.state == OrderState.WAITING and order.waits_for in set(_CAUSES.values()):
        move_order(order, OrderState.PAID, cause="parcel_goes_on")
    finish_if_done(order)


def stands_still(order: Order) -> bool:
    """Return whether the order waits for something that is no parcel's affair, such as the bank's word in a dispute."""
    return order.state == OrderState.WAITING and order.waits_for not in set(_CAUSES.values())


def require_going_on(parcel: Parcel) -> None:
    """Return if the parcel's order goes on; raise Refused where nothing may be done for it now."""
    if stands_still(parcel.order):
        raise Refused(
            _("The order waits: %(cause)s.") % {"cause": parcel.order.get_waits_for_display()},
            kept=_("Nothing was changed."),
            next_step=_("Leave the parcel where it is until the order goes on."),
        )


def record_parcel(event: Event, parcel: Parcel) -> None:
    """Write the ledger row of something that happened to a parcel."""
    record(event=event, subject_id=parcel.subject_id, object_type="fulfilment.Parcel", object_id=str(parcel.pk))


def draw_diagram() -> str:
    """Return the table as a Mermaid state diagram, for the docs."""
    lines = ["stateDiagram-v2", f"    [*] --> {STARTS_IN.value}"]
    for before, after in TRANSITIONS.items():
        lines += [f"    {before.value} --> {to.value}: {words}" for to, words in after.items()]
        if not after:
            lines.append(f"    {before.value} --> [*]")
    return "\n".join(lines)
