"""From counts to what a page draws."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from troth.feedback.queries import Month, PageLine, list_pages
from troth.kernel import clock
from troth.ui.api import Chart, Datum, draw_bars, draw_line, format_number


def draw_counts(months: Sequence[Month]) -> Chart:
    """Return how much was said, month by month."""
    return draw_bars(
        title=_("How much was said"),
        description=_("Numbers and words given, month by month; what was set apart is not counted."),
        name_words=_("Month"),
        value_words=_("Said"),
        data=[Datum(name_month(each.first), each.count) for each in months[-12:]],
    )


def draw_means(months: Sequence[Month]) -> Chart:
    """Return the mean of the numbers, month by month."""
    return draw_line(
        title=_("How it was meant"),
        description=_("The mean of the numbers from 1, poor, to 5, good; months without a number are left out."),
        name_words=_("Month"),
        value_words=_("Mean"),
        data=[Datum(name_month(each.first), round(each.mean, 1)) for each in months if each.mean is not None],
    )


def list_recent_pages() -> list[tuple[PageLine, str]]:
    """Return the pages that were spoken of in the last twelve months, each with its mean as text."""
    today = clock.today()
    since = date(today.year - 1, today.month, 1)
    return [(each, say_mean(each.mean)) for each in list_pages(since=since)[:100]]


def say_mean(mean: float | None) -> str:
    """Return a mean with one digit, or a dash where there is none."""
    return "—" if mean is None else format_number(round(mean, 1))


def name_month(first: date) -> str:
    """Return a month as the charts name it."""
    return f"{first:%Y-%m}"
