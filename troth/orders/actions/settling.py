"""What became of a payment: noted once, whatever brought the news (the return page, a webhook, the sweep).

The news itself is only a reason to look. What counts is what the processor says when it is asked, and that is compared
with what we asked for: amount and currency. A settled payment settles its order once; a second payment of the same
order, or one that comes after the order has ended, is money to give back, and is given back by itself.
"""

from collections.abc import Sequence

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.cards import save_card
from troth.orders.actions.deciding import decide_refund_of_payment
from troth.orders.events import Event
from troth.orders.lines import line_handlers
from troth.orders.models import (
    AttemptState,
    Order,
    OrderLine,
    OrderState,
    PaymentAttempt,
    RefundCause,
    WaitCause,
)
from troth.orders.papers_port import issue_papers
from troth.orders.processor import card_processor
from troth.orders.states import lock_order, move_order
from troth.orders.stock import release_stock, reserve_stock
from troth.orders.telling import News, tell_client
from troth.processors.api import CardOutcome, CardState


def look_up_attempt(attempt: PaymentAttempt) -> PaymentAttempt:
    """Ask the processor what became of an attempt, note it, and return the attempt as it stands then."""
    if attempt.state == AttemptState.PAID:
        return attempt
    outcome = ask_processor(attempt)
    return settle_attempt(attempt, outcome) if outcome is not None else attempt


def ask_processor(attempt: PaymentAttempt) -> CardOutcome | None:
    """Return what the processor says of an attempt; None where it cannot know of it yet."""
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        if attempt.session_ref:
            return card_processor().find_checkout(attempt.session_ref, subject_id=attempt.subject_id)
        if attempt.payment_ref:
            return card_processor().find_payment(attempt.payment_ref, subject_id=attempt.subject_id)
        if attempt.off_session:
            return card_processor().find_charge(attempt.pk, subject_id=attempt.subject_id)
    return None


def settle_attempt(attempt: PaymentAttempt, outcome: CardOutcome) -> PaymentAttempt:
    """Note what the processor said; return the attempt as it stands then. Done twice, it does nothing more.

    Arguments:
        attempt: the attempt that was asked about.
        outcome: the processor's own answer, never what a page or an event claims.
    """
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING), transaction.atomic():
        # The order first, then its attempt: whoever locks both does so in this order.
        order = lock_order(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        if fresh.state == AttemptState.PAID:
            return fresh
        match outcome.state:
            case CardState.PAID:
                _settle_paid(order, fresh, outcome)
            case CardState.FAILED | CardState.NEEDS_CLIENT:
                _note_failure(order, fresh, outcome)
            case CardState.EXPIRED:
                close_attempt(order, fresh, AttemptState.EXPIRED)
            case _:
                pass
    return fresh


def close_attempt(order: Order, attempt: PaymentAttempt, state: AttemptState, *, reason: str = "") -> None:
    """End an open attempt without a payment, and give its pieces free; in the caller's transaction."""
    if not attempt.is_open:
        return
    attempt.state, attempt.reason = state, reason[:40]
    attempt.save(update_fields=["state", "reason"])
    if order.paid_at is None:
        release_stock(order)


def settle_free(order: Order) -> None:
    """Settle an order that costs nothing; in the caller's transaction."""
    if order.total_minor:
        raise Refused("This order is not free.")
    _fill(order, cause="nothing_due")


def _settle_paid(order: Order, attempt: PaymentAttempt, outcome: CardOutcome) -> None:
    if outcome.amount is None or not outcome.payment_ref:
        raise Refused("The processor says that it was paid, and not how much or which payment.")
    attempt.state, attempt.reason, attempt.settled_at = AttemptState.PAID, "", clock.now()
    attempt.taken_minor, attempt.taken_currency = outcome.amount.minor, outcome.amount.currency
    attempt.payment_ref = outcome.payment_ref
    attempt.save()
    if attempt.saves_card and outcome.saved_card_ref and outcome.card is not None:
        save_card(subject_id=attempt.subject_id, outcome=outcome)
    if order.state == OrderState.CANCELLED:
        decide_refund_of_payment(attempt, cause=RefundCause.PAID_TOO_LATE)
    elif order.paid_at is not None:
        decide_refund_of_payment(attempt, cause=RefundCause.PAID_TWICE)
    elif attempt.taken != attempt.amount:
        # Not what was asked for: nothing is filled and nothing is sent back before somebody has looked.
        _wait(order, WaitCause.REVIEW, cause="amount_differs", news=News.WAITS)
    else:
        _fill(order, cause="paid")


def _fill(order: Order, *, cause: str) -> None:
    """Note that the order is paid, and do what each kind of line brings."""
    move_order(order, OrderState.PAID, cause=cause)
    _record(Event.ORDER_PAID, order)
    issue_papers(order)
    tell_client(order, News.PAID)
    if not reserve_stock(order):
        # The last piece went while this was being paid. The money is safe, and the client is asked what it wants.
        _wait(order, WaitCause.OUT_OF_STOCK, cause="gone_while_paying", news=News.OUT_OF_STOCK)
        return
    fill_lines(order)


def fill_lines(order: Order) -> None:
    """Have each kind of line done by its handler; once an order, in the transaction that settles it."""
    for kind, lines in group_lines(order).items():
        handler = line_handlers.get(kind)
        if handler is not None:
            handler.fill(order, lines)
    finish_if_done(order)


def finish_if_done(order: Order) -> bool:
    """Note that an order is done, where nothing of it is left to do; return whether it is. In a transaction."""
    if order.state not in {OrderState.PAID, OrderState.WAITING} or order.paid_at is None:
        return order.state == OrderState.FILLED
    for kind, lines in group_lines(order).items():
        handler = line_handlers.get(kind)
        if handler is None or not handler.is_done(order, lines):
            return False
    move_order(order, OrderState.FILLED, cause="done")
    _record(Event.ORDER_FILLED, order)
    return True


def group_lines(order: Order) -> dict[str, Sequence[OrderLine]]:
    """Return the order's lines of which something is left, by kind."""
    kinds: dict[str, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order=order).select_related("product").order_by("pk"):
        if line.remaining:
            kinds.setdefault(line.kind, []).append(line)
    return dict(kinds)


def _note_failure(order: Order, attempt: PaymentAttempt, outcome: CardOutcome) -> None:
    if not attempt.is_open:
        return
    reason = outcome.reason or ("authentication_required" if outcome.state is CardState.NEEDS_CLIENT else "declined")
    attempt.payment_ref = outcome.payment_ref or attempt.payment_ref
    attempt.save(update_fields=["payment_ref"])
    close_attempt(order, attempt, AttemptState.FAILED, reason=reason)
    if order.paid_at is not None or order.state == OrderState.CANCELLED:
        return
    _record(Event.PAYMENT_FAILED, order)
    _wait(order, WaitCause.PAYMENT_FAILED, cause=reason, news=News.PAYMENT_FAILED)


def _wait(order: Order, waits_for: WaitCause, *, cause: str, news: News) -> None:
    move_order(order, OrderState.WAITING, cause=cause[:40], waits_for=waits_for)
    _record(Event.ORDER_WAITS, order)
    tell_client(order, news)


def _record(event: Event, order: Order) -> None:
    record(event=event, subject_id=order.subject_id, object_type="orders.Order", object_id=str(order.pk))
