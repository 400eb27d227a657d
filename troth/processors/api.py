"""The border of processors: what other rooms may use."""

from troth.processors.alerts import send_alert
from troth.processors.card import (
    CardEvent,
    CardEventKind,
    CardHint,
    CardOutcome,
    CardPage,
    CardProcessor,
    CardState,
    ChargeRequest,
    RefundOutcome,
    Settlement,
)
from troth.processors.egress import Departure, rehearsing, send
from troth.processors.errors import Cause, Forged, SendRefused, Unreachable
from troth.processors.handover import HandedOver, hand_over, seal_package
from troth.processors.parcel import (
    AddressVerdict,
    Label,
    ParcelCarrier,
    ParcelEvent,
    ParcelRequest,
    Rate,
    TrackingState,
)
from troth.processors.payload import Part, lines_of, part_of
from troth.processors.schema import Operation, Personal, catalogue_names
from troth.processors.seed import ensure_register
from troth.processors.words import describe_ground, describe_recipient

__all__ = [
    "AddressVerdict",
    "CardEvent",
    "CardEventKind",
    "CardHint",
    "CardOutcome",
    "CardPage",
    "CardProcessor",
    "CardState",
    "Cause",
    "ChargeRequest",
    "Departure",
    "Forged",
    "HandedOver",
    "Label",
    "Operation",
    "ParcelCarrier",
    "ParcelEvent",
    "ParcelRequest",
    "Part",
    "Personal",
    "Rate",
    "RefundOutcome",
    "SendRefused",
    "Settlement",
    "TrackingState",
    "Unreachable",
    "catalogue_names",
    "describe_ground",
    "describe_recipient",
    "ensure_register",
    "hand_over",
    "lines_of",
    "part_of",
    "rehearsing",
    "seal_package",
    "send",
    "send_alert",
]
