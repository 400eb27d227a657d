"""How long a term runs, when a renewal is tried, and what a change of plan costs: pure functions of dates and money."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.orders.memberships.standing import DAY, Standing, State


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a term runs: so many months, or to a fixed day of the year.

    Arguments:
        months: the number of months; looked at only where there is no fixed day.
        fixed_month, fixed_day: the day with which each term ends, or None.
    """

    months: int = 12
    fixed_month: int | None = None
    fixed_day: int | None = None


def legal_day(moment: datetime, zone: str) -> date:
    """Return the day that it is in the operator's zone: what a contract means by "today"."""
    return moment.astimezone(ZoneInfo(zone)).date()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; where a month is too short for it, that month's last day."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_term(starts_on: date, rule: Rule) -> date:
    """Return the last day of a term that begins on ``starts_on``."""
    if rule.fixed_month is None or rule.fixed_day is None:
        return add_months(starts_on, rule.months) - DAY
    this_year = _fixed_day(starts_on.year, rule.fixed_month, rule.fixed_day)
    return this_year if this_year >= starts_on else _fixed_day(starts_on.year + 1, rule.fixed_month, rule.fixed_day)


def _fixed_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def start_of_next(standing: Standing, today: date) -> date:
    """Return the first day of a term that is paid today.

    Early, and late within the days of grace, it goes on from the end of what was paid: no day is paid twice, and none
    is given away. After that it begins today.
    """
    if standing.paid_until is not None and standing.state in {State.ACTIVE, State.ENDING, State.GRACE, State.PENDING}:
        return standing.paid_until + DAY
    return today


def days_of_tries(*, tries: int, grace_days: int) -> tuple[int, ...]:
    """Return on which days a renewal is charged, counted from the last paid day: the published plan.

    The first try is on that day itself, so that who pays at once is never without; the others stand evenly in the days
    of grace, and leave days after the last one to pay by hand. Fewer where there are fewer days than tries.
    """
    return tuple(sorted({number * grace_days // tries for number in range(tries)}))


@dataclass(frozen=True, slots=True)
class PricedTerm:
    """A term with what it is worth, net.

    Arguments:
        starts_on, last_day: its first and last day.
        worth: what its line cost.
    """

    starts_on: date
    last_day: date
    worth: Money

    def unused(self, today: date) -> Money:
        """Return the worth of the days from ``today`` on, cut to a whole unit in nobody's disfavour but a fraction."""
        days = (self.last_day - self.starts_on).days + 1
        left = (self.last_day - max(self.starts_on, today)).days + 1
        return Money(max(0, self.worth.minor * max(0, left) // days), self.worth.currency)


@dataclass(frozen=True, slots=True)
class ChangeOfPlan:
    """What a change of plan costs today.

    Arguments:
        price: the new plan's price, net.
        credit: the worth of the unused days, no more than the price.
        lost: what of the unused days' worth is above the price; where it is not nothing, the change waits for the end.
    """

    price: Money
    credit: Money
    lost: Money

    @property
    def due(self) -> Money:
        """What is to be paid, net; never less than nothing."""
        return self.price - self.credit


def price_change(terms: Iterable[PricedTerm], *, price: Money, today: date) -> ChangeOfPlan:
    """Return what it costs to exchange the unused days of ``terms`` for a new term at ``price`` that begins today."""
    worth = Money(0, price.currency)
    for term in terms:
        if term.last_day >= today:
            worth += term.unused(today)
    credit = min(worth, price)
    return ChangeOfPlan(price=price, credit=credit, lost=worth - credit)


def last_try_day(paid_until: date, *, tries: int, grace_days: int) -> date:
    """Return the day of the last try."""
    return paid_until + timedelta(days=days_of_tries(tries=tries, grace_days=grace_days)[-1])


def check_rule(rule: Rule) -> None:
    """Raise Refused where no end of a term can be computed of ``rule``."""
    if rule.fixed_month is None and not 1 <= rule.months <= 120:
        raise Refused("A term has 1 to 120 months.")
    if rule.fixed_month is not None and rule.fixed_day is not None:
        try:
            date(2024, rule.fixed_month, rule.fixed_day)
        except ValueError:
            raise Refused("A term ends on a day that there is.") from None
