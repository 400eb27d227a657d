"""What the processor says of money that went back: of a refund, whoever made it, and of a dispute at the bank.

The news is a reason to ask. What is noted is what the processor answers, and done twice it does nothing more. A refund
that somebody made at the processor's own desk becomes a decision and a movement like any other, so that the books are
whole; where just that was decided here and not paid yet, it is that decision's movement.
"""

from uuid import UUID

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.deciding import PieceOfLine, note_given_back
from troth.orders.actions.settling import finish_if_done
from troth.orders.actions.taking_back import cancel_what_is_left, find_unpaid_refunds, settle_movement
from troth.orders.events import Event
from troth.orders.models import (
    Dispute,
    DisputeState,
    MovementState,
    Order,
    OrderState,
    PaymentAttempt,
    RefundCause,
    RefundMovement,
    WaitCause,
)
from troth.orders.processor import card_processor
from troth.orders.states import lock_order, move_order
from troth.orders.telling import News, tell_client
from troth.processors.api import DisputeOutcome, RefundOutcome

AT_PROCESSOR = "processor:desk"
"""Who ordered a movement that was made at the processor's own desk."""


# -- Refunds -----------------------------------------------------------------------------------------------------------


def look_up_refund(attempt: PaymentAttempt, refund_ref: str) -> RefundMovement | None:
    """Ask the processor about a refund of this payment, and note what it says; None where nothing moved."""
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        outcome = card_processor().find_refund(refund_ref, subject_id=attempt.subject_id)
        return note_refund(attempt, outcome)


def note_refund(attempt: PaymentAttempt, outcome: RefundOutcome) -> RefundMovement | None:
    """Note a refund of a payment; return its movement, or None where it failed and nobody here knew of it."""
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        with transaction.atomic():
            lock_order(attempt.order_id)
            movement = _find_movement(attempt, outcome) or _adopt(attempt, outcome)
        return settle_movement(movement, outcome) if movement is not None else None


def _find_movement(attempt: PaymentAttempt, outcome: RefundOutcome) -> RefundMovement | None:
    mine = RefundMovement.objects.select_related("decision").filter(decision__attempt=attempt)
    if outcome.refund_id is not None and (known := mine.filter(pk=outcome.refund_id).first()):
        return known
    return mine.filter(refund_ref=outcome.refund_ref).first() if outcome.refund_ref else None


def _adopt(attempt: PaymentAttempt, outcome: RefundOutcome) -> RefundMovement | None:
    """Make the movement of a refund that was made elsewhere."""
    if outcome.state == MovementState.FAILED:
        return None
    waiting = find_unpaid_refunds().filter(
        attempt=attempt, amount_minor=outcome.amount.minor, currency=outcome.amount.currency
    )
    decision = waiting.first()
    if decision is None:
        decision = note_given_back(attempt, outcome.amount, cause=RefundCause.AT_PROCESSOR)
    movement = RefundMovement.objects.create(
        decision=decision, subject_id=attempt.subject_id, ordered_by=AT_PROCESSOR, refund_ref=outcome.refund_ref
    )
    _record(Event.REFUND_ORDERED, attempt.subject_id, "orders.RefundMovement", movement.pk)
    return movement


# -- Disputes ----------------------------------------------------------------------------------------------------------


def look_up_dispute(attempt: PaymentAttempt, dispute_ref: str) -> Dispute:
    """Ask the processor about a dispute of this payment, and note what it says."""
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        outcome = card_processor().find_dispute(dispute_ref, subject_id=attempt.subject_id)
        return note_dispute(attempt, outcome)


def note_dispute(attempt: PaymentAttempt, outcome: DisputeOutcome) -> Dispute:
    """Note where a dispute stands, and what follows of it for the order, the books and what was bought."""
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING), transaction.atomic():
        order = lock_order(attempt.order_id)
        dispute = Dispute.objects.select_for_update().filter(dispute_ref=outcome.dispute_ref).first()
        if dispute is None:
            dispute = _open(order, attempt, outcome)
        if not dispute.is_open:
            return dispute
        dispute.state, dispute.reason = DisputeState(outcome.stand), outcome.reason[:40]
        dispute.due_at, dispute.is_inquiry = outcome.due_at, outcome.is_inquiry
        dispute.closed_at = None if dispute.is_open else clock.now()
        dispute.save()
        if dispute.state == DisputeState.WON:
            _win(order, dispute)
        elif dispute.state == DisputeState.LOST:
            _lose(order, dispute)
    return dispute


def _open(order: Order, attempt: PaymentAttempt, outcome: DisputeOutcome) -> Dispute:
    dispute = Dispute.objects.create(
        attempt=attempt,
        subject_id=attempt.subject_id,
        dispute_ref=outcome.dispute_ref,
        currency=outcome.amount.currency,
        amount_minor=outcome.amount.minor,
        due_at=outcome.due_at,
        reason=outcome.reason[:40],
        is_inquiry=outcome.is_inquiry,
    )
    _record(Event.PAYMENT_DISPUTED, attempt.subject_id, "orders.Dispute", dispute.pk)
    if order.state == OrderState.PAID:
        # What is not handed over yet waits until the bank has decided whose the money is.
        move_order(order, OrderState.WAITING, cause="disputed", waits_for=WaitCause.DISPUTED)
    tell_client(order, News.DISPUTED, amount_minor=dispute.amount_minor)
    return dispute


def _win(order: Order, dispute: Dispute) -> None:
    _record(Event.DISPUTE_WON, dispute.subject_id, "orders.Dispute", dispute.pk)
    if order.state == OrderState.WAITING and order.waits_for == WaitCause.DISPUTED:
        move_order(order, OrderState.PAID, cause="dispute_won")
        finish_if_done(order)
    tell_client(order, News.DISPUTE_WON)


def _lose(order: Order, dispute: Dispute) -> None:
    """The bank took the money: that is a refund in the books, and what it had bought ends as far as it can."""
    amount = dispute.amount
    pieces: list[PieceOfLine] = []
    if amount == order.total:
        pieces = cancel_what_is_left(order)
    if sum(piece.net_minor + piece.tax_minor for piece in pieces) != amount.minor:
        pieces = []
    decision = note_given_back(dispute.attempt, amount, cause=RefundCause.DISPUTED, pieces=pieces)
    movement = RefundMovement.objects.create(
        decision=decision,
        subject_id=dispute.subject_id,
        state=MovementState.PAID,
        refund_ref=dispute.dispute_ref,
        ordered_by=AT_PROCESSOR,
        settled_at=clock.now(),
    )
    dispute.refund = decision
    dispute.save(update_fields=["refund"])
    _record(Event.DISPUTE_LOST, dispute.subject_id, "orders.Dispute", dispute.pk)
    _record(Event.REFUND_PAID, dispute.subject_id, "orders.RefundMovement", movement.pk)
    if order.state == OrderState.WAITING and order.waits_for == WaitCause.DISPUTED:
        # Something of it could not be taken back: it is somebody's to look at, and not to be handed over.
        move_order(order, OrderState.WAITING, cause="dispute_lost", waits_for=WaitCause.REVIEW)
    tell_client(order, News.DISPUTE_LOST, amount_minor=dispute.amount_minor)


def money_of(dispute: Dispute) -> Money:
    """Return what a dispute took out of the processor's books: nothing for a mere inquiry, and for one that was won."""
    took = not dispute.is_inquiry and dispute.state != DisputeState.WON
    return Money(dispute.amount_minor if took else 0, dispute.currency)


def _record(event: Event, subject_id: UUID, object_type: str, object_id: UUID) -> None:
    record(event=event, subject_id=subject_id, object_type=object_type, object_id=str(object_id))
