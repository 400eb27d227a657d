"""What may stand in each call to Stripe: path by path, so that nothing else can leave (A6, E3)."""

import re
from typing import Any
from uuid import UUID

from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.processors.card import ChargeRequest, DisputeEvidence
from troth.processors.schema import (
    Operation,
    Personal,
    Plain,
    catalogue_name,
    currency,
    flag,
    matching,
    one_of,
    own_url,
    reference,
    whole,
)

_ORDER = re.compile(r"Order [A-Z0-9-]{1,24}")
_CATALOGUE = catalogue_name()
_LINE = Plain(
    "a name from the catalogue, or the number of an order",
    lambda value: isinstance(value, str) and (bool(_ORDER.fullmatch(value)) or _CATALOGUE.fits(value)),
)

CUSTOMER = Operation(
    name="card.open_customer",
    purpose=Purpose.BILLING,
    schema={"name": Personal("user.name"), "email": Personal("user.contact.email", required=True)},
)
CORRECT = Operation(
    name="card.correct_customer",
    purpose=Purpose.BILLING,
    schema={
        "id": matching(r"cus_[A-Za-z0-9_]{1,200}"),
        "name": Personal("user.name"),
        "email": Personal("user.contact.email"),
    },
)
_PAGE = {
    "mode": one_of("payment", "setup"),
    "currency": currency(),
    "customer": reference(),
    "client_reference_id": reference(),
    "success_url": own_url(),
    "cancel_url": own_url(),
    "payment_method_types[]": one_of("card"),
}
CHECKOUT = Operation(
    name="card.start_checkout",
    purpose=Purpose.BILLING,
    schema={
        **_PAGE,
        "line_items[].quantity": whole(1, 1),
        "line_items[].price_data.currency": currency(),
        "line_items[].price_data.unit_amount": whole(0),
        "line_items[].price_data.product_data.name": _LINE,
        "payment_intent_data.metadata.attempt": reference(),
        "payment_intent_data.setup_future_usage": one_of("off_session"),
    },
    begins=True,
)
SAVING = Operation(name="card.start_saving", purpose=Purpose.BILLING, schema=_PAGE, begins=True)
CHARGE = Operation(
    name="card.charge_saved",
    purpose=Purpose.BILLING,
    schema={
        "amount": whole(1),
        "currency": currency(),
        "customer": reference(),
        "payment_method": reference(),
        "confirm": flag(),
        "off_session": flag(),
        "metadata.attempt": reference(),
    },
    begins=True,
)
REFUND = Operation(
    name="card.refund",
    purpose=Purpose.BILLING,
    schema={"payment_intent": reference(), "amount": whole(1), "metadata.refund": reference()},
)
LOOK = Operation(
    name="card.look",
    purpose=Purpose.BILLING,
    schema={"id": matching(r"(cs|pi|seti|pm|cus|re|du|dp)_[A-Za-z0-9_]{1,200}")},
)
_DAY = matching(r"\d{4}-\d\d-\d\d")
EVIDENCE = Operation(
    name="card.answer_dispute",
    purpose=Purpose.BILLING,
    schema={
        "dispute": matching(r"(du|dp)_[A-Za-z0-9_]{1,200}"),
        "submit": flag(),
        "evidence.customer_name": Personal("user.name"),
        "evidence.customer_email_address": Personal("user.contact.email"),
        "evidence.product_description": _LINE,
        "evidence.service_date": _DAY,
        "evidence.shipping_tracking_number": reference(),
        "evidence.uncategorized_text": matching(
            r"Order [A-Z0-9-]{1,24}, placed \d{4}-\d\d-\d\d, paid \d{4}-\d\d-\d\d(, served \d{4}-\d\d-\d\d)?"
        ),
    },
)


def write_checkout(request: ChargeRequest, *, customer: str) -> dict[str, Any]:
    """Return the payload of a hosted page. Lines stand one by one where each is owed; a credit makes one sum of all."""
    lines = list(request.lines)
    if any(amount.minor < 0 for _name, amount in lines) or _sum(lines) != request.amount.minor:
        lines = [(f"Order {request.order_number}", request.amount)]
    intent: dict[str, Any] = {"metadata": {"attempt": str(request.attempt_id)}}
    if request.save_card:
        intent["setup_future_usage"] = "off_session"
    return {
        "mode": "payment",
        "customer": customer,
        "client_reference_id": str(request.attempt_id),
        "success_url": request.return_url,
        "cancel_url": request.cancel_url,
        "payment_method_types": ["card"],
        "line_items": [_write_line(name, amount) for name, amount in lines],
        "payment_intent_data": intent,
    }


def write_saving(setup_id: UUID, *, customer: str, currency: str, return_url: str, cancel_url: str) -> dict[str, Any]:
    """Return the payload of a hosted page on which a card is saved."""
    return {
        "mode": "setup",
        "currency": currency,
        "customer": customer,
        "client_reference_id": str(setup_id),
        "success_url": return_url,
        "cancel_url": cancel_url,
        "payment_method_types": ["card"],
    }


def write_charge(request: ChargeRequest, *, customer: str, card: str) -> dict[str, Any]:
    """Return the payload of a charge of a saved card."""
    return {
        "amount": request.amount.minor,
        "currency": request.amount.currency.lower(),
        "customer": customer,
        "payment_method": card,
        "confirm": True,
        "off_session": True,
        "metadata": {"attempt": str(request.attempt_id)},
    }


def write_evidence(dispute_ref: str, evidence: DisputeEvidence) -> dict[str, Any]:
    """Return the payload of an answer to a dispute: closed forms, and of the payer only what was chosen."""
    text = f"Order {evidence.order_number}, placed {evidence.placed_on}, paid {evidence.paid_on}"
    told: dict[str, Any] = {"uncategorized_text": text, "product_description": f"Order {evidence.order_number}"}
    if evidence.product:
        told["product_description"] = evidence.product
    if evidence.served_on is not None:
        told["uncategorized_text"] = f"{text}, served {evidence.served_on}"
        told["service_date"] = str(evidence.served_on)
    if evidence.tracking:
        told["shipping_tracking_number"] = evidence.tracking
    for name, place in (("name", "customer_name"), ("email", "customer_email_address")):
        if name in evidence.payer:
            told[place] = evidence.payer[name]
    return {"dispute": dispute_ref, "submit": True, "evidence": told}


def _write_line(name: str, amount: Money) -> dict[str, Any]:
    price = {
        "currency": amount.currency.lower(),
        "unit_amount": amount.minor,
        "product_data": {"name": name},
    }
    return {"quantity": 1, "price_data": price}


def _sum(lines: list[tuple[str, Money]]) -> int:
    return sum(amount.minor for _name, amount in lines)
