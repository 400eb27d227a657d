"""Where a page leads on to."""

from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from troth.orders.models import Paper


def see_other(name: str, **kwargs: object) -> HttpResponse:
    """Send the browser to a page by GET (RFC 9110, 15.4.4), so that a reload sends no form again."""
    return HttpResponseRedirect(reverse(name, kwargs=kwargs or None), status=HTTPStatus.SEE_OTHER)


def hand_out_paper(paper: Paper, document: bytes) -> HttpResponse:
    """Return an invoice or credit note as a file that the browser saves."""
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(paper.number)}.pdf"
    response["X-Content-Type-Options"] = "nosniff"
    return response
