"""Refunds and disputes."""

from troth.standins.books import Thing
from troth.standins.card.cards import by_kind
from troth.standins.card.desk import Desk
from troth.standins.card.parameters import Parameters, refuse
from troth.standins.card.payments import book

KNOWN = ("payment_intent", "charge", "amount", "metadata[*]", "reason")
EVIDENCE = (
    "submit",
    "evidence[customer_name]",
    "evidence[customer_email_address]",
    "evidence[product_description]",
    "evidence[service_date]",
    "evidence[shipping_tracking_number]",
    "evidence[uncategorized_text]",
)
REFUND_TAKES = 5
DISPUTE_FEE = 1500
_INQUIRY = "warning_"
"""What stands before the states of a dispute by which the bank only asks."""


def create(desk: Desk, said: Parameters) -> Thing:
    """``POST /v1/refunds``: give back all or a part, at once or after a while, as the card does."""
    intent = desk.find("pi", said.need("payment_intent"), param="payment_intent")
    if intent["status"] != "succeeded":
        raise refuse(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    charge = desk.find("ch", intent["latest_charge"])
    left = charge["amount"] - charge["amount_refunded"]
    amount = said.number("amount", least=1) if said.get("amount") else left
    if left == 0:
        raise refuse(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"]:
        raise refuse(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if amount > left:
        raise refuse(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    way = by_kind(charge["payment_method_details"]["card"]["last4"]).refund
    refund = desk.make(
        "re",
        "refund",
        amount=amount,
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=intent["id"],
        status="pending" if way == "pending" else "succeeded",
        reason=said.get("reason") or None,
        failure_reason=None,
        metadata=said.group("metadata"),
        balance_transaction=None,
    )
    movement = book(desk, kind="refund", source=refund["id"], amount=-amount)
    refund = desk.save({**refund, "balance_transaction": movement["id"]})
    _note_refunded(desk, charge, amount)
    if way != "at_once":
        desk.books.queue_later("refund", refund["id"], due=desk.now() + REFUND_TAKES)
    desk.emit("refund.created", refund)
    return refund


def retrieve(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/refunds/:id``."""
    return desk.find("re", key, param="refund")


def list_all(desk: Desk, said: Parameters) -> Thing:
    """``GET /v1/refunds``: those of one payment."""
    found = [refund for refund in desk.books.all("re") if refund["payment_intent"] == said.need("payment_intent")]
    return desk.list_of(found, url="/v1/refunds", limit=100, after="")


def finish(desk: Desk, key: str) -> None:
    """Let a refund that takes a while end: paid, or failed and booked back."""
    refund = desk.find("re", key)
    charge = desk.find("ch", refund["charge"])
    if by_kind(charge["payment_method_details"]["card"]["last4"]).refund == "fails_later":
        refund = desk.save({**refund, "status": "failed", "failure_reason": "expired_or_canceled_card"})
        book(desk, kind="refund_failure", source=refund["id"], amount=refund["amount"])
        _note_refunded(desk, charge, -refund["amount"])
        desk.emit("refund.failed", refund)
        return
    desk.emit("refund.updated", desk.save({**refund, "status": "succeeded"}))


def _note_refunded(desk: Desk, charge: Thing, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    charge = desk.save({**charge, "amount_refunded": refunded, "refunded": refunded == charge["amount"]})
    desk.emit("charge.refunded" if amount > 0 else "charge.updated", charge)


# -- disputes ---------------------------------------------------------------------------------------------------------


def open_dispute(desk: Desk, charge_id: str, *, inquiry: bool = False) -> Thing:
    """Let the owner of the card dispute a payment: the bank takes the money back until it is decided.

    An inquiry takes none: the bank asks first (``warning_`` stands before its states).
    """
    charge = desk.find("ch", charge_id)
    if charge["disputed"]:
        raise refuse(f"Charge {charge_id} is disputed already.")
    dispute = desk.make(
        "du",
        "dispute",
        amount=charge["amount"] - charge["amount_refunded"],
        currency=charge["currency"],
        charge=charge_id,
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status=f"{_INQUIRY}needs_response" if inquiry else "needs_response",
        evidence_details={"due_by": desk.now() + 7 * 86400, "has_evidence": False, "submission_count": 0},
        is_charge_refundable=False,
        metadata={},
    )
    desk.save({**charge, "disputed": True})
    if not inquiry:
        _withdraw(desk, dispute)
    desk.emit("charge.dispute.created", dispute)
    return dispute


def escalate(desk: Desk, key: str) -> Thing:
    """Let an inquiry become a dispute: now the bank takes the money."""
    dispute = _find_inquiry(desk, key)
    dispute = desk.save({**dispute, "status": "needs_response"})
    _withdraw(desk, dispute)
    desk.emit("charge.dispute.updated", dispute)
    return dispute


def close_inquiry(desk: Desk, key: str) -> Thing:
    """Let an inquiry end without a dispute."""
    dispute = _find_inquiry(desk, key)
    dispute = desk.save({**dispute, "status": f"{_INQUIRY}closed"})
    desk.emit("charge.dispute.closed", dispute)
    return dispute


def _find_inquiry(desk: Desk, key: str) -> Thing:
    dispute = desk.find("du", key, param="dispute")
    if not dispute["status"].startswith(_INQUIRY) or dispute["status"] == f"{_INQUIRY}closed":
        raise refuse(f"Dispute {key} is no open inquiry.")
    return dispute


def _withdraw(desk: Desk, dispute: Thing) -> None:
    book(desk, kind="adjustment", source=dispute["id"], amount=-dispute["amount"], fee=DISPUTE_FEE)
    desk.emit("charge.dispute.funds_withdrawn", dispute)


def close_dispute(desk: Desk, key: str, *, won: bool) -> Thing:
    """Decide a dispute for the operator, or for the owner of the card."""
    dispute = desk.find("du", key, param="dispute")
    if dispute["status"] in {"won", "lost"}:
        raise refuse(f"Dispute {key} is closed already.")
    dispute = desk.save({**dispute, "status": "won" if won else "lost"})
    if won:
        book(desk, kind="adjustment", source=dispute["id"], amount=dispute["amount"])
        desk.emit("charge.dispute.funds_reinstated", dispute)
    desk.emit("charge.dispute.closed", dispute)
    return dispute


def answer_dispute(desk: Desk, said: Parameters, key: str) -> Thing:
    """``POST /v1/disputes/:id``: take what the operator shows the bank; once it is submitted it cannot be changed."""
    dispute = desk.find("du", key, param="dispute")
    if dispute["status"].removeprefix(_INQUIRY) != "needs_response":
        raise refuse(f"Dispute {key} takes no evidence any more.")
    details = dict(dispute["evidence_details"]) | {"has_evidence": True}
    dispute |= {"evidence": {**dispute.get("evidence", {}), **said.group("evidence")}}
    if said.flag("submit"):
        details["submission_count"] += 1
        dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    dispute = desk.save({**dispute, "evidence_details": details})
    desk.emit("charge.dispute.updated", dispute)
    return dispute


def accept_dispute(desk: Desk, said: Parameters, key: str) -> Thing:
    """``POST /v1/disputes/:id/close``: the operator lets the owner of the card have the money."""
    return close_dispute(desk, key, won=False)


def retrieve_dispute(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/disputes/:id``."""
    return desk.find("du", key, param="dispute")
