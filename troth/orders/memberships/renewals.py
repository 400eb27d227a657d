"""The renewal of memberships: announced, charged as published, told, and given up in one place.

The daily run has three parts, each of which may be killed at any point and run again:

1. *Announce*: each last term that ends within the days of notice gets one ``Renewal``. Where a card is saved and the
   member has not stopped it, the order is placed with it, so that the amount that the notice says is the one charged.
2. *Step*: each open renewal whose day has come takes one step: a try, a word, or the end.
3. *Warn*: who has a card that runs out before it is needed is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from troth.accounts.api import Account, AccountState
from troth.kernel import clock
from troth.kernel.acting import Case, acting, system
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import contact_client
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.ordering import OrderContactValues
from troth.orders.memberships import queries
from troth.orders.memberships.books import place_renewal_order, read_contact
from troth.orders.memberships.events import Event
from troth.orders.memberships.holding import count_again
from troth.orders.memberships.standing import DAY
from troth.orders.memberships.terms import days_of_tries
from troth.orders.models import Membership, Renewal, RenewalState, SavedCard, Term

BATCH = 500
CARD_WARNING = timedelta(days=45)
"""How long before its end a client is told of a card that runs out."""


@dataclass(frozen=True, slots=True)
class Times:
    """When what is done about one renewal.

    Arguments:
        charges: the days of the tries; none where it is paid by hand.
        grace_until: the last day of grace.
    """

    charges: tuple[date, ...]
    grace_until: date


def plan_renewal(*, term_ends_on: date, announced_on: date, held_days: int = 0) -> Times:
    """Return the published plan of a renewal: no try before the notice has had its days, none after the grace.

    Arguments:
        term_ends_on: the last paid day.
        announced_on: the day of the notice.
        held_days: days that do not count, as nothing could be paid on them (``holding``); all that is left moves by it.
    """
    numbers = read_operator().numbers
    grace_until = term_ends_on + (numbers.renewal_grace_days + held_days) * DAY
    first = max(term_ends_on, announced_on + numbers.renewal_notice_days * DAY) + held_days * DAY
    offsets = days_of_tries(tries=numbers.renewal_tries, grace_days=numbers.renewal_grace_days)
    charges = tuple(day for day in (first + offset * DAY for offset in offsets) if day <= grace_until)
    return Times(charges=charges, grace_until=grace_until)


# -- Announce ----------------------------------------------------------------------------------------------------------


def find_to_announce(
    day: date, *, after: tuple[date, UUID] | None = None, membership: Membership | None = None
) -> QuerySet[Term]:
    """Return the next batch of last terms that end within the days of notice and have no renewal yet.

    Arguments:
        day: today.
        after: the end and the membership of the last one of the batch before.
        membership: this one alone, where it is given.
    """
    numbers = read_operator().numbers
    earliest = day - numbers.renewal_grace_days * DAY
    terms = Term.objects.filter(
        ends_on__gte=earliest,
        ends_on__lte=day + numbers.renewal_notice_days * DAY,
        ended_early_on=None,
        membership__stopped_at=None,
    )
    if membership is not None:
        terms = terms.filter(membership=membership)
    if after is not None:
        terms = terms.filter(ends_on__gte=after[0]).exclude(ends_on=after[0], membership_id__lte=after[1])
    known = Renewal.objects.filter(membership=OuterRef("membership"), term_ends_on=OuterRef("ends_on"))
    later = Term.objects.filter(
        membership=OuterRef("membership"), starts_on__gt=OuterRef("ends_on"), ended_early_on=None
    )
    reachable = Account.objects.filter(pk=OuterRef("subject_id"), state=AccountState.ACTIVE)
    wanted = terms.filter(~Exists(known), ~Exists(later), Exists(reachable))
    return wanted.select_related("membership__plan__product", "membership__next_plan__product").order_by(
        "ends_on", "membership_id"
    )[:BATCH]


def announce_due(day: date) -> int:
    """Announce every renewal that is due to be announced; return how many."""
    count, after = 0, None
    while batch := list(find_to_announce(day, after=after)):
        count += sum(announce(term, day, contact=_read_contact(term)) for term in batch)
        after = (batch[-1].ends_on, batch[-1].membership_id)
    return count


def announce(term: Term, day: date, *, contact: OrderContactValues | None) -> bool:
    """Announce the renewal of one term; return whether it was new.

    Arguments:
        term: the last one of its membership.
        day: today.
        contact: whom the renewal's order is for; None where nothing would be charged.
    """
    try:
        with acting(actor=system(jobs.RENEWALS), purpose=Purpose.BILLING), transaction.atomic():
            membership = Membership.objects.select_for_update().get(pk=term.membership_id)
            if membership.stopped_at is not None or queries.find_open_renewal(membership) is not None:
                return False
            _write_announcement(membership, term, day, contact)
    except IntegrityError:
        return False  # another run was faster
    return True


def _read_contact(term: Term) -> OrderContactValues | None:
    """Return whom the renewal's order is for; None where nothing would be charged, so that nothing is opened."""
    if not term.membership.renews or find_card(term.subject_id) is None:
        return None
    with acting(actor=system(jobs.RENEWALS), purpose=Purpose.ORDERS):
        return read_contact(term.subject_id)[0]


def _write_announcement(membership: Membership, term: Term, day: date, contact: OrderContactValues | None) -> None:
    plan = membership.next_plan or membership.plan
    times = plan_renewal(term_ends_on=term.ends_on, announced_on=day)
    by_card = membership.renews and plan.renews and bool(times.charges)
    renewal = Renewal(
        membership=membership,
        subject_id=membership.subject_id,
        plan=plan,
        term_ends_on=term.ends_on,
        state=RenewalState.BY_HAND,
        due_on=term.ends_on + DAY,
    )
    if by_card and contact is not None:
        try:
            renewal.order = place_renewal_order(renewal, contact)
            renewal.state, renewal.due_on, renewal.charge_on = (
                RenewalState.ANNOUNCED,
                times.charges[0],
                times.charges[0],
            )
        except Refused:
            renewal.order = None  # the plan is not sold in this currency any more: the member is asked to choose
    renewal.save(force_insert=True)
    _record(Event.RENEWAL_ANNOUNCED, renewal)
    tell(renewal, "renewal_announced" if renewal.order else "renewal_by_hand")


# -- Step --------------------------------------------------------------------------------------------------------------


def find_due(day: date, *, after: UUID | None = None) -> list[Renewal]:
    """Return the next batch of open renewals whose day has come."""
    due = Renewal.objects.filter(closed_at=None, due_on__lte=day)
    if after is not None:
        due = due.filter(pk__gt=after)
    return list(due.order_by("pk")[:BATCH])


def list_due(day: date) -> Iterator[UUID]:
    """Yield the ids of all renewals whose day has come, a batch at a time."""
    after = None
    while batch := find_due(day, after=after):
        yield from (renewal.pk for renewal in batch)
        after = batch[-1].pk


def close(renewal: Renewal, state: RenewalState, event: Event) -> None:
    """Close a renewal, in the caller's transaction."""
    renewal.state, renewal.closed_at, renewal.due_on = state, clock.now(), None
    renewal.save(update_fields=["state", "closed_at", "due_on"])
    count_again(renewal.membership_id)
    _record(event, renewal)


def lapse(renewal: Renewal) -> None:
    """Note that a membership was not renewed within its days of grace, and say so; in the caller's transaction.

    The membership has lapsed by the date alone (``standing``): this ends what was still under way, and tells.
    """
    from troth.orders.memberships.books import cancel_unpaid

    Membership.objects.filter(pk=renewal.membership_id).update(renews=False)
    close(renewal, RenewalState.LAPSED, Event.LAPSED)
    if renewal.order is not None:
        cancel_unpaid(renewal.order)
    tell(renewal, "membership_lapsed")


def tell(renewal: Renewal, name: str, **facts: str | int) -> None:
    """Have the member told by the way it wished, in the caller's transaction."""
    contact_client(
        subject_id=renewal.subject_id,
        about=f"orders.{name}",
        case=Case("membership", str(renewal.membership_id)),
        facts={"renewal": str(renewal.pk), **facts},
    )


# -- Warn --------------------------------------------------------------------------------------------------------------


def warn_of_cards(day: date) -> int:
    """Tell, once a card, each member whose card runs out before the next charge may need it; return how many."""
    cards = SavedCard.objects.filter(replaced_at=None, expires_on__gte=day, expires_on__lte=day + CARD_WARNING)
    count = 0
    for subject_id, expires_on in cards.values_list("subject_id", "expires_on").iterator(chunk_size=BATCH):
        count += _warn(subject_id, expires_on)
    return count


def _warn(subject_id: UUID, expires_on: date) -> bool:
    active = Account.objects.filter(pk=subject_id, state=AccountState.ACTIVE).exists()
    with acting(actor=system(jobs.RENEWALS), purpose=Purpose.BILLING), transaction.atomic():
        wanted = Membership.objects.filter(subject_id=subject_id, renews=True).exclude(warned_of_card=expires_on)
        if not active or not wanted.update(warned_of_card=expires_on):
            return False
        contact_client(subject_id=subject_id, about="orders.card_expires", case=None)
    return True


def find_card(subject_id: UUID) -> SavedCard | None:
    """Return the card that counts, or None."""
    return SavedCard.objects.filter(subject_id=subject_id, replaced_at=None).first()


def _record(event: Event, renewal: Renewal) -> None:
    record(event=event, subject_id=renewal.subject_id, object_type="orders.Renewal", object_id=str(renewal.pk))
