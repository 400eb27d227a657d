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
    DisputeEvidence,
    DisputeOutcome,
    DisputeStand,
    RefundOutcome,
    Settlement,
)
from troth.processors.correcting import correctors, list_corrections
from troth.processors.domain_names import Found, NameAnswer, ask_names, make_resolver, measure_signing_key
from troth.processors.egress import Departure, rehearsing, send
from troth.processors.errors import ABOUT_ONE_CLIENT, Cause, Forged, SendRefused, Unreachable
from troth.processors.handing import hand_on
from troth.processors.handover import HandedOver, hand_over, seal_package, seal_to
from troth.processors.hooks.intake import card_event_handlers, parcel_event_handlers
from troth.processors.linking import (
    Forgotten,
    Reference,
    card_adapters,
    card_processor,
    drop_reference,
    find_payer,
    forgetters,
    parcel_adapters,
    parcel_carrier,
    remember_reference,
)
from troth.processors.many import Answer as MailAnswer
from troth.processors.many import Fate, ManyMail, Relay, send_together
from troth.processors.models import Answer
from troth.processors.models import Kind as ProcessorKind
from troth.processors.network import own_hosts
from troth.processors.parcel import (
    AddressVerdict,
    Label,
    ParcelCarrier,
    ParcelEvent,
    ParcelItem,
    ParcelRequest,
    Rate,
    TrackingState,
)
from troth.processors.passing_on import ask_deletion
from troth.processors.payload import Part, lines_of, part_of
from troth.processors.probe import lapse_agreements
from troth.processors.queries import Askable, EntryView, list_askable, read_allowances, view_all
from troth.processors.schema import Operation, Personal, catalogue_names
from troth.processors.seed import ensure_register
from troth.processors.tasks import pass_on_end
from troth.processors.waiting import Waiter, Waiting, is_way_open, waiters
from troth.processors.words import describe_ground, describe_recipient, recipient_names

__all__ = [
    "ABOUT_ONE_CLIENT",
    "AddressVerdict",
    "Answer",
    "Askable",
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
    "DisputeEvidence",
    "DisputeOutcome",
    "DisputeStand",
    "EntryView",
    "Fate",
    "Forged",
    "Forgotten",
    "Found",
    "HandedOver",
    "Label",
    "MailAnswer",
    "ManyMail",
    "NameAnswer",
    "Operation",
    "ParcelCarrier",
    "ParcelEvent",
    "ParcelItem",
    "ParcelRequest",
    "Part",
    "Personal",
    "ProcessorKind",
    "Rate",
    "Reference",
    "RefundOutcome",
    "Relay",
    "SendRefused",
    "Settlement",
    "TrackingState",
    "Unreachable",
    "Waiter",
    "Waiting",
    "ask_deletion",
    "ask_names",
    "card_adapters",
    "card_event_handlers",
    "card_processor",
    "catalogue_names",
    "correctors",
    "describe_ground",
    "describe_recipient",
    "drop_reference",
    "ensure_register",
    "find_payer",
    "forgetters",
    "hand_on",
    "hand_over",
    "is_way_open",
    "lapse_agreements",
    "lines_of",
    "list_askable",
    "list_corrections",
    "make_resolver",
    "measure_signing_key",
    "own_hosts",
    "parcel_adapters",
    "parcel_carrier",
    "parcel_event_handlers",
    "part_of",
    "pass_on_end",
    "read_allowances",
    "recipient_names",
    "rehearsing",
    "remember_reference",
    "seal_package",
    "seal_to",
    "send",
    "send_alert",
    "send_together",
    "view_all",
    "waiters",
]
