"""The deliberate breaches of J1 to J6, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from troth.cookies import views
from troth.cookies.browsers import BROWSERS
from troth.cookies.middleware import PrivacySignal
from troth.cookies.register import Cookie, Kind, declared
from troth.kernel.sabotage import meddle, rewrite_html, swap

GUARD = "troth.cookies.middleware.CookieGuard"


def set_by_hand() -> AbstractContextManager[None]:
    """Put a visitor's number on every answer, by a header, after the guard."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.headers["Set-Cookie"] = "visitor=4711; Path=/; Max-Age=63072000"

    return meddle(change)


def unguard() -> AbstractContextManager[None]:
    """Take the guard away, and let a page set a cookie that nobody registered."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.set_cookie("__Host-seen", "1", secure=True, httponly=True, samesite="Lax")

    return meddle(change, without=GUARD, innermost=True)


def open_to_scripts() -> AbstractContextManager[None]:
    """Set a registered cookie, after the guard, without the words that keep scripts from it."""
    name = next(iter(declared)).name

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.set_cookie(name, "1", secure=True, samesite="Lax")

    return meddle(change)


def give_a_year() -> AbstractContextManager[None]:
    """Take the guard away, and let a page set a registered session cookie with a year to live."""
    name = next(cookie.name for cookie in declared if cookie.kind is Kind.SESSION)

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.set_cookie(name, "1", max_age=timedelta(days=365), secure=True, httponly=True, samesite="Lax")

    return meddle(change, without=GUARD, innermost=True)


def put_expiry() -> AbstractContextManager[None]:
    """Put a date of expiry on a session cookie after the guard."""
    name = next(cookie.name for cookie in declared if cookie.kind is Kind.SESSION)

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.headers["Set-Cookie"] = f"{name}=1; Path=/; Secure; HttpOnly; Expires=Fri, 01 Jan 2038 00:00:00 GMT"

    return meddle(change)


@contextmanager
def set_unasked() -> Iterator[None]:
    """Register a persistent cookie properly, and set it for everybody: the guard has nothing against it."""
    cookie = Cookie(name="__Host-drill", kind=Kind.PERSISTENT, purpose="", set_when="", life=timedelta(days=30))

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        response.set_cookie(cookie.name, "1", max_age=cookie.life, secure=True, httponly=True, samesite="Lax")

    with swap(declared, "_items", {each.name: each for each in [*declared, cookie]}), meddle(change, innermost=True):
        yield


def hide_help() -> AbstractContextManager[None]:
    """Leave one browser out of the page."""
    return swap(views, "BROWSERS", BROWSERS[1:])


def add_pixel() -> AbstractContextManager[None]:
    """Put another company's picture at the end of every page."""
    return meddle(rewrite_html("</body>", '<img src="//pixel.example.net/p.gif" alt=""></body>'))


def add_script() -> AbstractContextManager[None]:
    """Put another company's script into the head of every page."""
    return meddle(rewrite_html("</head>", '<script async src="https://stats.example.net/t.js"></script></head>'))


def add_inline_script() -> AbstractContextManager[None]:
    """Write a script into every page."""
    return meddle(rewrite_html("</head>", "<script>navigator.sendBeacon('/x')</script></head>"))


def add_font() -> AbstractContextManager[None]:
    """Let every style sheet load a font from another company."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        if response.headers.get("Content-Type", "").startswith("text/css"):
            sheet = b"".join(response.streaming_content)  # type: ignore[attr-defined]
            response.streaming_content = [sheet, b'@import "https://fonts.example.net/serif.css";']  # type: ignore[attr-defined]

    return meddle(change)


def ignore_signal() -> AbstractContextManager[None]:
    """Let the reader of the signal hear nothing: nobody's wish counts."""

    def hear_nothing(reader: PrivacySignal, request: HttpRequest) -> HttpResponse:
        request.gpc = False  # type: ignore[attr-defined]
        return reader.pass_on(request)

    return swap(PrivacySignal, "__call__", hear_nothing)


def overclaim() -> AbstractContextManager[None]:
    """Claim support in the page for programs, whatever the checks say."""

    def change(request: HttpRequest, response: HttpResponseBase) -> None:
        if request.path == "/.well-known/gpc.json" and isinstance(response, HttpResponse):
            response.content = '{"gpc": true, "lastUpdate": "2026-01-01"}'

    return meddle(change)


def hide_cookie() -> AbstractContextManager[None]:
    """Leave the first cookie of the register out of the page."""
    return swap(views, "declared", list(declared)[1:])
