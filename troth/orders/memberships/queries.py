"""Reads of memberships. Whoever wants to know whether somebody is a member asks here, and gets the same answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.orders.memberships.numbers import draw_number, read_number
from troth.orders.memberships.standing import PaidTerm, Standing, find_standing
from troth.orders.memberships.terms import Rule, legal_day
from troth.orders.models import Membership, Plan, Renewal, Seat, Term, TermRule


def today() -> date:
    """Return the day in the operator's time zone."""
    return legal_day(clock.now(), read_operator().time_zone)


def rule_of(plan: Plan) -> Rule:
    """Return how long a term of a plan runs."""
    if plan.term_rule == TermRule.FIXED_DATE:
        return Rule(fixed_month=plan.fixed_month, fixed_day=plan.fixed_day)
    return Rule(months=plan.months)


def standings_of(memberships: Iterable[Membership], *, on: date | None = None) -> Mapping[UUID, Standing]:
    """Return membership id → where it stands, today or on another day; one query, however many there are."""
    wanted = {membership.pk: membership for membership in memberships}
    terms: dict[UUID, list[PaidTerm]] = defaultdict(list)
    rows = Term.objects.filter(membership__in=wanted).values_list(
        "membership_id", "starts_on", "ends_on", "ended_early_on"
    )
    for membership_id, starts_on, ends_on, ended_early_on in rows:
        terms[membership_id].append(PaidTerm(starts_on, ends_on, ended_early_on))
    day, grace_days = on or today(), read_operator().numbers.renewal_grace_days
    return {
        key: find_standing(
            terms[key],
            stopped=membership.stopped_at is not None,
            today=day,
            grace_days=grace_days + membership.grace_held_days,
        )
        for key, membership in wanted.items()
    }


def standing_of(membership: Membership, *, on: date | None = None) -> Standing:
    """Return where a membership stands, today or on another day."""
    return standings_of([membership], on=on)[membership.pk]


def find_membership(subject_id: UUID) -> Membership | None:
    """Return the person's own membership, whatever its state."""
    own = Membership.objects.filter(subject_id=subject_id)
    return own.select_related("plan__product", "next_plan__product").first()


def find_seat(subject_id: UUID) -> Seat | None:
    """Return the place that the person has in somebody's joint membership, or None."""
    rows = Seat.objects.filter(subject_id=subject_id, left_at=None)
    return rows.select_related("membership__plan__product").first()


@dataclass(frozen=True, slots=True)
class Belonging:
    """How a person belongs.

    Arguments:
        number: the person's own number.
        plan: the plan by which it belongs.
        standing: where that membership stands.
        by_seat: whether by a place in somebody else's membership.
    """

    number: str
    plan: Plan
    standing: Standing
    by_seat: bool = False


def find_belonging(subject_id: UUID) -> Belonging | None:
    """Return how the person belongs: by its own membership, else by a place in another's; None where by neither."""
    membership, seat = find_membership(subject_id), find_seat(subject_id)
    own = None
    if membership is not None:
        own = Belonging(membership.number, membership.plan, standing_of(membership))
        if own.standing.is_member or seat is None:
            return own
    if seat is None:
        return None
    shared = seat.membership
    return Belonging(seat.number, shared.plan, standing_of(shared), by_seat=True)


def is_member(subject_id: UUID) -> bool:
    """Return whether the person is a member today."""
    belonging = find_belonging(subject_id)
    return belonging is not None and belonging.standing.is_member


def find_by_number(typed: str) -> Standing | None:
    """Return where the membership with this number stands, for the door; None where there is no such number."""
    number = read_number(typed)
    membership = Membership.objects.filter(number=number).first() if number else None
    if membership is not None and (standing := standing_of(membership)).is_member:
        return standing
    seat = Seat.objects.filter(number=number, left_at=None).select_related("membership").first() if number else None
    if seat is not None:
        return standing_of(seat.membership)
    return standing_of(membership) if membership is not None else None


def number_for(subject_id: UUID) -> str:
    """Return the person's number: the one that it has had since it first belonged, else a new one."""
    for rows in (Membership.objects.filter(subject_id=subject_id), Seat.objects.filter(subject_id=subject_id)):
        if known := rows.values_list("number", flat=True).first():
            return str(known)
    while True:
        number = draw_number()
        taken = Membership.objects.filter(number=number).exists() or Seat.objects.filter(number=number).exists()
        if not taken:
            return number


def find_open_renewal(membership: Membership) -> Renewal | None:
    """Return the renewal that is under way, or None."""
    return Renewal.objects.filter(membership=membership, closed_at=None).select_related("order").first()
