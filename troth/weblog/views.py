"""The pages of the reports: for staff, and no client is near them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.pages import page
from troth.weblog.forms import PeriodForm
from troth.weblog.queries import previous_period, read_reports
from troth.weblog.showing import draw_dims, draw_trend, tabulate_pages

_READ = "staff:console:weblog:read"
OVERVIEW = ("days", "hours", "dims", "pages", "latest", "span")


@page(_READ)
def show_report(request: HttpRequest) -> HttpResponse:
    """Show trends, pages and what visits had in common, for some days, beside those before."""
    form = PeriodForm(request.GET)
    form.is_valid()
    since, until, grain = (form.cleaned_data[name] for name in ("since", "until", "grain"))
    answer = read_reports(OVERVIEW, since=since, until=until)
    before = read_reports(("days",), since=previous_period(since, until)[0], until=previous_period(since, until)[1])
    context = {
        "form": form,
        "since": since,
        "until": until,
        "trend": draw_trend(answer, grain),
        "visits": sum(row[1] for row in answer["days"]),
        "views": sum(row[2] for row in answer["days"]),
        "visits_before": sum(row[1] for row in before["days"]),
        "dims": draw_dims(answer["dims"]),
        "pages": tabulate_pages(answer["pages"]),
    }
    return render(request, "weblog/report.jinja", context)
