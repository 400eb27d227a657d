"""The pages of errors, and in the demo the page that shows every component."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.kernel.pages import page
from troth.ui.errors import ErrorPage, describe_status, render_error
from troth.ui.showcase import make_showcase


@page("public", methods=("GET", "POST"))
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in all its states; a form posted here is checked, shown again, and kept nowhere."""
    if not settings.ENVIRONMENT.demo:
        raise Http404
    return render(request, "ui/components-page.jinja", make_showcase(request))


def show_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 400."""
    return render_error(request, describe_status(HTTPStatus.BAD_REQUEST))


def show_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 403."""
    return render_error(request, describe_status(HTTPStatus.FORBIDDEN))


def show_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 404."""
    return render_error(request, describe_status(HTTPStatus.NOT_FOUND))


def show_failure(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking the database or any other room, either of which may be what failed."""
    return render_error(request, describe_status(HTTPStatus.INTERNAL_SERVER_ERROR), is_alone=True)


def show_forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form that does not carry this browser's token: left open too long, or sent from elsewhere."""
    return render_error(request, describe_forged())


def describe_forged() -> ErrorPage:
    """Return the page of a form whose token does not fit."""
    return ErrorPage(
        status=HTTPStatus.FORBIDDEN,
        title=_("This form could not be accepted"),
        happened=_("The form was open for too long, your browser keeps no cookies, or it was sent from another site."),
        kept=_("Nothing was changed."),
        next_step=_("Go back, load the page again, and send the form once more. This site’s cookies must be allowed."),
    )
