"""Deciding that money goes back. The decision is one row; the movement of the money is another (``taking_back``)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from troth.kernel.acting import Actor, require_acting
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.ledger.api import record
from troth.orders.events import Event
from troth.orders.models import (
    OPEN_DISPUTE,
    AttemptState,
    Dispute,
    Order,
    OrderLine,
    PaymentAttempt,
    RefundCause,
    RefundDecision,
    RefundLine,
)
from troth.orders.papers_port import issue_credit_note
from troth.orders.states import lock_order


@dataclass(frozen=True, slots=True)
class PieceOfLine:
    """So many pieces of a line, with their share of its price and tax."""

    line: OrderLine
    quantity: int
    net_minor: int
    tax_minor: int


def decide_refund(
    *, order: Order, amount: Money, cause: RefundCause, pieces: Sequence[PieceOfLine] = ()
) -> RefundDecision:
    """Decide that an amount of a paid order goes back; return the decision. Nothing moves by it.

    Raises Refused where the order has no payment from which so much is left.
    """
    with transaction.atomic():
        locked = lock_order(order.pk)
        for attempt in PaymentAttempt.objects.filter(order=locked, state=AttemptState.PAID).order_by("settled_at"):
            if attempt.taken_currency == amount.currency and amount.minor <= left_of(attempt):
                return _write(attempt, amount, cause, pieces)
    raise Refused(
        _("So much was not paid for this order, or was given back already."),
        kept=_("Nothing was decided."),
        next_step=_("Look at what was paid and given back on the order."),
    )


def decide_refund_of_payment(attempt: PaymentAttempt, *, cause: RefundCause) -> RefundDecision | None:
    """Decide that all that is left of one payment goes back; None where nothing is left. In a transaction."""
    left = left_of(attempt)
    return _write(attempt, Money(left, attempt.taken_currency), cause, ()) if left else None


def note_given_back(
    attempt: PaymentAttempt, amount: Money, *, cause: RefundCause, pieces: Sequence[PieceOfLine] = ()
) -> RefundDecision:
    """Note that money went back which nobody here decided, so that the books say what is so. In a transaction."""
    return _write(attempt, amount, cause, pieces, is_fact=True)


def left_of(attempt: PaymentAttempt) -> int:
    """Return how much of a payment can still be decided to go back, in the smallest unit.

    What the bank disputes is with the bank until it decides; what it took back for good is a decision like any other.
    """
    decided = RefundDecision.objects.filter(attempt=attempt).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    disputed = Dispute.objects.filter(attempt=attempt, state__in=OPEN_DISPUTE).aggregate(sum=Sum("amount_minor"))["sum"]
    return max(0, (attempt.taken_minor or 0) - decided - (disputed or 0))


def name_actor(actor: Actor) -> str:
    """Return an actor as the books name it: its kind and its id."""
    return f"{actor.kind}:{actor.ref}"[:80]


def _write(
    attempt: PaymentAttempt,
    amount: Money,
    cause: RefundCause,
    pieces: Sequence[PieceOfLine],
    *,
    is_fact: bool = False,
) -> RefundDecision:
    decision = RefundDecision.objects.create(
        order_id=attempt.order_id,
        attempt=attempt,
        subject_id=attempt.subject_id,
        currency=amount.currency,
        amount_minor=amount.minor,
        cause=cause,
        decided_by=name_actor(require_acting().actor),
    )
    for piece in pieces:
        RefundLine.objects.create(
            decision=decision,
            subject_id=attempt.subject_id,
            line=piece.line,
            quantity=piece.quantity,
            net_minor=piece.net_minor,
            tax_minor=piece.tax_minor,
        )
    record(
        event=Event.REFUND_DECIDED,
        subject_id=attempt.subject_id,
        object_type="orders.RefundDecision",
        object_id=str(decision.pk),
    )
    if cause not in {RefundCause.PAID_TWICE, RefundCause.PAID_TOO_LATE}:
        # What was never invoiced needs no credit note: a second or late payment stands in no invoice.
        _issue_credit_note(decision, is_fact=is_fact)
    from troth.orders.tasks import ask_for_refund

    ask_for_refund(decision)
    return decision


def _issue_credit_note(decision: RefundDecision, *, is_fact: bool) -> None:
    try:
        with transaction.atomic():
            issue_credit_note(decision)
    except Refused:
        # More went back than was invoiced and not yet credited. Of a fact that is noted all the same: the books are to
        # say what is so, and the comparison shows it to staff.
        if not is_fact:
            raise
