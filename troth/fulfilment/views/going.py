"""Where a page leads on to."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse


def see_other(name: str, **kwargs: object) -> HttpResponse:
    """Send the browser to a page by GET (RFC 9110, 15.4.4), so that a reload sends no form again."""
    return HttpResponseRedirect(reverse(name, kwargs=kwargs or None), status=HTTPStatus.SEE_OTHER)
