"""Payments of which no news came: asked for again, so that no order stays between two states and no piece is held."""

import logging
from datetime import timedelta

from django.db import transaction

from troth.kernel import clock
from troth.kernel.errors import TrothError
from troth.orders.actions.settling import close_attempt, look_up_attempt
from troth.orders.models import OPEN_ATTEMPTS, AttemptState, PaymentAttempt
from troth.orders.states import lock_order

_log = logging.getLogger(__name__)
QUIET = timedelta(minutes=15)
"""So long after its beginning an attempt without news is asked for."""


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


def _see_to(attempt: PaymentAttempt) -> None:
    if attempt.session_ref or attempt.payment_ref:
        look_up_attempt(attempt)
        return
    # The processor was never heard to answer, so nobody could pay: the same key makes the same page if it is tried on.
    with transaction.atomic():
        order = lock_order(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        if fresh.state == AttemptState.PREPARED and not fresh.session_ref:
            close_attempt(order, fresh, AttemptState.EXPIRED, reason="no_answer")
