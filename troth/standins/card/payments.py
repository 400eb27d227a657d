"""Payments: their steps, what the bank says, and the movements in the books."""

from troth.standins.books import Thing
from troth.standins.card.cards import DECLINES, by_kind
from troth.standins.card.desk import Desk, card_error, prefix_of
from troth.standins.card.parameters import Parameters, refuse

CURRENCIES = {"usd", "eur", "chf", "gbp", "jpy", "sek", "nok", "dkk", "cad", "aud", "nzd", "czk", "pln", "huf", "kwd"}
KNOWN = (
    "amount",
    "currency",
    "customer",
    "payment_method",
    "confirm",
    "off_session",
    "description",
    "metadata[*]",
    "payment_method_types[*]",
    "error_on_requires_action",
)
_FEE_PERCENT, _FEE_FIXED = 29, 30
DISPUTE_AFTER = 30


def create(desk: Desk, said: Parameters) -> Thing:
    """``POST /v1/payment_intents``: make a payment, and where asked, charge a saved card for it at once."""
    method = desk.find("pm", said.need("payment_method"), param="payment_method")
    customer = desk.find_customer(said.need("customer"))
    if method["customer"] != customer["id"]:
        raise refuse("The payment method does not belong to the customer.", param="payment_method")
    intent = make(
        desk,
        amount=said.number("amount", least=1),
        currency=said.choice("currency", CURRENCIES),
        customer=customer["id"],
        metadata=said.group("metadata"),
        description=said.get("description") or None,
    )
    if not said.flag("confirm"):
        return intent
    away = said.flag("off_session")
    return confirm(desk, intent, method, decline=decline_of(method, away=away), away=away)


def list_all(desk: Desk, said: Parameters) -> Thing:
    """``GET /v1/payment_intents``: those of one customer, the newest first."""
    customer = desk.find("cus", said.need("customer"), param="customer")
    found = [intent for intent in desk.books.all("pi") if intent["customer"] == customer["id"]]
    limit = min(said.number("limit", least=1) if said.get("limit") else 10, 100)
    return desk.list_of(found, url="/v1/payment_intents", limit=limit, after=said.get("starting_after"))


def retrieve(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/payment_intents/:id``."""
    return desk.find("pi", key, param="intent")


def make(
    desk: Desk, *, amount: int, currency: str, customer: str | None, metadata: dict[str, str], **more: object
) -> Thing:
    """Make a payment that nobody has paid yet."""
    intent = desk.make(
        "pi",
        "payment_intent",
        amount=amount,
        amount_received=0,
        currency=currency,
        customer=customer,
        metadata=metadata,
        status="requires_payment_method",
        payment_method=None,
        latest_charge=None,
        last_payment_error=None,
        next_action=None,
        description=None,
        setup_future_usage=None,
        capture_method="automatic",
        payment_method_types=["card"],
        canceled_at=None,
    )
    return desk.save({**intent, **more})


def decline_of(method: Thing, *, away: bool) -> str:
    """Return why the bank says no to a card, or nothing."""
    card = by_kind(method["card"]["last4"])
    return card.away if away else card.present


def confirm(desk: Desk, intent: Thing, method: Thing, *, decline: str, away: bool = False) -> Thing:
    """Take the money or decline; return the payment, or raise the decline that the library understands."""
    intent["payment_method"] = method["id"]
    if not decline:
        return settle(desk, intent, method)
    code, message = DECLINES[decline]
    charge = _make_charge(desk, intent, method, paid=False, failure=code)
    error = {"type": "card_error", "code": code, "decline_code": decline, "message": message, "charge": charge["id"]}
    waits = away and decline == "authentication_required"
    intent |= {
        "status": "requires_action" if waits else "requires_payment_method",
        "last_payment_error": {**error, "payment_method": method},
        "latest_charge": charge["id"],
        "payment_method": method["id"] if waits else None,
    }
    desk.save(intent)
    desk.emit("payment_intent.payment_failed", intent)
    raise card_error(code, decline, message, intent=intent)


def settle(desk: Desk, intent: Thing, method: Thing) -> Thing:
    """Take the money: a charge, a movement, events."""
    charge = _make_charge(desk, intent, method, paid=True, failure=None)
    intent |= {
        "status": "succeeded",
        "payment_method": method["id"],
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "last_payment_error": None,
        "next_action": None,
    }
    desk.save(intent)
    fee = (intent["amount"] * _FEE_PERCENT + 500) // 1000 + _FEE_FIXED
    movement = book(desk, kind="charge", source=charge["id"], amount=intent["amount"], fee=fee)
    desk.save({**charge, "balance_transaction": movement["id"]})
    desk.emit("payment_intent.succeeded", intent)
    if by_kind(method["card"]["last4"]).disputed:
        desk.books.queue_later("dispute", charge["id"], due=desk.now() + DISPUTE_AFTER)
    return intent


def book(desk: Desk, *, kind: str, source: str, amount: int, fee: int = 0) -> Thing:
    """Write a movement into the books."""
    charge = desk.find("ch", source) if source.startswith("ch_") else None
    currency = charge["currency"] if charge else desk.find(prefix_of(source), source)["currency"]
    return desk.make(
        "txn",
        "balance_transaction",
        amount=amount,
        currency=currency,
        fee=fee,
        net=amount - fee,
        type=kind,
        reporting_category=kind,
        source=source,
        status="available",
        available_on=desk.now(),
        description=None,
    )


def _make_charge(desk: Desk, intent: Thing, method: Thing, *, paid: bool, failure: str | None) -> Thing:
    return desk.make(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if paid else 0,
        amount_refunded=0,
        currency=intent["currency"],
        customer=intent["customer"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": "card", "card": method["card"]},
        paid=paid,
        captured=paid,
        refunded=False,
        disputed=False,
        status="succeeded" if paid else "failed",
        failure_code=failure,
        balance_transaction=None,
        metadata=intent["metadata"],
    )
