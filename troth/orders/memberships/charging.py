"""One step of one renewal: a try of the card, a word to the member, or the end.

A try is a row before it is a charge. Killed between the two, the next run finds the row without an end and asks again
under the same attempt, which the processor knows as the same: nobody is charged twice, and no try is lost.
"""

import logging
from datetime import date
from uuid import UUID

from django.db import transaction

from troth.accounts.api import Account, AccountState
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused, TrothError
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.paying import NOT_THIS_CLIENT, WAY_CLOSED, charge_order, is_held_back
from troth.orders.memberships.books import cancel_unpaid
from troth.orders.memberships.events import Event
from troth.orders.memberships.holding import held_days_of, hold_grace
from troth.orders.memberships.renewals import Times, close, find_card, lapse, plan_renewal, tell
from troth.orders.memberships.standing import DAY
from troth.orders.memberships.terms import legal_day
from troth.orders.models import (
    OPEN_RENEWAL,
    AttemptState,
    Membership,
    PaymentAttempt,
    Renewal,
    RenewalState,
    RenewalTry,
    SavedCard,
    WaitCause,
)

log = logging.getLogger(__name__)


def take_step(renewal_id: UUID, day: date) -> str:
    """Take the step that is due of one renewal; return which. May run twice, also at the same time."""
    with acting(actor=system(jobs.RENEWALS), purpose=Purpose.BILLING):
        with transaction.atomic():
            renewal = Renewal.objects.select_for_update().filter(pk=renewal_id).first()
            if renewal is None or renewal.closed_at is not None or renewal.due_on is None or renewal.due_on > day:
                return "nothing"
            charge = _judge(renewal, day)
        if isinstance(charge, str):
            return charge
        return _charge(charge)


def _judge(renewal: Renewal, day: date) -> RenewalTry | str:
    """Do what is due but a charge, or write the row of the charge and return it; in a transaction."""
    membership = Membership.objects.select_for_update().get(pk=renewal.membership_id)
    account = Account.objects.filter(pk=renewal.subject_id).first()
    if account is None or account.state != AccountState.ACTIVE or membership.stopped_at is not None:
        # Who has gone, or said no, is not charged, and not written to either.
        close(renewal, RenewalState.STOPPED, Event.RENEWAL_CALLED_OFF)
        if renewal.order is not None:
            cancel_unpaid(renewal.order)
        return "called_off"
    times = _times(renewal)
    if day > times.grace_until:
        lapse(renewal)
        return "lapsed"
    if renewal.order is not None and is_held_back(renewal.order):
        return "way_closed"  # the order says so; it goes on by itself (``orders.going_on``)
    if renewal.state == RenewalState.BY_HAND:
        renewal.due_on = times.grace_until + DAY
        renewal.save(update_fields=["due_on"])
        tell(renewal, "renewal_grace")
        return "reminded"
    return _choose_charge(renewal, times, renews=membership.renews)


def _choose_charge(renewal: Renewal, times: Times, *, renews: bool) -> RenewalTry | str:
    """Return the row of the try that is to be made, or of the one that did not end; or turn to paying by hand."""
    unfinished = RenewalTry.objects.filter(renewal=renewal, ended_at=None).first()
    if find_card(renewal.subject_id) is None or not renews:
        if unfinished is not None:
            # The card went before the try was made, or heard of; what the processor took is looked up by itself.
            RenewalTry.objects.filter(pk=unfinished.pk).update(ended_at=clock.now())
        return _turn_to_hand(renewal, times.grace_until)
    if unfinished is not None:
        return unfinished
    return _begin_try(renewal)


def _turn_to_hand(renewal: Renewal, grace_until: date) -> str:
    renewal.state, renewal.due_on = RenewalState.BY_HAND, grace_until + DAY
    renewal.save(update_fields=["state", "due_on"])
    tell(renewal, "renewal_grace")
    return "reminded"


def _begin_try(renewal: Renewal) -> RenewalTry:
    renewal.tries += 1
    renewal.state = RenewalState.TRYING
    # Due again today until this try has ended: a killed run is taken up by the next.
    renewal.save(update_fields=["tries", "state"])
    charge = RenewalTry.objects.create(renewal=renewal, subject_id=renewal.subject_id, number=renewal.tries)
    record(
        event=Event.RENEWAL_TRIED,
        subject_id=renewal.subject_id,
        object_type="orders.RenewalTry",
        object_id=str(charge.pk),
    )
    return charge


def _charge(charge: RenewalTry) -> str:
    """Charge the card, outside of any transaction, and note what became of it."""
    renewal = Renewal.objects.select_related("order").get(pk=charge.renewal_id)
    card = find_card(renewal.subject_id)
    if renewal.order is None or card is None:
        return "nothing"
    attempt = _ask(renewal, card)
    if attempt is None or attempt.state not in {AttemptState.PAID, AttemptState.FAILED, AttemptState.EXPIRED}:
        return "unanswered"
    if attempt.reason in {WAY_CLOSED, NOT_THIS_CLIENT}:
        # A promise stands in the way (A13); nothing was sent, so nothing was tried. The order says why it waits, and
        # this day is none of the grace.
        hold_grace(renewal)
        return "way_closed"
    return _end_try(charge, attempt)


def _ask(renewal: Renewal, card: SavedCard) -> PaymentAttempt | None:
    if renewal.order is None:
        return None
    try:
        return charge_order(order=renewal.order, card=card)
    except Refused:
        renewal.order.refresh_from_db()
        if renewal.order.waits_for == WaitCause.REVIEW:
            return None
        log.warning("A renewal could not be charged.", extra={"facts": {"renewal": str(renewal.pk)}})
    except (TrothError, OSError) as error:
        facts = {"renewal": str(renewal.pk), "error": type(error).__name__}
        log.warning("The card processor did not answer.", extra={"facts": facts})
    return None


def _end_try(charge: RenewalTry, attempt: PaymentAttempt) -> str:
    with transaction.atomic():
        renewal = Renewal.objects.select_for_update().get(pk=charge.renewal_id)
        mine = RenewalTry.objects.filter(pk=charge.pk)
        if attempt.state == AttemptState.PAID:
            # The settling of the order added the term, closed the renewal and ended the try.
            mine.update(attempt=attempt)
            return "renewed"
        if not mine.filter(ended_at=None).update(ended_at=clock.now(), attempt=attempt):
            return "nothing"
        if renewal.state not in OPEN_RENEWAL:
            return "nothing"
        return _note_failure(renewal)


def _note_failure(renewal: Renewal) -> str:
    """Say that a try failed and what to do; after the last one, cancel the automatic renewal and say so."""
    times = _times(renewal)
    following = times.charges[renewal.tries :]
    if following:
        renewal.due_on = following[0]
        renewal.save(update_fields=["due_on"])
        tell(renewal, "renewal_failed", number=renewal.tries)
        return "failed"
    Membership.objects.filter(pk=renewal.membership_id).update(renews=False)
    renewal.state, renewal.due_on = RenewalState.BY_HAND, times.grace_until + DAY
    renewal.save(update_fields=["state", "due_on"])
    record(
        event=Event.RENEWAL_GIVEN_UP,
        subject_id=renewal.subject_id,
        object_type="orders.Renewal",
        object_id=str(renewal.pk),
    )
    tell(renewal, "renewal_given_up", number=renewal.tries)
    return "given_up"


def _times(renewal: Renewal) -> Times:
    zone = read_operator().time_zone
    return plan_renewal(
        term_ends_on=renewal.term_ends_on,
        announced_on=legal_day(renewal.announced_at, zone),
        held_days=held_days_of(renewal.membership_id),
    )
