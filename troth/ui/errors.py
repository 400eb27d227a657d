"""The pages of errors: what happened, what was kept, what to do next. No page shows a value, a path or a trace."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from troth.kernel.errors import TrothError
from troth.kernel.operator import read_operator

RETRY_SECONDS = 300
"""When a closed feature may be asked for again (RFC 9110, Retry-After)."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What the page of an error says.

    Arguments:
        status: the HTTP status.
        title: the heading.
        happened: what happened.
        kept: what was kept or left untouched.
        next_step: what the reader can do now.
        way: the words and the path of a page where that is done, or None.
    """

    status: int
    title: str
    happened: str
    kept: str
    next_step: str
    way: tuple[str, str] | None = None


def describe_status(status: int) -> ErrorPage:
    """Return the page of a status that carries no message of its own."""
    support = read_operator().contacts.support_email
    nothing = _("Nothing was changed.")
    write = _("If you think that this is wrong, write to %(support)s.") % {"support": support}
    pages = {
        400: (
            _("This request cannot be read"),
            _("Your browser sent something that we could not make sense of."),
            nothing,
            _("Go back, load the page again, and repeat the last step."),
        ),
        403: (
            _("This is not open to you"),
            _("This page is for others, or needs you to sign in first."),
            nothing,
            write,
        ),
        404: (
            _("There is no such page"),
            _("The address is mistyped, or the page has gone."),
            _("Nothing was lost; only this page is not here."),
            _("Check the address, or start from the home page."),
        ),
        405: (
            _("This page does not take that"),
            _("The page was asked in a way that it does not answer, such as a form sent to a page that only shows."),
            nothing,
            _("Open the page by its link and start again."),
        ),
        409: (_("This was not done"), _("The action does not fit what is there now."), nothing, write),
        410: (
            _("This link leads nowhere any more"),
            _("It was used already, or its time is over."),
            nothing,
            _("Start again from the home page."),
        ),
        413: (
            _("That is too large"),
            _("What you sent is larger than this site takes."),
            nothing,
            _("Send a smaller file, or send several one after another."),
        ),
        422: (_("This could not be taken"), _("Something in it is not as it must be."), nothing, write),
        429: (
            _("Too often in a short time"),
            _("This step was asked for more often than a person does."),
            nothing,
            _("Wait a few minutes, then try again."),
        ),
        503: (
            _("This is closed for now"),
            _("This part of the site is not open at the moment."),
            nothing,
            _("Try again later."),
        ),
    }
    fallback = (
        _("Something failed on our side"),
        _("The page could not be made. The failure is recorded, without anything that you typed."),
        _("A step that was not finished was undone as a whole; what you saved before is untouched."),
        _("Try again in a few minutes. If it fails again, write to %(support)s.") % {"support": support},
    )
    return ErrorPage(status, *pages.get(status, fallback))


def describe_error(error: TrothError) -> ErrorPage:
    """Return the page of an error that the house raised on purpose, in its own words where it has them."""
    usual = describe_status(error.status)
    if error.status == 500:
        return usual
    return ErrorPage(
        status=error.status,
        title=usual.title,
        happened=error.message,
        kept=error.kept or usual.kept,
        next_step=error.next_step or usual.next_step,
        way=error.way,
    )


def show_error(request: HttpRequest, error: TrothError) -> HttpResponse:
    """Return the page of an error that the house raised on purpose.

    A failure of ours (500) asks nothing of higher rooms, which may be what failed.
    """
    answer = render_error(request, describe_error(error), is_alone=error.status == 500)
    if error.status == 503:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


def render_error(request: HttpRequest, page: ErrorPage, *, is_alone: bool = False) -> HttpResponse:
    """Return the answer that shows ``page``.

    Arguments:
        request: what was asked; its id is shown, so that a person can quote the page.
        page: what it says.
        is_alone: draw it without asking the database or any higher room for links and banners.
    """
    context = {
        "error": page,
        "request": None if is_alone else request,
        "reference": getattr(request, "troth_id", ""),
    }
    response = HttpResponse(render_to_string("ui/error.jinja", context), status=page.status)
    response["Cache-Control"] = "no-store"
    return response
