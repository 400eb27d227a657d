"""Deliberate breaches of the books, for the drills: real rows, written and taken away again."""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from troth.kernel import clock
from troth.kernel.sabotage import swap
from troth.orders.books import comparing
from troth.orders.models import (
    AttemptState,
    MovementState,
    Order,
    OrderState,
    PaymentAttempt,
    ProcessorMovement,
    RefundCause,
    RefundDecision,
    RefundMovement,
)

_AGO = timedelta(hours=3)
_MINOR = 7_700
_BACK = 1_100


@contextmanager
def _paid_order() -> Iterator[PaymentAttempt]:
    """Let an order be paid and a part given back three hours ago, alike in both books; take it all away at the end."""
    moment, tag, subject = clock.now() - _AGO, secrets.token_hex(5), uuid4()
    order = Order.objects.create(
        subject_id=subject,
        number=f"DR-{tag}",
        state=OrderState.FILLED,
        currency="USD",
        net_minor=_MINOR,
        total_minor=_MINOR,
        placed_at=moment,
        paid_at=moment,
        ended_at=moment,
    )
    attempt = PaymentAttempt.objects.create(
        order=order,
        subject_id=subject,
        state=AttemptState.PAID,
        currency="USD",
        amount_minor=_MINOR,
        taken_minor=_MINOR,
        taken_currency="USD",
        payment_ref=f"pi_drill_{tag}",
        settled_at=moment,
    )
    decision = RefundDecision.objects.create(
        order=order,
        attempt=attempt,
        subject_id=subject,
        currency="USD",
        amount_minor=_BACK,
        cause=RefundCause.GOODWILL,
        decided_by="system:drill",
        decided_at=moment,
    )
    RefundMovement.objects.create(
        decision=decision,
        subject_id=subject,
        state=MovementState.PAID,
        refund_ref=f"re_drill_{tag}",
        ordered_by="system:drill",
        ordered_at=moment,
        settled_at=moment,
    )
    for kind, minor in (("payment", _MINOR), ("refund", -_BACK)):
        ProcessorMovement.objects.create(
            movement_ref=f"txn_drill_{kind}_{tag}",
            payment_ref=attempt.payment_ref,
            kind=kind,
            currency="USD",
            amount_minor=minor,
            booked_on=moment.date(),
            fetched_at=moment,
        )
    try:
        yield attempt
    finally:
        ProcessorMovement.objects.filter(payment_ref=attempt.payment_ref).delete()
        _take_away(order.pk)


def _take_away(order_id: UUID) -> None:
    RefundMovement.objects.filter(decision__order=order_id).delete()
    RefundDecision.objects.filter(order=order_id).delete()
    PaymentAttempt.objects.filter(order=order_id).delete()
    Order.objects.filter(pk=order_id).delete()


@contextmanager
def delete_payment() -> Iterator[None]:
    """Delete the row of a payment with what hangs on it; the processor has it still."""
    with _paid_order() as attempt:
        _take_away(attempt.order_id)
        yield


@contextmanager
def change_amount() -> Iterator[None]:
    """Write a cent less into the row of a payment."""
    with _paid_order() as attempt:
        PaymentAttempt.objects.filter(pk=attempt.pk).update(taken_minor=_MINOR - 1)
        yield


@contextmanager
def lose_refund_here() -> Iterator[None]:
    """Take a refund out of our books."""
    with _paid_order() as attempt:
        RefundMovement.objects.filter(decision__attempt=attempt).delete()
        yield


@contextmanager
def lose_refund_there() -> Iterator[None]:
    """Take a refund out of the copy of their books."""
    with _paid_order() as attempt:
        ProcessorMovement.objects.filter(payment_ref=attempt.payment_ref, kind="refund").delete()
        yield


def see_nothing() -> AbstractContextManager[None]:
    """Let the comparison find that everything agrees."""
    return swap(comparing, "_compare", lambda *_sums: [])
