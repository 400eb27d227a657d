"""The pages of the reports: for staff, and no client is near them."""

import csv
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from troth.kernel.pages import page
from troth.weblog import showing_attack
from troth.weblog.attack.verdicts import read_verdict
from troth.weblog.forms import PeriodForm
from troth.weblog.places import weblog_folder
from troth.weblog.queries import previous_period, read_attribution, read_gaps, read_reports
from troth.weblog.reports import QUESTIONS, name_columns
from troth.weblog.showing import draw_dims, draw_trend, name_ways, tabulate_pages

_READ = "staff:console:weblog:read"
OVERVIEW = ("days", "hours", "dims", "pages", "edges", "paths", "members", "requests", "latest")
FILES = tuple(QUESTIONS)


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
        "edges": name_ways(answer["edges"][:50]),
        "paths": [(steps, total) for steps, total in name_ways(answer["paths"])],
        "members": name_ways(answer["members"][:30]),
        "requests": answer["requests"][:30],
        "latest": answer["latest"][0] if answer["latest"] else None,
        "attribution": read_attribution(),
        "gaps": read_gaps(),
        "files": [(name, url) for name, url in _list_files(request)],
    }
    return render(request, "weblog/report.jinja", context)


@page("public")
def show_attack(request: HttpRequest) -> HttpResponse:
    """Show how the last attack on the web log ended, beside the promise that nobody is found in it (I3)."""
    found = read_verdict(weblog_folder(settings.ENVIRONMENT.data))
    context = {
        "attack": showing_attack.show_attack(found) if found else [],
        "on": date.fromisoformat(found["on"]) if found else None,
    }
    return render(request, "weblog/attack.jinja", context)


def _list_files(request: HttpRequest) -> list[tuple[str, str]]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        (f"{name}.{kind}", reverse("weblog:rows", kwargs={"name": name, "kind": kind}) + query)
        for name in ("days", "dims", "pages", "edges", "paths", "members")
        for kind in ("csv", "json")
    ]


@page(_READ)
def fetch_rows(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Hand out the rows of one report for the same days, as CSV or JSON."""
    if name not in FILES or kind not in {"csv", "json"}:
        raise Http404
    form = PeriodForm(request.GET)
    form.is_valid()
    rows = read_reports((name,), since=form.cleaned_data["since"], until=form.cleaned_data["until"])[name]
    columns = name_columns(name)
    if kind == "json":
        return JsonResponse([dict(zip(columns, row, strict=True)) for row in rows], safe=False)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(columns)
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return response


def _plain(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell
