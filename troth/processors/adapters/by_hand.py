"""By hand: the label is printed here, and the parcel is taken to the carrier's counter (E1, E3).

No program of the carrier's is asked. Paper is a way out all the same: the label passes the one door out, with the
register's allow-list and a row in the record of what left, and only then is it drawn. What the counter gives, the
number under which the parcel is followed, is typed in afterwards.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from troth.kernel.purposes import Purpose
from troth.processors.egress import send
from troth.processors.errors import Forged
from troth.processors.linking import find_active
from troth.processors.models import Kind
from troth.processors.parcel import AddressVerdict, Label, ParcelEvent, ParcelRequest, Rate, TrackingState
from troth.processors.schema import Operation, Personal, reference

ADAPTER = "by_hand"
RATE = "counter"
LABEL = Operation(
    name="parcel.label_by_hand",
    purpose=Purpose.SHIPPING,
    schema={
        "name": Personal("user.name", required=True),
        "address": Personal("user.contact.address", required=True),
        "telephone": Personal("user.contact.phone_number"),
        "reference": reference(),
    },
)


class ByHand:
    """A parcel carrier whose counter people go to (``parcel.ParcelCarrier``)."""

    has_news = False

    def check_address(self, request: ParcelRequest) -> AddressVerdict:
        """Say that nobody was asked; the form that took the address checked it by its country's rules."""
        return AddressVerdict(deliverable=None)

    def list_rates(self, request: ParcelRequest) -> Sequence[Rate]:
        """Return the one way: the counter, where it is paid."""
        return [Rate(rate_ref=RATE, service=_("at the counter, by hand"), price=None, days=None)]

    def buy_label(self, request: ParcelRequest, *, rate_ref: str) -> Label:
        """Return the label of this parcel, always the same one; nothing is bought before the counter."""
        return Label(
            parcel_ref=str(request.shipment_id),
            tracking_number="",
            tracking_url="",
            carrier=find_active(Kind.PARCEL).name,
            price=None,
        )

    def find_label(self, request: ParcelRequest) -> Label | None:
        """Return nothing: a label by hand costs nothing, and is simply made again."""
        return None

    def print_label(self, request: ParcelRequest, *, parcel_ref: str) -> bytes:
        """Hand name and address to paper, by the one door out, and return the drawn label."""
        payload: dict[str, Any] = {
            "name": request.recipient["name"],
            "address": request.recipient["address"],
            "reference": request.number,
        }
        if "telephone" in request.recipient:
            payload["telephone"] = request.recipient["telephone"]
        return send(
            LABEL,
            processor=find_active(Kind.PARCEL).key,
            host="",
            subject_id=request.subject_id,
            payload=payload,
            reference=str(request.shipment_id),
            call=_draw,
        )

    def find_state(self, parcel_ref: str, *, subject_id: UUID) -> TrackingState | None:
        """Say nothing: staff note what they hear."""
        return None

    def forget(self, *, subject_id: UUID, refs: Sequence[tuple[str, str]]) -> str:
        """Say that paper went with the parcel; what the counter noted is the register's affair."""
        return _("labels on paper left with the parcels")

    def read_event(self, *, body: bytes, signature: str) -> ParcelEvent | None:
        """Refuse every event: nobody posts any."""
        raise Forged(_("This does not come from the parcel carrier."))


def make_adapter() -> ByHand:
    """Return the adapter."""
    return ByHand()


def _draw(body: dict[str, Any]) -> bytes:
    from troth.processors.label import draw_label

    return draw_label(
        name=body["name"], address=body["address"], telephone=body.get("telephone") or "", number=body["reference"]
    )
