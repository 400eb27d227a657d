"""The deliberate breaches of K1 and K2, for the drills. None knows how the checks look."""

from contextlib import AbstractContextManager

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from troth.cookies import views
from troth.kernel.operator import read_operator
from troth.kernel.sabotage import meddle, rewrite_html, swap


def add_bare_link() -> AbstractContextManager[None]:
    """Put a partner's link at the end of every page."""
    return meddle(rewrite_html("</main>", '<p><a href="https://partner.example.net/">Our partner</a></p></main>'))


def add_schemeless() -> AbstractContextManager[None]:
    """Put a partner's link at the end of every page, as the old way to write it was."""
    return meddle(rewrite_html("</main>", '<p><a href="//partner.example.net/">Our partner</a></p></main>'))


def drop_rel() -> AbstractContextManager[None]:
    """Take the words away that keep a browser from telling."""
    return meddle(rewrite_html(' rel="external noopener noreferrer"', ""))


def sign_nothing() -> AbstractContextManager[None]:
    """Take every address for our own."""
    return swap(views, "read_target", lambda token: token or None)


def skip_notice() -> AbstractContextManager[None]:
    """Remember every site before it was seen."""
    return swap(views, "_was_noticed", lambda _request, _host: True)


def hide_site() -> AbstractContextManager[None]:
    """Leave out whose statement it is."""
    return meddle(rewrite_html(read_operator().site, "this site"))


def send_referrer() -> AbstractContextManager[None]:
    """Let a later hand set the policy that most sites have."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.headers["Referrer-Policy"] = "unsafe-url"

    return meddle(change)
