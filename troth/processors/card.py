"""What the house asks of a card processor, whichever it is. Card numbers are typed at the processor's own origin (C1).

References (``*_ref``) are the processor's own names for its things; no personal value is in them. Amounts are ours, and
the processor's answer is compared with them, never trusted instead of them. Personal values are handed over unopened
(``SealedValue``): the one door out judges first, and opens what may leave.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from troth.kernel.money import Money
from troth.vault.api import SealedValue


class CardState(StrEnum):
    """Where a payment stands at the processor."""

    OPEN = "open"  # the client has not finished, or the bank has not answered
    NEEDS_CLIENT = "needs_client"  # the bank wants the client to confirm
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class CardHint:
    """What may be kept of a card: enough for its owner to know which one it is, and useless to anybody else."""

    brand: str
    last4: str
    expires_month: int
    expires_year: int


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """One payment to be made.

    Arguments:
        attempt_id: our id of the attempt; the key under which a repeat is the same request.
        subject_id: who pays.
        order_number: our number of the order, shown on the processor's page; no personal value.
        payer: what the processor is given of the payer, unopened, under the names ``name`` and ``email``.
        amount: what is due.
        lines: what is paid for, name and amount each; names from the catalogue only.
        save_card: whether the card is kept at the processor for renewals; the client was told and agreed.
        return_url, cancel_url: pages of ours.
    """

    attempt_id: UUID
    subject_id: UUID
    order_number: str
    payer: Mapping[str, SealedValue]
    amount: Money
    lines: Sequence[tuple[str, Money]]
    save_card: bool
    return_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class CardPage:
    """The processor's page to which the client goes on."""

    session_ref: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CardOutcome:
    """What became of a payment.

    Arguments:
        state: where it stands.
        payment_ref: the processor's name of the payment; empty while there is none.
        amount: what was taken, or None while nothing was.
        reason: why it failed, one of a closed list (``declined``, ``insufficient_funds``, ``expired_card``,
            ``authentication_required``, ``authentication_failed``, ``processing_error``), or empty.
        card: the card's hint, where known.
        saved_card_ref: where a card was saved, the reference with which it is charged again.
        customer_ref: the processor's name of the payer.
    """

    state: CardState
    payment_ref: str = ""
    amount: Money | None = None
    reason: str = ""
    card: CardHint | None = None
    saved_card_ref: str = ""
    customer_ref: str = ""


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """What became of a refund.

    Arguments:
        refund_ref: the processor's name of it.
        state: ``pending``, ``paid`` or ``failed``.
        amount: how much goes back.
        reason: why it failed.
        payment_ref: the payment that it is of, where the processor was asked.
        refund_id: our id of it, where we made it; None for one that was made at the processor's own desk.
    """

    refund_ref: str
    state: str
    amount: Money
    reason: str = ""
    payment_ref: str = ""
    refund_id: UUID | None = None


class DisputeStand(StrEnum):
    """Where a dispute stands at the bank."""

    NEEDS_ANSWER = "needs_answer"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DisputeOutcome:
    """What the processor says of a dispute.

    Arguments:
        dispute_ref: the processor's name of it.
        payment_ref: the payment that is disputed.
        stand: where it stands.
        amount: what is disputed.
        reason: the bank's reason, of its closed list.
        due_at: until when the bank takes an answer, or None.
        is_inquiry: whether the bank only asks, and took no money yet.
    """

    dispute_ref: str
    payment_ref: str
    stand: DisputeStand
    amount: Money
    reason: str = ""
    due_at: datetime | None = None
    is_inquiry: bool = False


@dataclass(frozen=True, slots=True)
class DisputeEvidence:
    """What shows a bank that a payment was right: dates, numbers, and no sentence.

    Arguments:
        order_number: our number of the order.
        placed_on, paid_on: days of the order.
        served_on: the day on which it was done, begun or handed over, or None.
        product: the name of what was bought, of the catalogue; empty where it is more than one thing.
        tracking: the carrier's number of the parcel, or empty.
        payer: what is handed over of the payer, unopened, under the names ``name`` and ``email``; may be empty.
    """

    order_number: str
    placed_on: date
    paid_on: date
    served_on: date | None = None
    product: str = ""
    tracking: str = ""
    payer: Mapping[str, SealedValue] = field(default_factory=dict)


class CardEventKind(StrEnum):
    """What an event from the processor is about; any other is kept and passed over."""

    CHECKOUT = "checkout"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class CardEvent:
    """A signed hint that something changed; what it says is fetched again before anything is done (C1).

    Arguments:
        event_ref: the processor's id of the event; the same event may come twice.
        kind: what it is about.
        object_ref: the session, payment, refund or dispute.
        attempt_id: our attempt, where the processor was given it.
        created_at: when the processor made it; they may come out of order.
        facts: plain facts without personal values, such as a dispute's state.
    """

    event_ref: str
    kind: CardEventKind
    object_ref: str
    attempt_id: UUID | None
    created_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settlement:
    """One movement in the processor's books, for the comparison of theirs with ours to the cent.

    Arguments:
        movement_ref: their name of the movement.
        payment_ref: their name of the payment that it belongs to.
        kind: ``payment``, ``refund`` or ``dispute``; any other moves no client's money.
        amount: less than nothing for what went out; their fee is not in it.
        booked_on: the day.
        source_ref: their name of what moved it: a charge, a refund, a dispute.
    """

    movement_ref: str
    payment_ref: str
    kind: str
    amount: Money
    booked_on: date
    source_ref: str = ""


class CardProcessor(Protocol):
    """A card processor. Each call that carries personal values passes the one door out, and may raise what it raises.

    Errors: ``Refused`` where the door stays shut (nothing was sent); ``Unreachable`` where nobody answered, so that
    the same call with the same key may be made again.
    """

    def start_checkout(self, request: ChargeRequest) -> CardPage:
        """Open a hosted page for one payment."""

    def start_saving(
        self,
        *,
        setup_id: UUID,
        subject_id: UUID,
        payer: Mapping[str, SealedValue],
        return_url: str,
        cancel_url: str,
    ) -> CardPage:
        """Open a hosted page on which a card is saved, or replaced, without a payment."""

    def find_checkout(self, session_ref: str, *, subject_id: UUID) -> CardOutcome:
        """Return what became of a hosted page."""

    def charge_saved(self, request: ChargeRequest, *, customer_ref: str, saved_card_ref: str) -> CardOutcome:
        """Charge a saved card while the client is away."""

    def find_payment(self, payment_ref: str, *, subject_id: UUID) -> CardOutcome:
        """Return where a payment stands."""

    def find_charge(self, attempt_id: UUID, *, subject_id: UUID) -> CardOutcome | None:
        """Return what became of a charge whose answer was lost; None where it never reached them."""

    def refund(self, *, refund_id: UUID, subject_id: UUID, payment_ref: str, amount: Money) -> RefundOutcome:
        """Give an amount back."""

    def find_refund(self, refund_ref: str, *, subject_id: UUID) -> RefundOutcome:
        """Return where a refund stands, whoever made it."""

    def search_refund(self, refund_id: UUID, *, subject_id: UUID, payment_ref: str) -> RefundOutcome | None:
        """Return what became of a refund of ours whose answer was lost; None where it never reached them."""

    def find_dispute(self, dispute_ref: str, *, subject_id: UUID) -> DisputeOutcome:
        """Return where a dispute stands."""

    def answer_dispute(self, dispute_ref: str, *, subject_id: UUID, evidence: DisputeEvidence) -> DisputeOutcome:
        """Hand the bank what shows that the payment was right; it can be done once."""

    def accept_dispute(self, dispute_ref: str, *, subject_id: UUID) -> DisputeOutcome:
        """Let the bank take the money back."""

    def cancel_checkout(self, session_ref: str, *, subject_id: UUID) -> None:
        """Close a hosted page that is not wanted any more; one that is closed or paid is left as it is."""

    def find_saved_card(self, saved_card_ref: str, *, subject_id: UUID) -> CardHint | None:
        """Return the hint of a saved card as it is now; None where it can be charged no more."""

    def forget_card(self, *, subject_id: UUID, customer_ref: str, saved_card_ref: str) -> None:
        """Remove a saved card."""

    def forget_customer(self, *, subject_id: UUID, customer_ref: str) -> str:
        """Have the processor delete the payer; return its answer in words for the erasure receipt."""

    def read_event(self, *, body: bytes, signature: str) -> CardEvent | None:
        """Return the event that was posted to us, or None where it does not concern us; raise Refused if forged."""

    def list_settlements(self, *, since: datetime) -> Sequence[Settlement]:
        """Return the processor's movements since then."""
