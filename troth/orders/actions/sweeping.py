"""Payments and refunds of which no news came: asked for again, so that nothing stays between two states."""

import logging
from datetime import timedelta

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import TrothError
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.settling import close_attempt, look_up_attempt
from troth.orders.actions.taking_back import close_unpaid, follow_movement
from troth.orders.models import (
    OPEN_ATTEMPTS,
    AttemptState,
    MovementState,
    Order,
    OrderState,
    Origin,
    PaymentAttempt,
    RefundMovement,
    WaitCause,
)
from troth.orders.states import lock_order

_log = logging.getLogger(__name__)
QUIET = timedelta(minutes=15)
"""So long after its beginning an attempt or a refund without news is asked for."""


def sweep_attempts(limit: int = 200) -> int:
    """Look up attempts that are open for a while; return how many were seen to. May run twice."""
    open_ones = PaymentAttempt.objects.filter(state__in=OPEN_ATTEMPTS, made_at__lt=clock.now() - QUIET)
    seen = 0
    for attempt in open_ones.select_related("order").order_by("made_at")[:limit]:
        try:
            _see_to(attempt)
        except TrothError as error:
            _log.warning("A payment could not be looked up yet.", extra={"facts": {"error": type(error).__name__}})
        else:
            seen += 1
    return seen


def close_unpaid_orders(limit: int = 500) -> int:
    """Close orders that nobody paid within the published days; return how many. May run twice.

    A renewal is closed by its own schedule; what waits for us, and not for the client, is nobody's to close.
    """
    before = clock.now() - timedelta(days=read_operator().numbers.unpaid_order_days)
    old = Order.objects.filter(
        state__in=[OrderState.PLACED, OrderState.WAITING], placed_at__lt=before, paid_at=None
    ).exclude(origin=Origin.RENEWAL)
    closed = 0
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        for order in old.exclude(waits_for__in=[WaitCause.PROCESSOR, WaitCause.REVIEW]).order_by("placed_at")[:limit]:
            try:
                closed += close_unpaid(order)
            except TrothError as error:
                facts = {"order": str(order.pk), "error": type(error).__name__}
                _log.warning("An order could not be closed yet.", extra={"facts": facts})
    return closed


def sweep_refunds(limit: int = 200) -> int:
    """See to refunds that began to move and of which no end is known; return how many. May run twice."""
    under_way = RefundMovement.objects.filter(
        state__in=[MovementState.PREPARED, MovementState.PENDING], ordered_at__lt=clock.now() - QUIET
    )
    seen = 0
    for movement in under_way.select_related("decision__attempt").order_by("ordered_at")[:limit]:
        try:
            follow_movement(movement)
        except TrothError as error:
            _log.warning("A refund could not be looked up yet.", extra={"facts": {"error": type(error).__name__}})
        else:
            seen += 1
    return seen


def _see_to(attempt: PaymentAttempt) -> None:
    looked_up = look_up_attempt(attempt)
    if attempt.session_ref or attempt.payment_ref or not looked_up.is_open:
        return
    # The processor was never heard to answer: a page that nobody knows is paid by nobody, and a charge of a saved card
    # has just been looked for among its payments.
    with transaction.atomic():
        order = lock_order(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        if fresh.state == AttemptState.PREPARED and not (fresh.session_ref or fresh.payment_ref):
            close_attempt(order, fresh, AttemptState.EXPIRED, reason="no_answer")
