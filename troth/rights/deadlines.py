"""The one function that says when a request is due; the client's page, the console and the promise page all read it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from troth.kernel.operator import read_operator
from troth.rights.kinds import CORRECTIONS, Kind

_SATURDAY = 5


def due_at(kind: Kind | str, received_at: datetime) -> datetime:
    """Return the moment by which a request is answered: the end of the last day, in the operator's time zone.

    Arguments:
        kind: corrections and error reports are due in working days (Monday to Friday), all else in days.
        received_at: when it reached us, aware; a letter's day is the day on which it came.
    """
    operator = read_operator()
    zone = ZoneInfo(operator.time_zone)
    day = received_at.astimezone(zone).date()
    if Kind(kind) in CORRECTIONS:
        left = operator.numbers.correction_working_days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < _SATURDAY
    else:
        day += timedelta(days=operator.numbers.request_days)
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)
