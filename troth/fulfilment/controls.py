"""The checks of parcels: what leaves for a label, what can be taken back until when, and what a returned one brings."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Doubt
from troth.disclosures.api import list_left_of
from troth.fulfilment import jobs, sabotages, shipments
from troth.fulfilment.actions import packing, tracking
from troth.fulfilment.canary import ORDERED, Canary
from troth.fulfilment.cases import LABELS
from troth.fulfilment.filling import GoodsLines
from troth.fulfilment.models import Parcel, ParcelLine, ParcelState, Waits
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import Refused
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.processors.api import Cause, Departure, SendRefused, parcel_carrier, rehearsing
from troth.support.api import Decision

MOST_ROWS = 500
_SHUT = (Cause.UNREGISTERED, Cause.NO_AGREEMENT, Cause.AUDIT_OVERDUE, Cause.CLOSED)
"""Why nothing may leave to the carrier at all; that is told elsewhere."""
RECENT = timedelta(days=90)


@dataclass
class _Notes:
    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self) -> Observation:
        return Observation(examined=self.examined, failures=self.failures)


class _Enough(Exception):
    """Stops a rehearsed call before the adapter reads an answer."""


# -- C2, E1, E3: what leaves for a label, and until when a piece can be taken back -------------------------------------


def observe_parcels() -> Observation:
    """Rehearse the label of an invented parcel, take pieces back, and look at the newest parcels that were sent."""
    notes = _Notes()
    with undone():
        canary = Canary()
        _look_at_label(notes, canary)
        _look_at_taking_back(notes, canary)
    _look_at_sent(notes)
    return notes.observation()


def _look_at_label(notes: _Notes, canary: Canary) -> None:
    for adapter in ("", "by_hand"):
        left = _rehearse(notes, canary, adapter)
        if left is None:
            continue  # the door is shut for the carrier at the moment: nothing leaves, and others tell why
        labels = {label.partition("/")[0] for label in left.labels}
        notes.expect(labels and labels <= LABELS, f"a label carries {sorted(labels - LABELS) or 'nothing'}")
        notes.expect(left.disclosure_id, "what leaves for a label stands in no record")
        body = repr(left.body)
        notes.expect(canary.given.name in body, "a label lacks the name")
        notes.expect(canary.given.street in body, "a label lacks the street")
        notes.expect(canary.given.email not in body, "a label carries the e-mail address")
        notes.expect(canary.line.name not in body, "a label within the country carries what is in the parcel")


def _rehearse(notes: _Notes, canary: Canary, adapter: str) -> Departure | None:
    seen: list[Departure] = []

    def take(departure: Departure) -> Any:
        seen.append(departure)
        raise _Enough

    with acting(actor=client(canary.subject_id), purpose=Purpose.SHIPPING), rehearsing(take):
        try:
            carrier = parcel_carrier(adapter=adapter)
            request = shipments.write_request(canary.parcel)
            if adapter:
                carrier.print_label(request, parcel_ref="canary-1")
            else:
                carrier.check_address(request)
        except _Enough:
            return seen[0]
        except SendRefused as refusal:
            notes.expect(refusal.cause in _SHUT, f"the label of an order was refused: {refusal.cause}")
        except Refused:
            pass  # no carrier is registered
    return None


def _look_at_taking_back(notes: _Notes, canary: Canary) -> None:
    goods, order = GoodsLines(), canary.order
    with acting(actor=client(canary.subject_id), purpose=Purpose.ORDERS):
        goods.take_back(order, canary.line, quantity=1)
        inside = ParcelLine.objects.filter(parcel=canary.parcel).aggregate(n=Sum("quantity"))["n"]
        canary.product.refresh_from_db()
        notes.expect(inside == ORDERED - 1, "a piece that was taken back is packed all the same")
        notes.expect(canary.product.reserved == ORDERED - 1, "a piece that was taken back is not free for others")
        packing.pack_parcel(canary.parcel)
        canary.line.cancelled = 1
        try:
            goods.take_back(order, canary.line, quantity=1)
        except Refused as refusal:
            notes.expect(refusal.message and refusal.next_step, "that a piece is packed already is not said in words")
        else:
            notes.expect(held=False, otherwise="a piece can be taken back that is packed already")


def _look_at_sent(notes: _Notes) -> None:
    """Hold the newest parcels that were sent against the record of what left."""
    rows = Parcel.objects.filter(labelled_at__gt=clock.now() - RECENT).order_by("-labelled_at")
    for row in rows[:MOST_ROWS]:
        notes.expect(row.carrier and row.parcel_ref, f"{row.pk}: has a label of no carrier")
        if row.state in {ParcelState.SHIPPED, ParcelState.DELIVERED}:
            notes.expect(not row.holds_stock, f"{row.pk}: left the house, and its pieces still lie on the shelf")
        if row.adapter != "by_hand":
            left = [each for each in list_left_of(row.subject_id) if each.reference == str(row.label_key)]
            notes.expect(left, f"{row.pk}: has a label, and nothing in the record says what left for it")


# -- A9, C3: a parcel that comes back ----------------------------------------------------------------------------------


def observe_returns() -> Observation:
    """Let an invented parcel come back: its owner is told and asked, mends the address by the page, and is believed."""
    notes = _Notes()
    with undone():
        canary = Canary()
        number = canary.order.number
        canary.ship()
        with acting(actor=system(jobs.TRACKING), purpose=Purpose.SHIPPING), packing.held(canary.parcel) as fresh:
            tracking.note_coming_back(fresh)
        doubts = Doubt.objects.filter(subject_id=canary.subject_id, what="address")
        notes.expect(doubts.exists(), "a parcel came back, and the address is not doubtful")
        told = Decision.objects.filter(subject_id=canary.subject_id, about="fulfilment.came_back")
        notes.expect(told.exists(), "a parcel came back, and its owner is not told")
        asked = "Where can it reach you?" in canary.read("orders:order", number=number)
        notes.expect(asked, "the order’s page does not ask where the parcel can reach its owner")
        notes.expect("A parcel to you came back" in canary.read("rights:admin"), "the Admin page does not ask")
        page = canary.read("fulfilment:address", number=number)
        notes.expect(canary.given.street in page, "the page of the address does not show the address")
        other = {**canary.given.address, "street_address": "1 Other Nest"}
        sent = {f"shipping_address__{part}": value for part, value in other.items()}
        status = canary.send("fulfilment:address", {"name": canary.given.name, **sent}, number=number)
        notes.expect(status == 303, "another address is not taken")
        canary.parcel.refresh_from_db()
        notes.expect(canary.parcel.waits_for != Waits.ADDRESS, "the parcel waits for an address that was given")
        notes.expect(not doubts.exists(), "the address is doubtful after its owner gave another")
        notes.expect("1 Other Nest" in canary.read("orders:order", number=number), "the other address was not kept")
    _look_at_waiting(notes)
    return notes.observation()


def _look_at_waiting(notes: _Notes) -> None:
    """Look that whoever is waited for was told."""
    for row in Parcel.objects.filter(waits_for=Waits.ADDRESS).order_by("made_at")[:MOST_ROWS]:
        about = ["fulfilment.came_back", "fulfilment.address_wanted"]
        told = Decision.objects.filter(subject_id=row.subject_id, about__in=about).exists()
        notes.expect(told, f"{row.pk}: waits for its owner, who was not told")


_CONTROLS = (
    Control(
        key="fulfilment.parcels",
        clauses=("C2", "E1", "E3"),
        words=_(
            "A label carries name, address and telephone number and nothing else; pieces can be taken back until they "
            "are packed; what left for each parcel stands in the record."
        ),
        observe=observe_parcels,
        sabotages=(
            Sabotage("chatty", _("The label carries the e-mail address in place of the name."), sabotages.tell_more),
            Sabotage("nameless", _("The label lacks the address that it is for."), sabotages.send_elsewhere),
            Sabotage("kept", _("A piece that was taken back stays in the parcel."), sabotages.keep_pieces),
            Sabotage("too_late", _("A packed piece can be taken back."), sabotages.take_back_packed),
            Sabotage("unrecorded", _("A label stands in no record."), sabotages.label_without_record),
        ),
        every=timedelta(hours=6),
    ),
    Control(
        key="fulfilment.returns",
        clauses=("A9", "C3"),
        words=_("A parcel that comes back makes the address doubtful, and its owner is told, asked and believed."),
        observe=observe_returns,
        sabotages=(
            Sabotage("unmarked", _("A returned parcel leaves the file as it is."), sabotages.mark_nothing),
            Sabotage("untold", _("Its owner is not told."), sabotages.tell_nobody),
            Sabotage("unasked", _("The order’s page does not ask."), sabotages.ask_nothing),
            Sabotage("deaf", _("The address that is given is not believed."), sabotages.keep_doubting),
        ),
        every=timedelta(hours=6),
    ),
)


def register_controls() -> None:
    """Register the checks; called once, at start-up."""
    for control in _CONTROLS:
        controls.register(control.key, control)
