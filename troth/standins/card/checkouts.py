"""Checkout sessions: the hosted page on which a client pays, or saves a card, and what was typed there."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from troth.standins.books import Thing
from troth.standins.card import customers, payments
from troth.standins.card.cards import CARDS, DECLINES, TestCard
from troth.standins.card.desk import Desk
from troth.standins.card.parameters import Parameters, Refusal, refuse

KNOWN = (
    "mode",
    "currency",
    "customer",
    "client_reference_id",
    "success_url",
    "cancel_url",
    "expires_at",
    "locale",
    "payment_method_types[*]",
    "metadata[*]",
    "line_items[*][quantity]",
    "line_items[*][price_data][currency]",
    "line_items[*][price_data][unit_amount]",
    "line_items[*][price_data][product_data][name]",
    "payment_intent_data[setup_future_usage]",
    "payment_intent_data[description]",
    "payment_intent_data[metadata][*]",
    "setup_intent_data[metadata][*]",
)
LIFE = 24 * 3600
SHORTEST_LIFE = 1800


def create(desk: Desk, said: Parameters) -> Thing:
    """``POST /v1/checkout/sessions``, in the modes ``payment`` and ``setup``."""
    mode = said.choice("mode", {"payment", "setup"})
    customer = desk.find_customer(said.need("customer"))
    for name in ("success_url", "cancel_url"):
        if not re.match(r"https?://[^/]+", said.need(name)):
            raise refuse("Not a valid URL", code="url_invalid", param=name)
    now = desk.now()
    ends = said.number("expires_at") if said.get("expires_at") else now + LIFE
    if not now + SHORTEST_LIFE - 60 <= ends <= now + LIFE + 60:
        raise refuse(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from Checkout Session"
            " creation.",
            param="expires_at",
        )
    lines = _read_lines(said) if mode == "payment" else []
    currency = lines[0]["currency"] if lines else said.choice("currency", payments.CURRENCIES)
    session = desk.make(
        "cs",
        "checkout.session",
        mode=mode,
        status="open",
        payment_status="unpaid" if mode == "payment" else "no_payment_required",
        currency=currency,
        amount_total=sum(line["amount_total"] for line in lines) if lines else None,
        customer=customer["id"],
        customer_details=None,
        client_reference_id=said.get("client_reference_id") or None,
        metadata=said.group("metadata"),
        success_url=said.get("success_url"),
        cancel_url=said.get("cancel_url"),
        expires_at=ends,
        payment_intent=None,
        setup_intent=None,
        payment_method_types=["card"],
        ui_mode="hosted_page",
    )
    session["url"] = f"{desk.origin}/pay/{session['id']}"
    held = {
        "id": f"csdata_{session['id']}",
        "lines": lines,
        "future": said.get("payment_intent_data[setup_future_usage]"),
        "description": said.get("payment_intent_data[description]") or None,
        "metadata": said.group(f"{'payment' if mode == 'payment' else 'setup'}_intent_data[metadata]"),
    }
    desk.books.put("csdata", held)
    desk.books.queue_later("expire", session["id"], due=ends)
    return desk.save(session)


def retrieve(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/checkout/sessions/:id``."""
    return desk.find("cs", key, param="session")


def expire(desk: Desk, said: Parameters, key: str) -> Thing:
    """``POST /v1/checkout/sessions/:id/expire``."""
    session = desk.find("cs", key, param="session")
    if session["status"] != "open":
        raise refuse(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of'
            f" {session['status']}."
        )
    return close(desk, session)


def close(desk: Desk, session: Thing) -> Thing:
    """Let a session run out."""
    session = desk.save({**session, "status": "expired", "url": None})
    desk.emit("checkout.session.expired", session)
    return session


def list_lines(desk: Desk, session: Thing) -> list[Thing]:
    """Return what is paid for on a page."""
    held = desk.books.get("csdata", f"csdata_{session['id']}") or {}
    return list(held.get("lines", []))


def _read_lines(said: Parameters) -> list[Thing]:
    lines: list[Thing] = []
    for number in said.items("line_items"):
        start = f"line_items[{number}]"
        quantity = said.number(f"{start}[quantity]", least=1)
        amount = said.number(f"{start}[price_data][unit_amount]")
        lines.append(
            {
                "description": said.need(f"{start}[price_data][product_data][name]"),
                "quantity": quantity,
                "currency": said.choice(f"{start}[price_data][currency]", payments.CURRENCIES),
                "amount_total": quantity * amount,
            }
        )
    if not lines:
        raise refuse("You must pass at least one line item in payment mode.", param="line_items")
    if len({line["currency"] for line in lines}) > 1:
        raise refuse("All line items must have the same currency.", param="line_items")
    if sum(line["amount_total"] for line in lines) < 1:
        raise refuse("The Checkout Session's total amount must be at least 1.", param="line_items")
    return lines


# -- what the client does on the page ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """A card as it was typed, checked for its form. The number goes no further than this object."""

    card: TestCard
    last4: str
    month: int
    year: int


class Mistyped(Exception):
    """What was typed is no card that this processor knows; the message is for the page."""


def read_card(desk: Desk, form: dict[str, str]) -> Typed:
    """Return the card that was typed; raise Mistyped otherwise."""
    number = re.sub(r"[ -]", "", form.get("number", ""))
    expiry = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(?:20)?(\d{2})\s*", form.get("expiry", ""))
    if number not in CARDS:
        raise Mistyped("This invented processor takes only the test cards that are listed on this page.")
    if expiry is None or not 1 <= int(expiry[1]) <= 12:
        raise Mistyped("Give the card's end as month and year, such as 12/34.")
    month, year = int(expiry[1]), 2000 + int(expiry[2])
    today = datetime.fromtimestamp(desk.now(), tz=UTC)
    if (year, month) < (today.year, today.month):
        raise Mistyped("Your card has expired.")
    if not re.fullmatch(r"\d{3,4}", form.get("code", "")):
        raise Mistyped("Give the three digits on the back of the card.")
    return Typed(CARDS[number], number[-4:], month, year)


def submit(desk: Desk, session: Thing, typed: Typed) -> str:
    """Take a card for a session; return where the browser goes: on to the bank's question, or back to the shop.

    Raises Mistyped where the bank declines, so that the page can say so and another card can be tried.
    """
    method = customers.make_method(
        desk,
        brand=typed.card.brand,
        last4=typed.last4,
        month=typed.month,
        year=typed.year,
    )
    intent = _find_intent(desk, session)
    session = desk.find("cs", session["id"])
    if typed.card.challenge != "never" and not typed.card.present:
        desk.save({**intent, "status": "requires_action", "payment_method": method["id"]})
        if session["mode"] == "payment":
            desk.emit("payment_intent.requires_action", desk.find("pi", intent["id"]))
        return f"{desk.origin}/pay/{session['id']}/challenge"
    return finish(desk, session, intent, method, decline=typed.card.present)


def answer_challenge(desk: Desk, session: Thing, *, agreed: bool) -> str:
    """Take the client's answer to the bank; return where the browser goes. Raises Mistyped where it was no."""
    intent = _find_intent(desk, session)
    if intent["status"] != "requires_action":
        raise Mistyped("There is nothing to confirm.")
    method = desk.find("pm", intent["payment_method"])
    if agreed:
        return finish(desk, session, intent, method, decline="")
    message = "We are unable to authenticate your payment method."
    error = {"type": "card_error", "code": "payment_intent_authentication_failure", "message": message}
    if session["mode"] == "setup":
        error["code"] = "setup_intent_authentication_failure"
    name = "last_payment_error" if session["mode"] == "payment" else "last_setup_error"
    intent = desk.save({**intent, "status": "requires_payment_method", "payment_method": None, name: error})
    desk.emit("payment_intent.payment_failed" if session["mode"] == "payment" else "setup_intent.setup_failed", intent)
    raise Mistyped(f"{message} Choose another card, or try again.")


def finish(desk: Desk, session: Thing, intent: Thing, method: Thing, *, decline: str) -> str:
    """Take the money, or save the card; return the address of the shop's page."""
    held = desk.books.get("csdata", f"csdata_{session['id']}") or {}
    if session["mode"] == "payment":
        try:
            payments.confirm(desk, intent, method, decline=decline)
        except Refusal as refusal:
            raise Mistyped(refusal.error["message"]) from None
    elif decline:
        error = {
            "type": "card_error",
            "code": DECLINES[decline][0],
            "decline_code": decline,
            "message": DECLINES[decline][1],
        }
        intent = desk.save({**intent, "last_setup_error": error})
        desk.emit("setup_intent.setup_failed", intent)
        raise Mistyped(DECLINES[decline][1])
    if session["mode"] == "setup" or held.get("future"):
        method = desk.save({**method, "customer": session["customer"]})
        desk.emit("payment_method.attached", method)
    if session["mode"] == "setup":
        intent = desk.save({**intent, "status": "succeeded", "payment_method": method["id"]})
        desk.emit("setup_intent.succeeded", intent)
    customer = desk.find("cus", session["customer"])
    session = desk.save(
        {
            **desk.find("cs", session["id"]),
            "status": "complete",
            "url": None,
            "payment_status": "paid" if session["mode"] == "payment" else "no_payment_required",
            "customer_details": {"email": customer.get("email"), "name": customer.get("name")},
        }
    )
    desk.emit("checkout.session.completed", session)
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _find_intent(desk: Desk, session: Thing) -> Thing:
    """Return the session's payment or saving, made at the first try."""
    name = "payment_intent" if session["mode"] == "payment" else "setup_intent"
    if session[name]:
        return desk.find("pi" if name == "payment_intent" else "seti", session[name])
    held = desk.books.get("csdata", f"csdata_{session['id']}") or {}
    if session["mode"] == "payment":
        intent = payments.make(
            desk,
            amount=session["amount_total"],
            currency=session["currency"],
            customer=session["customer"],
            metadata=held.get("metadata", {}),
            setup_future_usage=held.get("future") or None,
            description=held.get("description"),
        )
    else:
        intent = desk.make(
            "seti",
            "setup_intent",
            customer=session["customer"],
            status="requires_payment_method",
            usage="off_session",
            payment_method=None,
            payment_method_types=["card"],
            last_setup_error=None,
            next_action=None,
            metadata=held.get("metadata", {}),
        )
    desk.save({**session, name: intent["id"]})
    return intent
