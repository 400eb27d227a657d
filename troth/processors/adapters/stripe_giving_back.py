"""Stripe's side of money that goes back: refunds, disputes, and the account of all that moved (C2, C3)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from troth.kernel.money import Money
from troth.processors import standing
from troth.processors.adapters import stripe_operations as operations
from troth.processors.card import DisputeEvidence, DisputeOutcome, DisputeStand, RefundOutcome, Settlement
from troth.processors.linking import find_active
from troth.processors.models import Kind
from troth.processors.network import speaking_to

_REFUNDS = {"succeeded": "paid", "pending": "pending", "requires_action": "pending"}
_MOVEMENTS = {
    "charge": "payment",
    "payment": "payment",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund",
    "payment_failure_refund": "refund",
    "adjustment": "dispute",
}
_STANDS = {
    "needs_response": DisputeStand.NEEDS_ANSWER,
    "under_review": DisputeStand.UNDER_REVIEW,
    "won": DisputeStand.WON,
    "lost": DisputeStand.LOST,
    "closed": DisputeStand.WON,
    "prevented": DisputeStand.WON,
}
_INQUIRY = "warning_"


class GivingBack:
    """The part of the adapter by which money goes back."""

    _client: Any
    _library: Any
    _host: str
    _ask: Callable[..., Any]
    _look: Callable[..., Any]
    _library_call: Callable[..., Any]

    def refund(self, *, refund_id: UUID, subject_id: UUID, payment_ref: str, amount: Money) -> RefundOutcome:
        """Give an amount back; a refusal of the processor is a failed refund with its reason."""
        payload = {"payment_intent": payment_ref, "amount": amount.minor, "metadata": {"refund": str(refund_id)}}

        def call(body: Any) -> Any:
            try:
                return self._client.v1.refunds.create(body, {"idempotency_key": str(refund_id)})
            except self._library.InvalidRequestError as error:
                return {"id": "", "status": "failed", "failure_reason": str(error.code or "refused")}

        done = self._ask(operations.REFUND, subject_id=subject_id, payload=payload, reference=str(refund_id), call=call)
        state = _REFUNDS.get(done["status"], "failed")
        return RefundOutcome(refund_ref=done["id"], state=state, amount=amount, reason=done["failure_reason"] or "")

    def find_refund(self, refund_ref: str, *, subject_id: UUID) -> RefundOutcome:
        """Return where a refund stands, whoever made it."""
        found = self._look(subject_id, refund_ref, lambda body: self._client.v1.refunds.retrieve(body["id"])).to_dict()
        return _read_refund(found)

    def search_refund(self, refund_id: UUID, *, subject_id: UUID, payment_ref: str) -> RefundOutcome | None:
        """Look among the refunds of a payment for the one that names ours."""

        def call(body: Any) -> RefundOutcome | None:
            listed = self._client.v1.refunds.list({"payment_intent": body["id"], "limit": 100})
            refunds = (_read_refund(each.to_dict()) for each in listed.auto_paging_iter())
            return next((each for each in refunds if each.refund_id == refund_id), None)

        found: RefundOutcome | None = self._look(subject_id, payment_ref, call)
        return found

    # -- Disputes -----------------------------------------------------------------------------------------------------

    def find_dispute(self, dispute_ref: str, *, subject_id: UUID) -> DisputeOutcome:
        """Return where a dispute stands."""
        return _read_dispute(
            self._look(subject_id, dispute_ref, lambda body: self._client.v1.disputes.retrieve(body["id"])).to_dict()
        )

    def answer_dispute(self, dispute_ref: str, *, subject_id: UUID, evidence: DisputeEvidence) -> DisputeOutcome:
        """Hand the bank what shows that the payment was right; it can be done once."""
        payload = operations.write_evidence(dispute_ref, evidence)

        def call(body: Any) -> Any:
            return self._client.v1.disputes.update(body["dispute"], {k: v for k, v in body.items() if k != "dispute"})

        done = self._ask(
            operations.EVIDENCE, subject_id=subject_id, payload=payload, reference=dispute_ref, call=call
        ).to_dict()
        return _read_dispute(done)

    def accept_dispute(self, dispute_ref: str, *, subject_id: UUID) -> DisputeOutcome:
        """Let the bank take the money back; one that is decided already is left as it is."""

        def call(body: Any) -> Any:
            try:
                return self._client.v1.disputes.close(body["id"])
            except self._library.InvalidRequestError:
                return self._client.v1.disputes.retrieve(body["id"])

        return _read_dispute(self._look(subject_id, dispute_ref, call).to_dict())

    # -- The account --------------------------------------------------------------------------------------------------

    def list_settlements(self, *, since: datetime) -> Sequence[Settlement]:
        """Return the movements in their books since then. Nothing of ours is handed over but the date."""
        entry = find_active(Kind.CARD)
        hosts = [host for host in standing.list_hosts(entry) if host == self._host]
        with speaking_to(hosts):
            found = self._library_call(
                lambda: list(
                    self._client.v1.balance_transactions.list(
                        {"limit": 100, "created": {"gte": int(since.timestamp())}, "expand": ["data.source"]}
                    ).auto_paging_iter()
                )
            )
        return [_read_movement(movement.to_dict()) for movement in found]


def _read_movement(found: Mapping[str, Any]) -> Settlement:
    return Settlement(
        movement_ref=found["id"],
        payment_ref=str((found["source"] or {}).get("payment_intent") or ""),
        kind=_MOVEMENTS.get(found["type"], found["type"]),
        amount=Money(found["amount"], found["currency"].upper()),
        booked_on=datetime.fromtimestamp(found["created"], tz=UTC).date(),
        source_ref=str((found["source"] or {}).get("id") or ""),
    )


def _read_dispute(found: Mapping[str, Any]) -> DisputeOutcome:
    details = found.get("evidence_details") or {}
    due_by = details.get("due_by")
    return DisputeOutcome(
        dispute_ref=found["id"],
        payment_ref=found.get("payment_intent") or "",
        stand=_STANDS.get(found["status"].removeprefix(_INQUIRY), DisputeStand.UNDER_REVIEW),
        amount=Money(found["amount"], found["currency"].upper()),
        reason=found.get("reason") or "",
        due_at=datetime.fromtimestamp(due_by, tz=UTC) if due_by else None,
        is_inquiry=found["status"].startswith(_INQUIRY),
    )


def _read_refund(found: Mapping[str, Any]) -> RefundOutcome:
    return RefundOutcome(
        refund_ref=found["id"],
        state=_REFUNDS.get(found["status"], "failed"),
        amount=Money(found["amount"], found["currency"].upper()),
        reason=found.get("failure_reason") or "",
        payment_ref=found.get("payment_intent") or "",
        refund_id=_read_id((found.get("metadata") or {}).get("refund")),
    )


def _read_id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
