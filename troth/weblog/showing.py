"""From rows of a report to what a page draws."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from troth.ui.api import Chart, Datum, draw_bars, draw_line, format_date, name_country, name_language
from troth.weblog.counting import NONE
from troth.weblog.reports import Rows
from troth.weblog.suppression import FEW

MOST_SHOWN = 12


def draw_trend(answer: dict[str, Rows], grain: str) -> Chart:
    """Return the visits over time, put together by the grain."""
    if grain == "hour":
        data = [Datum(_("%(hour)s:00") % {"hour": f"{hour:02d}"}, seen) for hour, seen, _views in answer["hours"]]
        description = _("Visits by the hour in which they ended (UTC), all days together.")
    else:
        sums: Counter[str] = Counter()
        for day, seen, _views in answer["days"]:
            sums[name_span(date.fromisoformat(day), grain)] += seen
        data = [Datum(name, n) for name, n in sums.items()]
        description = _("Visits over time. A visit ends after half an hour without a page.")
    return draw_line(
        title=_("Visits"), description=description, name_words=_("When"), value_words=_("Visits"), data=data
    )


def name_span(day: date, grain: str) -> str:
    """Return the name of the day, week, month or year in which a day is."""
    if grain == "week":
        year, week, _weekday = day.isocalendar()
        return _("week %(week)s of %(year)s") % {"week": week, "year": year}
    if grain == "month":
        return f"{day:%Y-%m}"
    return str(day.year) if grain == "year" else format_date(day)


def draw_dims(rows: Rows) -> dict[str, Chart]:
    """Return a chart of bars for each field of a visit."""
    titles = {
        "browser": (_("Browsers"), _("Browser")),
        "system": (_("Operating systems"), _("System")),
        "device": (_("Devices"), _("Device")),
        "provider": (_("Internet providers"), _("Provider")),
        "country": (_("Countries"), _("Country")),
        "language": (_("Languages"), _("Language")),
        "referrer": (_("Where visits came from"), _("Site")),
        "campaign": (_("Campaigns"), _("Campaign")),
        "entry": (_("First pages"), _("Page")),
        "exit": (_("Last pages"), _("Page")),
        "length": (_("Pages of a visit"), _("Pages")),
        "signal": (_("Visits that ask not to be tracked"), _("What was asked")),
        "robot": (_("Robots"), _("Robot")),
    }
    charts = {}
    for kind, (title, name_words) in titles.items():
        data = [Datum(name_value(kind, value), n) for each, value, n in rows if each == kind]
        shown, rest = data[:MOST_SHOWN], sum(datum.value for datum in data[MOST_SHOWN:])
        charts[kind] = draw_bars(
            title=title,
            description=_("Visits, the most frequent first. What fewer than the threshold share is put together."),
            name_words=name_words,
            value_words=_("Visits"),
            data=[*shown, Datum(_("all others"), rest)] if rest else shown,
        )
    return charts


def name_value(kind: str, value: str) -> str:
    """Return a stored value in words."""
    if value == FEW:
        return _("rarer ones, together")
    if value == NONE:
        return {
            "referrer": _("none: typed, a bookmark, or a mail"),
            "campaign": _("none"),
            "signal": _("nothing"),
        }.get(kind, _("unknown"))
    if kind == "country":
        return str(name_country(value))
    if kind == "language":
        return str(name_language(value))
    if kind == "signal":
        return _("not to be tracked")
    return value


def name_ways(rows: Rows) -> list[list[Any]]:
    """Return the rows of a flow with what is merged in words."""
    return [[name_value("page", cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page of the table: its route, and what was answered."""

    route: str
    status: str
    visits: int
    hits: int
    size: int
    milliseconds: int
    slow: int


def tabulate_pages(rows: Rows) -> Sequence[PageRow]:
    """Return the pages with the time of an answer in the mean."""
    return [_page_row(row) for row in rows[:100]]


def _page_row(row: list[Any]) -> PageRow:
    route, status, visits, hits, size, took, slow = row
    return PageRow(
        route=name_value("page", route),
        status="" if status == FEW else status,
        visits=visits,
        hits=hits,
        size=size,
        milliseconds=round(took / hits) if hits else 0,
        slow=slow,
    )
