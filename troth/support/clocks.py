"""The help desk's clock: it runs in business hours alone, in the operator's time zone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from troth.kernel.operator import Hours, read_operator

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST = 366


def answer_due(received_at: datetime) -> datetime:
    """Return the moment by which an inquiry is answered."""
    operator = read_operator()
    span = timedelta(hours=operator.numbers.answer_hours)
    return add_business_time(received_at, span, hours=operator.hours, zone=ZoneInfo(operator.time_zone))


def add_business_time(start: datetime, span: timedelta, *, hours: Hours, zone: ZoneInfo) -> datetime:
    """Return the moment at which ``span`` of business hours have passed since ``start``.

    A clock that ends just at closing time ends there, and not at the opening of the next day. Spans are counted in real
    time, so a day on which the clocks are changed is as long as it is.
    """
    left = span
    for opens, closes in _list_openings(start.astimezone(zone).date(), hours, zone):
        begins = max(opens, start)
        if begins >= closes:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    raise ValueError("The help desk never opens.")


def fit_call(moment: datetime, *, opens: str, closes: str, zone: ZoneInfo) -> datetime:
    """Return the first moment from ``moment`` on at which a client whose hours these are may be called.

    Arguments:
        moment: from when on.
        opens: the hour from which it may be called, such as ``09``; empty for any.
        closes: the hour until which it may be called; empty for any. One before ``opens`` counts as never said.
        zone: the client's time zone.
    """
    local = moment.astimezone(zone)
    first, last = int(opens or 0), int(closes or 24)
    if last <= first:
        first, last = 0, 24
    if local.hour < first:
        return datetime.combine(local.date(), time(first), tzinfo=zone)
    if local.hour >= last:
        return datetime.combine(local.date() + timedelta(days=1), time(first), tzinfo=zone)
    return moment


def _list_openings(first: date, hours: Hours, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(_LONGEST):
        day = first + timedelta(days=ahead)
        if _DAYS[day.weekday()] in hours.days:
            # By way of UTC: the difference of two times of one zone would leave a change of the clocks out.
            yield _at(day, hours.opens, zone), _at(day, hours.closes, zone)


def _at(day: date, clock_time: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=zone).astimezone(ZoneInfo("UTC"))
