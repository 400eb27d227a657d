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
class ParcelItem:
    """What is in a parcel: the catalogue's name of it, how many pieces, and what they weigh and cost together."""

    name: str
    quantity: int
    weight_grams: int
    value: Money
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ParcelRequest:
    """One parcel to send. Name and address are handed over unopened; the one door out opens what may leave.

    Arguments:
        shipment_id: our id; the key under which a repeat is the same request.
        number: what the parcel is called on paper, such as the order's number and a count.
        subject_id: whose parcel.
        recipient: unopened, under the names ``name``, ``address`` and, where the client gave it, ``telephone``.
        weight_grams: what it weighs, packed; whole grams.
        country: where it goes, ISO 3166-1; only what leaves the sender's country is described for its customs.
        items: what is in it, for customs.
        address_ref: under which the carrier checked this address before; it then receives it once.
    """

    shipment_id: UUID
    number: str
    subject_id: UUID
    recipient: Mapping[str, SealedValue]
    weight_grams: int
    country: str
    items: Sequence[ParcelItem]
    address_ref: str = ""


@dataclass(frozen=True, slots=True)
class AddressVerdict:
    """What the carrier says of an address: ``deliverable`` is None where it cannot tell. ``problems`` are words."""

    deliverable: bool | None
    problems: tuple[str, ...] = ()
    address_ref: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """One way to send it; ``price`` is None where it is paid at the carrier's counter."""

    rate_ref: str
    service: str
    price: Money | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Label:
    """A bought label, and how the parcel is followed. Its picture is asked for when it is printed, and kept nowhere.

    ``tracking_number`` is empty where the carrier's counter gives it.
    """

    parcel_ref: str
    tracking_number: str
    tracking_url: str
    carrier: str
    price: Money | None


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    """A signed word from the carrier; ``state`` is only a hint, and asked for again before anything is done."""

    event_ref: str
    parcel_ref: str
    state: TrackingState
    at: datetime


class ParcelCarrier(Protocol):
    """A parcel carrier. Each call with personal values passes the one door out. Errors as at ``CardProcessor``."""

    has_news: bool
    """Whether the carrier tells where a parcel is; of one that does not, staff say when it was delivered."""

    def check_address(self, request: ParcelRequest) -> AddressVerdict:
        """Ask whether the address can be delivered to."""

    def list_rates(self, request: ParcelRequest) -> Sequence[Rate]:
        """Return the ways to send it, cheapest first."""

    def buy_label(self, request: ParcelRequest, *, rate_ref: str) -> Label:
        """Buy the label of this shipment, once: asked again, it returns the one that was bought."""

    def find_label(self, request: ParcelRequest) -> Label | None:
        """Return the label that was bought for this shipment, or None; nothing is bought by it."""

    def print_label(self, request: ParcelRequest, *, parcel_ref: str) -> bytes:
        """Return the bought label as PDF."""

    def find_state(self, parcel_ref: str, *, subject_id: UUID) -> TrackingState | None:
        """Return where the carrier says that the parcel is now, or None where it does not say."""

    def forget(self, *, subject_id: UUID, refs: Sequence[tuple[str, str]]) -> str:
        """Have the carrier delete these things (what, ref) of its; return its answer in words, for the receipt."""

    def read_event(self, *, body: bytes, signature: str) -> ParcelEvent | None:
        """Return the event that was posted to us, or None where it does not concern us; raise Forged if forged."""
