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
from troth.processors.words import describe_ground, describe_recipient

__all__ = [
    "CardEvent",
    "CardEventKind",
    "CardHint",
    "CardOutcome",
    "CardPage",
    "CardProcessor",
    "CardState",
    "ChargeRequest",
    "RefundOutcome",
    "Settlement",
    "describe_ground",
    "describe_recipient",
    "send_alert",
]
