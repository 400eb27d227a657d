"""Stripe's states and reasons in the closed words of the house."""

from collections.abc import Mapping
from typing import Any

from troth.processors.card import CardHint, CardState

_STATES: Mapping[str, CardState] = {
    "succeeded": CardState.PAID,
    "requires_action": CardState.NEEDS_CLIENT,
    "processing": CardState.OPEN,
    "requires_confirmation": CardState.OPEN,
    "canceled": CardState.EXPIRED,
}
_REASONS: Mapping[str, str] = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired_card",
    "authentication_required": "authentication_required",
    "payment_intent_authentication_failure": "authentication_failed",
    "processing_error": "processing_error",
}


def read_state(intent: Any) -> CardState:
    """Return where a payment stands; one that wants a card has failed where a card was tried, else it is open."""
    if intent.status == "requires_action" and intent.last_payment_error:
        return CardState.FAILED
    if intent.status == "requires_payment_method":
        return CardState.FAILED if intent.last_payment_error else CardState.OPEN
    return _STATES.get(intent.status, CardState.OPEN)


def describe_failure(error: Any) -> str:
    """Return why a payment failed, one of the closed list, or an empty text where nothing failed."""
    if not error:
        return ""
    for name in ("decline_code", "code"):
        if reason := _REASONS.get(str(getattr(error, name, None) or "")):
            return reason
    return "declined"


def read_card(method: Any) -> CardHint | None:
    """Return what may be kept of a card."""
    card = method.card if method else None
    if not card:
        return None
    return CardHint(brand=card.brand, last4=card.last4, expires_month=card.exp_month, expires_year=card.exp_year)
