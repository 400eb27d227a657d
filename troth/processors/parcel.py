"""What the house asks of a parcel carrier, whichever it is; "by hand" is one as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from troth.kernel.money import Money
from troth.vault.api import SealedValue


class TrackingState(StrEnum):
    """Where a parcel is."""

    LABELLED = "labelled"
    UNDER_WAY = "under_way"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    RETURNED = "returned"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class ParcelRequest:
    """One parcel to send. Name and address are handed over unopened; the one door out opens what may leave.

    Arguments:
        shipment_id: our id; the key under which a repeat is the same request.
        subject_id: whose parcel.
        recipient: unopened, under the names ``name``, ``address`` and, where the client gave it, ``telephone``.
        weight_grams: what it weighs; whole grams.
        value: for customs.
        contents: names from the catalogue only.
    """

    shipment_id: UUID
    subject_id: UUID
    recipient: Mapping[str, SealedValue]
    weight_grams: int
    value: Money
    contents: Sequence[str]


@dataclass(frozen=True, slots=True)
class AddressVerdict:
    """What the carrier says of an address: ``deliverable`` is None where it cannot tell. ``problems`` are words."""

    deliverable: bool | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """One way to send it."""

    rate_ref: str
    service: str
    price: Money
    days: int | None


@dataclass(frozen=True, slots=True)
class Label:
    """A bought label: what the packer prints, and how the parcel is followed."""

    parcel_ref: str
    tracking_number: str
    tracking_url: str
    carrier: str
    pdf: bytes
    price: Money | None


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    """A signed word from the carrier."""

    event_ref: str
    parcel_ref: str
    state: TrackingState
    at: datetime
    words: str


class ParcelCarrier(Protocol):
    """A parcel carrier. Each call with personal values passes the one door out. Errors as at ``CardProcessor``."""

    def check_address(self, request: ParcelRequest) -> AddressVerdict:
        """Ask whether the address can be delivered to."""

    def list_rates(self, request: ParcelRequest) -> Sequence[Rate]:
        """Return the ways to send it, cheapest first."""

    def buy_label(self, request: ParcelRequest, *, rate_ref: str) -> Label:
        """Buy a label."""

    def find_state(self, parcel_ref: str, *, subject_id: UUID) -> ParcelEvent | None:
        """Return the last that is known of the parcel."""

    def forget(self, *, subject_id: UUID, parcel_refs: Sequence[str]) -> str:
        """Have the carrier delete what it holds of these parcels; return its answer in words, for the receipt."""

    def read_event(self, *, body: bytes, signature: str) -> ParcelEvent | None:
        """Return the event that was posted to us, or None where it does not concern us; raise Refused if forged."""
