"""The saved card: noted when the processor has saved it, replaced by the next one, removed at the client's wish."""

from calendar import monthrange
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.events import Event
from troth.orders.models import SavedCard
from troth.orders.processor import card_processor
from troth.processors.api import CardOutcome


def save_card(*, subject_id: UUID, outcome: CardOutcome) -> SavedCard:
    """Note a card that the processor saved; the one before counts no more. In the caller's transaction.

    Arguments:
        subject_id: whose card.
        outcome: the processor's answer, with the card's hint and references.
    """
    hint = outcome.card
    if hint is None or not outcome.saved_card_ref:
        raise Refused("The processor saved no card.")
    SavedCard.objects.filter(subject_id=subject_id, replaced_at=None).update(replaced_at=clock.now())
    year, month = hint.expires_year, hint.expires_month
    card = SavedCard(subject_id=subject_id, expires_on=date(year, month, monthrange(year, month)[1]))
    card.customer_ref = outcome.customer_ref
    card.card_ref = outcome.saved_card_ref
    card.brand = hint.brand
    card.last4 = hint.last4
    card.expires = f"{month:02d}/{year}"
    card.save()
    _record(Event.CARD_SAVED, card)
    return card


def remove_card(card: SavedCard) -> None:
    """Remove a saved card, here and at the processor; act as the client. Renewals are then paid by hand.

    The processor is asked first: a card that we no longer know of, and that can still be charged, would be worse.
    """
    require_acting()
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        opened = card.open("customer_ref", "card_ref")
        card_processor().forget_card(
            subject_id=card.subject_id, customer_ref=opened.customer_ref, saved_card_ref=opened.card_ref
        )
    with transaction.atomic():
        _record(Event.CARD_REMOVED, card)
        if card.pk is None or not SavedCard.objects.filter(pk=card.pk).exists():
            raise Refused(_("This card was removed already."))
        card.delete()


def find_card(subject_id: UUID) -> SavedCard | None:
    """Return the card that counts, or None."""
    return SavedCard.objects.filter(subject_id=subject_id, replaced_at=None).first()


def _record(event: Event, card: SavedCard) -> None:
    record(event=event, subject_id=card.subject_id, object_type="orders.SavedCard", object_id=str(card.pk))
