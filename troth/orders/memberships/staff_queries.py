"""What staff's lists read of memberships: by the dates of their terms, so that a list costs one page of rows."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.orders.memberships.numbers import read_number
from troth.orders.memberships.queries import today
from troth.orders.memberships.standing import DAY
from troth.orders.models import OPEN_RENEWAL, Membership, Renewal, RenewalState, Seat, Term

_SOON = timedelta(days=30)


def _rows() -> QuerySet[Membership]:
    return Membership.objects.select_related("plan__product").order_by("-began_on", "-pk")


def _reaching() -> QuerySet[Term]:
    """Return the terms that reach to today, each of the row outside."""
    return Term.objects.filter(membership=OuterRef("pk"), ended_early_on=None, ends_on__gte=today())


def _running() -> QuerySet[Membership]:
    return _rows().filter(Exists(_reaching().filter(starts_on__lte=today())))


def _ending() -> QuerySet[Membership]:
    """Return those whose last paid day is near: no term begins after it."""
    soon = _reaching().filter(starts_on__lte=today(), ends_on__lte=today() + _SOON)
    after = _reaching().filter(starts_on__gt=today())
    return _rows().filter(Exists(soon), ~Exists(after))


def _in_grace() -> QuerySet[Membership]:
    first = today() - read_operator().numbers.renewal_grace_days * DAY
    over = Term.objects.filter(membership=OuterRef("pk"), ended_early_on=None, ends_on__lt=today())
    # Days that do not count stand on a membership only while its grace runs (``holding``).
    lately = Q(Exists(over.filter(ends_on__gte=first))) | Q(Exists(over), grace_held_days__gt=0)
    return _rows().filter(lately, ~Exists(_reaching()), stopped_at=None)


def _over() -> QuerySet[Membership]:
    return _rows().filter(~Exists(_reaching())).exclude(pk__in=_in_grace().values("pk"))


def _failing() -> QuerySet[Membership]:
    trying = Renewal.objects.filter(membership=OuterRef("pk"), state=RenewalState.TRYING, tries__gte=1)
    return _rows().filter(Exists(trying))


LISTS: Mapping[str, tuple[Words, Callable[[], QuerySet[Membership]]]] = {
    "running": (_("Running"), _running),
    "ending": (_("Ending within 30 days"), _ending),
    "failing": (_("Payment fails"), _failing),
    "grace": (_("To be renewed"), _in_grace),
    "over": (_("Lapsed or ended"), _over),
}


def list_memberships(chosen: str) -> QuerySet[Membership]:
    """Return the memberships of one list; those that run where there is no such list."""
    _words, find = LISTS.get(chosen, LISTS["running"])
    return find()


def find_membership(number: str) -> Membership | None:
    """Return the membership with this number, also by the number of somebody who has a place in it, or None."""
    found = _rows().filter(number=number).first() if number else None
    if found is None and number:
        seat = Seat.objects.filter(number=number, left_at=None).first()
        found = _rows().filter(pk=seat.membership_id).first() if seat else None
    return found


def failing_renewals() -> QuerySet[Renewal]:
    """Return the renewals whose charge failed and that are tried again, the oldest first."""
    return Renewal.objects.filter(state__in=OPEN_RENEWAL, tries__gte=1).order_by("announced_at")


def find_member(typed: str) -> list[UUID]:
    """Return whose membership has this number, however it was typed: the first person's, or a joint one's second."""
    number = read_number(typed)
    if number is None:
        return []
    whose = Membership.objects.filter(number=number).values_list("subject_id", flat=True)
    return [*whose] or [*Seat.objects.filter(number=number, left_at=None).values_list("subject_id", flat=True)]
