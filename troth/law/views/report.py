"""The transparency report: how many legal requests came, and what became of them; made from the rows (H2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.operator import read_operator
from troth.kernel.pages import PUBLIC, page
from troth.law.queries import report_years


@page(PUBLIC)
def show_report(request: HttpRequest) -> HttpResponse:
    """Show each year; a small number of clients is said as "fewer than"."""
    context = {"years": report_years(), "threshold": read_operator().numbers.suppression_threshold}
    return render(request, "law/report.jinja", context)
