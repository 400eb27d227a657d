"""News of the card processor: a reason to look, and no more. What is true is asked for again (``actions.settling``)."""

from troth.orders.actions.settling import look_up_attempt
from troth.orders.models import PaymentAttempt
from troth.processors.api import CardEvent, CardEventKind


def take_card_news(event: CardEvent) -> None:
    """Look up the attempt that an event is about; one that is not ours, or of another kind, is passed over."""
    if event.kind not in {CardEventKind.CHECKOUT, CardEventKind.PAYMENT}:
        return
    attempts = PaymentAttempt.objects.select_related("order")
    if event.attempt_id is not None:
        attempts = attempts.filter(pk=event.attempt_id)
    elif event.kind is CardEventKind.CHECKOUT:
        attempts = attempts.filter(session_ref=event.object_ref)
    else:
        attempts = attempts.filter(payment_ref=event.object_ref)
    attempt = attempts.first()
    if attempt is not None:
        look_up_attempt(attempt)
