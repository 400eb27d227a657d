"""Days of grace that do not count: on them the card processor could be given nothing, so that nobody could pay (A13).

The grace is a promise to the member. Where the operator keeps another one, and hands nothing to a company whose
agreement has lapsed, the member shall not lose a day by it. Each such day is added once to every grace that runs.
"""

from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.orders.memberships.terms import legal_day
from troth.orders.models import Membership, Renewal
from troth.processors.api import ProcessorKind, is_way_open


def hold_graces(day: date) -> int:
    """Add this day to every grace that runs, if nothing can be paid on it; return of how many. Twice, it adds one.

    It is called after the steps of the day: what has lapsed by then is closed, and does not come alive again.
    """
    if is_way_open(ProcessorKind.CARD):
        return 0
    running = Renewal.objects.filter(membership=OuterRef("pk"), closed_at=None, term_ends_on__lte=day)
    return _hold(Membership.objects.filter(Exists(running)), day)


def hold_grace(renewal: Renewal) -> None:
    """Add today to one grace: this member alone could not be charged."""
    day = legal_day(clock.now(), read_operator().time_zone)
    if renewal.term_ends_on <= day:
        _hold(Membership.objects.filter(pk=renewal.membership_id), day)


def held_days_of(membership_id: UUID) -> int:
    """Return how many days do not count of the grace that runs."""
    return Membership.objects.values_list("grace_held_days", flat=True).get(pk=membership_id)


def count_again(membership_id: UUID) -> None:
    """Forget the days that did not count: their renewal is closed. In the caller's transaction."""
    Membership.objects.filter(pk=membership_id).update(grace_held_days=0, grace_held_on=None)


def _hold(memberships: QuerySet[Membership], day: date) -> int:
    fresh = memberships.filter(Q(grace_held_on=None) | Q(grace_held_on__lt=day))
    return fresh.update(grace_held_days=F("grace_held_days") + 1, grace_held_on=day)
