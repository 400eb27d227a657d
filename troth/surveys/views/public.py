"""What everybody can read: every release of results."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.pages import PUBLIC, page
from troth.surveys.definition.reading import read_definition
from troth.surveys.models import Release
from troth.surveys.queries import list_published, say_total, show_release
from troth.surveys.release.files import write_release
from troth.surveys.release.hiding import threshold
from troth.ui.api import turn_page


@page(PUBLIC)
def list_results(request: HttpRequest) -> HttpResponse:
    """Show every release, the newest first."""
    shown = turn_page(request, cast("Sequence[Release]", list_published()))
    lines = [(each, read_definition(each.survey.definition).title) for each in shown.object_list]
    return render(request, "surveys/results.jinja", {"shown": shown, "lines": lines})


@page(PUBLIC)
def fetch_results(_request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Give one release as CSV."""
    content = write_release(show_release(_find(release_id)))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="results.csv"'
    return response


@page(PUBLIC)
def show_results(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Show one release: rounded shares, as charts and as tables."""
    release = _find(release_id)
    context = {
        "release": release,
        "definition": read_definition(release.survey.definition),
        "tables": show_release(release),
        "total": say_total(release.counted),
        "least": threshold(),
    }
    return render(request, "surveys/release.jinja", context)


def _find(release_id: UUID) -> Release:
    release = list_published().filter(pk=release_id).first()
    if release is None:
        raise Http404
    return release
