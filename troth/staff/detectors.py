"""The detectors of violations: each reads a stretch of the record and says what is out of place (A5).

Pure: no tables and no clock, so that months of work can be simulated (``docs/operator/violations.md`` has the figures).
A finding names the member, the detector, and a *window*, the moment or thing that it counted by: the same window is
found once, however often the record is read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words
from troth.ledger.api import Entry
from troth.staff.discipline import Conduct
from troth.staff.events import Event

LOOK = "vault:values:opened"
_HOUR = timedelta(hours=1)
LONGEST_WINDOW = timedelta(days=7)
"""How far back any detector looks."""


class Detector(StrEnum):
    """The closed list of what is looked for."""

    NO_CASE = "no_case"
    BROKEN_GLASS = "broken_glass"
    MANY_CLIENTS = "many_clients"
    CASE_CLOSED = "case_closed"
    AFTER_HOURS = "after_hours"
    CLOSE_PERSON = "close_person"
    OWN_RECORD = "own_record"
    SEARCH_SWEEP = "search_sweep"
    BULK_EXPORT = "bulk_export"
    PAUSED = "paused"


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        Detector.NO_CASE: _("a look without any case"),
        Detector.BROKEN_GLASS: _("looks without a case again and again"),
        Detector.MANY_CLIENTS: _("many clients in a short time"),
        Detector.CASE_CLOSED: _("tries to look on cases that were closed"),
        Detector.AFTER_HOURS: _("looks outside the working hours"),
        Detector.CLOSE_PERSON: _("a try to look at a colleague, relative or friend"),
        Detector.OWN_RECORD: _("a try to look at one's own record"),
        Detector.SEARCH_SWEEP: _("searching through people"),
        Detector.BULK_EXPORT: _("a list of many clients that no second person allowed"),
        Detector.PAUSED: _("a try to look at a record whose client objected"),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing out of place.

    Arguments:
        detector: what found it.
        member: the id of the member of staff.
        window: the moment or thing that was counted by.
        seen: how many rows of the record it rests on.
        first_at, last_at: of those rows.
    """

    detector: Detector
    member: str
    window: str
    seen: int
    first_at: datetime
    last_at: datetime


Detect = Callable[[Sequence[Entry], Conduct, ZoneInfo], Iterator[Finding]]


def detect(
    entries: Sequence[Entry], conduct: Conduct, zone: ZoneInfo, *, detectors: Mapping[Detector, Detect] | None = None
) -> list[Finding]:
    """Return what is out of place in one member's rows, oldest first."""
    chosen = DETECTORS if detectors is None else detectors
    rows = sorted(entries, key=lambda entry: entry.at)
    return [finding for each in chosen.values() for finding in each(rows, conduct, zone)]


def _find_no_case(rows: Sequence[Entry], _conduct: Conduct, _zone: ZoneInfo) -> Iterator[Finding]:
    for row in rows:
        if row.event == LOOK and row.case is None:
            yield _finding(Detector.NO_CASE, [row], str(row.id))


def _find_glass(rows: Sequence[Entry], conduct: Conduct, _zone: ZoneInfo) -> Iterator[Finding]:
    broken = [row for row in rows if row.event == Event.GLASS_BROKEN]
    yield from _find_crowds(Detector.BROKEN_GLASS, broken, LONGEST_WINDOW, conduct.limits.glass_in_seven_days)


def _find_many_clients(rows: Sequence[Entry], conduct: Conduct, _zone: ZoneInfo) -> Iterator[Finding]:
    looks = [row for row in rows if row.event == LOOK and row.subject_id]
    most = conduct.limits.clients_an_hour
    yield from _find_crowds(
        Detector.MANY_CLIENTS, looks, _HOUR, most, measure=lambda some: len({row.subject_id for row in some})
    )


def _find_closed(rows: Sequence[Entry], conduct: Conduct, _zone: ZoneInfo) -> Iterator[Finding]:
    refused = _refused(rows, "case_closed")
    yield from _find_crowds(Detector.CASE_CLOSED, refused, _HOUR, conduct.limits.closed_cases_an_hour)


def _find_after_hours(rows: Sequence[Entry], conduct: Conduct, zone: ZoneInfo) -> Iterator[Finding]:
    nights: dict[date, list[Entry]] = defaultdict(list)
    for row in rows:
        local = row.at.astimezone(zone)
        if row.event == LOOK and not (
            local.weekday() in conduct.days and conduct.opens_at <= local.hour < conduct.closes_at
        ):
            # What comes before the morning belongs to the night before.
            nights[(local - timedelta(hours=conduct.opens_at)).date()].append(row)
    for night, some in nights.items():
        if len(some) > conduct.limits.looks_after_hours:
            yield _finding(Detector.AFTER_HOURS, some, night.isoformat())


def _find_close_person(rows: Sequence[Entry], _conduct: Conduct, zone: ZoneInfo) -> Iterator[Finding]:
    yield from _find_by_client(Detector.CLOSE_PERSON, _refused(rows, "colleague", "relation"), zone)


def _find_own_record(rows: Sequence[Entry], _conduct: Conduct, zone: ZoneInfo) -> Iterator[Finding]:
    yield from _find_by_client(Detector.OWN_RECORD, _refused(rows, "own_record"), zone)


def _find_paused(rows: Sequence[Entry], _conduct: Conduct, zone: ZoneInfo) -> Iterator[Finding]:
    yield from _find_by_client(Detector.PAUSED, _refused(rows, "paused"), zone)


def _find_sweep(rows: Sequence[Entry], conduct: Conduct, _zone: ZoneInfo) -> Iterator[Finding]:
    sought = [row for row in rows if row.event == Event.CLIENT_SOUGHT]
    empty = [row for row in sought if row.subject_id is None]
    # A search that finds several is a row for each of them, all of one moment: it is one search. Of those that find
    # nobody each is one, however fast they follow each other.
    by_moment: dict[tuple[int, str, int], list[Entry]] = {}
    for row in sought:
        if row.subject_id is not None:
            by_moment.setdefault((int(row.at.timestamp()), ",".join(row.fields), row.count), []).append(row)
    several = [row for some in by_moment.values() for row in some[:: max(1, some[0].count)]]
    searches = sorted([*empty, *several], key=lambda row: row.at)
    found = [
        *_find_crowds(Detector.SEARCH_SWEEP, searches, _HOUR, conduct.limits.searches_an_hour),
        *_find_crowds(Detector.SEARCH_SWEEP, empty, _HOUR, conduct.limits.empty_searches_an_hour),
    ]
    yield from {finding.window: finding for finding in found}.values()


def _find_exports(rows: Sequence[Entry], _conduct: Conduct, _zone: ZoneInfo) -> Iterator[Finding]:
    for row in rows:
        if row.event == Event.EXPORT_MADE and row.ground != "reviewed":
            yield _finding(Detector.BULK_EXPORT, [row], str(row.id))


DETECTORS: dict[Detector, Detect] = {
    Detector.NO_CASE: _find_no_case,
    Detector.BROKEN_GLASS: _find_glass,
    Detector.MANY_CLIENTS: _find_many_clients,
    Detector.CASE_CLOSED: _find_closed,
    Detector.AFTER_HOURS: _find_after_hours,
    Detector.CLOSE_PERSON: _find_close_person,
    Detector.OWN_RECORD: _find_own_record,
    Detector.PAUSED: _find_paused,
    Detector.SEARCH_SWEEP: _find_sweep,
    Detector.BULK_EXPORT: _find_exports,
}


def _find_crowds(
    detector: Detector,
    rows: Sequence[Entry],
    span: timedelta,
    most: int,
    *,
    measure: Callable[[Sequence[Entry]], int] = len,
) -> Iterator[Finding]:
    """Yield each stretch of ``span`` in which more than ``most`` are counted; one finding for each such stretch.

    A stretch is named by its first row, so that reading the record again, further on, finds the same one.
    """
    start = end = 0
    while start < len(rows):
        end = max(end, start)
        while end < len(rows) and rows[end].at - rows[start].at < span:
            end += 1
        stretch = rows[start:end]
        if len(stretch) > most and measure(stretch) > most:
            yield _finding(detector, stretch, str(rows[start].id))
            start += len(stretch)
        else:
            start += 1


def _find_by_client(detector: Detector, rows: Sequence[Entry], zone: ZoneInfo) -> Iterator[Finding]:
    """Yield one finding for each client and day."""
    days: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for row in rows:
        days[str(row.subject_id), row.at.astimezone(zone).date().isoformat()].append(row)
    for (subject, day), some in days.items():
        yield _finding(detector, some, f"{subject}:{day}")


def _refused(rows: Sequence[Entry], *reasons: str) -> list[Entry]:
    return [row for row in rows if row.event == Event.LOOK_REFUSED and row.ground in reasons]


def _finding(detector: Detector, rows: Sequence[Entry], window: str) -> Finding:
    return Finding(
        detector=detector,
        member=rows[0].actor.ref,
        window=f"{detector}:{window}",
        seen=len(rows),
        first_at=rows[0].at,
        last_at=rows[-1].at,
    )
