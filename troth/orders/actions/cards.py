"""The saved card: noted when the processor has saved it, replaced by the next one, removed at the client's wish."""

from calendar import monthrange
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.ports import contact_client
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.events import Event
from troth.orders.models import SavedCard
from troth.orders.processor import card_processor
from troth.processors.api import CardHint, CardOutcome, find_payer


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
    card = SavedCard(subject_id=subject_id, expires_on=_last_day(hint))
    card.customer_ref = outcome.customer_ref
    card.card_ref = outcome.saved_card_ref
    card.brand = hint.brand
    card.last4 = hint.last4
    card.expires = _write_end(hint)
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


def look_up_card(card_ref: str, *, payer_ref: str) -> SavedCard | None:
    """Ask the processor about a saved card of which it sent news, and note what it says; return the card that is left.

    It may have been removed at the processor's own desk, or the bank may have issued a new one in its place.
    """
    subject_id = find_payer(payer_ref) if payer_ref else None
    card = find_card(subject_id) if subject_id is not None else None
    if card is None:
        return None
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        known = card.open("card_ref", "brand", "last4", "expires")
        if known.card_ref != card_ref:
            return card
        hint = card_processor().find_saved_card(card_ref, subject_id=card.subject_id)
        if hint is None:
            _note_gone(card)
            return None
        if (hint.brand, hint.last4, _write_end(hint)) != (known.brand, known.last4, known.expires):
            _note_changed(card, hint)
    return card


def _note_gone(card: SavedCard) -> None:
    """Note that the processor has no such card any more; renewals are then paid by hand, and the client is told."""
    with transaction.atomic():
        if not SavedCard.objects.select_for_update().filter(pk=card.pk).exists():
            return
        _record(Event.CARD_REMOVED, card)
        contact_client(subject_id=card.subject_id, about="orders.card_gone", case=None)
        card.delete()


def _note_changed(card: SavedCard, hint: CardHint) -> None:
    """Note the new number's last digits and end of a card that the bank issued anew."""
    with transaction.atomic():
        card.brand, card.last4, card.expires = hint.brand, hint.last4, _write_end(hint)
        card.expires_on = _last_day(hint)
        card.save()
        _record(Event.CARD_SAVED, card)


def _write_end(hint: CardHint) -> str:
    return f"{hint.expires_month:02d}/{hint.expires_year}"


def _last_day(hint: CardHint) -> date:
    return date(hint.expires_year, hint.expires_month, monthrange(hint.expires_year, hint.expires_month)[1])


def find_card(subject_id: UUID) -> SavedCard | None:
    """Return the card that counts, or None."""
    return SavedCard.objects.filter(subject_id=subject_id, replaced_at=None).first()


def _record(event: Event, card: SavedCard) -> None:
    record(event=event, subject_id=card.subject_id, object_type="orders.SavedCard", object_id=str(card.pk))
