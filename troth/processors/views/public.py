"""The public list of the companies that act for us (A8, E1 to E3), made from the register."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.pages import PUBLIC, page
from troth.processors.queries import find_exception, view_all


@page(PUBLIC)
def show_companies(request: HttpRequest) -> HttpResponse:
    """Show each company: what for, what it receives, how long it keeps it, how it deletes, agreement and audits."""
    entries = [(entry, find_exception(entry.processor)) for entry in view_all()]
    return render(request, "processors/companies.jinja", {"entries": entries})
