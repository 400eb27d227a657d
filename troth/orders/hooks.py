"""News of the card processor: a reason to look, and no more. What is true is asked for again (``actions``).

Events come doubled, late and in disorder. Whatever they say, the processor is asked how the thing stands now, and what
it answers is noted once.
"""

from datetime import timedelta

from troth.kernel import clock
from troth.orders.actions.cards import look_up_card
from troth.orders.actions.hearing import look_up_dispute, look_up_refund
from troth.orders.actions.settling import look_up_attempt
from troth.orders.models import AttemptState, PaymentAttempt
from troth.processors.api import CardEvent, CardEventKind, Unreachable

_PATIENCE = timedelta(hours=1)
"""So long an event about a payment that we do not know is handed on again: the news of the payment may be late."""


def take_card_news(event: CardEvent) -> None:
    """Look up what an event is about; what is not ours, or of another kind, is passed over."""
    if event.kind in {CardEventKind.CHECKOUT, CardEventKind.PAYMENT}:
        attempt = _find_by_event(event)
        if attempt is not None:
            _note_reference(attempt, event)
            look_up_attempt(attempt)
    elif event.kind is CardEventKind.CARD:
        look_up_card(event.object_ref, payer_ref=event.facts.get("customer", ""))
    elif event.kind in {CardEventKind.REFUND, CardEventKind.DISPUTE}:
        _take_news_of_money_back(event)


def _take_news_of_money_back(event: CardEvent) -> None:
    attempt = _find_paid(event)
    if attempt is None:
        return
    if event.kind is CardEventKind.REFUND:
        look_up_refund(attempt, event.object_ref)
    else:
        look_up_dispute(attempt, event.object_ref)


def _find_by_event(event: CardEvent) -> PaymentAttempt | None:
    attempts = PaymentAttempt.objects.select_related("order")
    if event.attempt_id is not None:
        attempts = attempts.filter(pk=event.attempt_id)
    elif event.kind is CardEventKind.CHECKOUT:
        attempts = attempts.filter(session_ref=event.object_ref)
    else:
        attempts = attempts.filter(payment_ref=event.object_ref)
    return attempts.first()


def _note_reference(attempt: PaymentAttempt, event: CardEvent) -> None:
    """Note what the processor calls the page or charge of an attempt, where its answer to us was lost.

    A payment's name counts for a charge alone: on an open page another card may follow one that failed.
    """
    if event.kind is CardEventKind.CHECKOUT and not attempt.session_ref:
        attempt.session_ref = event.object_ref
        attempt.save(update_fields=["session_ref"])
    elif event.kind is CardEventKind.PAYMENT and attempt.off_session and not attempt.payment_ref:
        attempt.payment_ref = event.object_ref
        attempt.save(update_fields=["payment_ref"])


def _find_paid(event: CardEvent) -> PaymentAttempt | None:
    """Return the payment that an event is about, settled; None where it is none of ours."""
    ref = event.facts.get("payment_intent", "")
    attempt = PaymentAttempt.objects.select_related("order").filter(payment_ref=ref).first() if ref else None
    if attempt is not None and attempt.state != AttemptState.PAID:
        attempt = look_up_attempt(attempt)
    if attempt is not None and attempt.state == AttemptState.PAID:
        return attempt
    if event.created_at > clock.now() - _PATIENCE:
        raise Unreachable("The payment of this event is not known here yet.")
    return None
