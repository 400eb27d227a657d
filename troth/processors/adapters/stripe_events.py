"""Stripe's events, read with care: a signature says who wrote it, and not that it makes sense (C1)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from troth.processors.card import CardEvent, CardEventKind
from troth.processors.errors import Forged

_EVENTS: Mapping[str, CardEventKind] = {
    "checkout.session.completed": CardEventKind.CHECKOUT,
    "checkout.session.expired": CardEventKind.CHECKOUT,
    "payment_intent.succeeded": CardEventKind.PAYMENT,
    "payment_intent.payment_failed": CardEventKind.PAYMENT,
    "refund.created": CardEventKind.REFUND,
    "refund.updated": CardEventKind.REFUND,
    "refund.failed": CardEventKind.REFUND,
    "charge.dispute.created": CardEventKind.DISPUTE,
    "charge.dispute.updated": CardEventKind.DISPUTE,
    "charge.dispute.closed": CardEventKind.DISPUTE,
    "charge.dispute.funds_withdrawn": CardEventKind.DISPUTE,
    "charge.dispute.funds_reinstated": CardEventKind.DISPUTE,
    "payment_method.detached": CardEventKind.CARD,
    "payment_method.updated": CardEventKind.CARD,
    "payment_method.automatically_updated": CardEventKind.CARD,
}
_REFERENCE = re.compile(r"[A-Za-z0-9_]{1,120}")
_FACTS = ("payment_intent", "status", "reason", "currency", "amount", "failure_reason")
_LONGEST_FACT = 120
_LATEST = 4_102_444_800
"""The first second of the year 2100."""


def read_event(said: Any) -> CardEvent | None:
    """Return what a body says, which was signed; None for what is not about us. Raise Forged for what is no event."""
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise _refuse()
    kind = _EVENTS.get(said["type"])
    if kind is None:
        return None
    data = said.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    created = said.get("created")
    if not isinstance(thing, dict) or not isinstance(created, int) or not 0 <= created < _LATEST:
        raise _refuse()
    return CardEvent(
        event_ref=_read_reference(said),
        kind=kind,
        object_ref=_read_reference(thing),
        attempt_id=read_attempt(thing),
        created_at=datetime.fromtimestamp(created, tz=UTC),
        facts=_read_facts(thing) | (_read_payer(thing, data) if kind is CardEventKind.CARD else {}),
    )


def read_attempt(thing: Mapping[str, Any]) -> UUID | None:
    """Return our attempt, where the processor was given it with the thing."""
    metadata = thing.get("metadata")
    named = metadata.get("attempt") if isinstance(metadata, dict) else None
    try:
        return UUID(str(thing.get("client_reference_id") or named or ""))
    except ValueError:
        return None


def _read_reference(thing: Mapping[str, Any]) -> str:
    reference = thing.get("id")
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        raise _refuse()
    return reference


def _read_facts(thing: Mapping[str, Any]) -> dict[str, str]:
    """Return the plain facts of a dispute or refund; nothing of a person is among them."""
    given = {name: thing.get(name) for name in _FACTS}
    return {name: str(value)[:_LONGEST_FACT] for name, value in given.items() if isinstance(value, str | int)}


def _read_payer(thing: Any, data: Any) -> dict[str, str]:
    """Return whose card an event is about; of one that was detached, whose it was."""
    before = data.get("previous_attributes")
    named = [given.get("customer") for given in (thing, before) if isinstance(given, dict)]
    payer = next((each for each in named if isinstance(each, str) and _REFERENCE.fullmatch(each)), "")
    return {"customer": payer} if payer else {}


def _refuse() -> Forged:
    return Forged(_("This is no event of the card processor."))
