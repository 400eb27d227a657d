"""What every answer carries, how large a request may be, and what a refusal looks like.

The order stands in ``settings.MIDDLEWARE``.
"""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from troth.config.logs import name_route
from troth.kernel.errors import Refused, TrothError

Next = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

HSTS = "max-age=31536000; includeSubDomains"
"""One year (ASVS 3.4.1)."""

DENIED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join([f"{name}=()" for name in DENIED_FEATURES] + [f"{name}=(self)" for name in OWN_FEATURES])

TELLTALE_HEADERS = ("Server", "X-Powered-By")


class SiteHeaders:
    """Adds what Django does not: isolation, denied browser features, where to report, and HSTS on the site's host.

    HSTS stays away from ``localhost`` and bare addresses: there it would lock every other program of that machine.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers added and those that tell what software runs taken off."""
        response = self._get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Origin-Agent-Cluster", "?1")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Reporting-Endpoints", f'{settings.CSP_REPORT_GROUP}="{settings.CSP_REPORT_PATH}"')
        if request.is_secure() and _read_host(request) == settings.ENVIRONMENT.site_host:
            response.headers["Strict-Transport-Security"] = HSTS
        for name in TELLTALE_HEADERS:
            if name in response.headers:
                del response.headers[name]
        return response


class RequestId:
    """Gives each request a random id, so that a person can quote an error page and we find the line in the log.

    It is drawn anew each time and stands nowhere beside an account, so it links no two visits.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with ``request.troth_id`` set."""
        request.troth_id = secrets.token_hex(6)  # type: ignore[attr-defined]
        return self._get_response(request)


class TooLargeError(TrothError):
    """The request's body is larger than any form of this site makes."""

    status = 413


class Refusals:
    """Turns an error that the house raises on purpose into a page, and refuses a body too large before reading it."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse the body by its announced length."""
        if _read_length(request) > settings.LARGEST_BODY:
            return self._show(request, TooLargeError(_("What you sent is too large."), kept=_("Nothing was changed.")))
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show a TrothError as its page; leave all others to Django, which shows the page for 500."""
        return self._show(request, error) if isinstance(error, TrothError) else None

    @staticmethod
    def _show(request: HttpRequest, error: TrothError) -> HttpResponse:
        from troth.ui.api import show_error

        level = logging.INFO if isinstance(error, Refused) or error.status < 500 else logging.ERROR
        facts = {
            "error": type(error).__name__,
            "status": error.status,
            "route": name_route(request),
            "request": getattr(request, "troth_id", "unknown"),
        }
        log.log(
            level, "A request was refused.", extra={"facts": facts}, exc_info=error if level >= logging.ERROR else None
        )
        return show_error(request, error)


class PrivatePages:
    """Keeps pages out of caches: never stored where a sign-in travelled along, and asked for again elsewhere.

    ``kernel.pages`` does so by each view's declared access; this is the net below it, for errors and redirects too.
    It stands inside WhiteNoise, so that style sheets and fonts, the same for everybody, stay cacheable.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with ``Cache-Control`` set."""
        response = self._get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies:
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _read_host(request: HttpRequest) -> str:
    """Return the host that the browser asked for, without its port, unchecked: it is only compared."""
    return str(request.META.get("HTTP_HOST", "")).rsplit(":", 1)[0].lower()


def _read_length(request: HttpRequest) -> int:
    """Return the body's announced length in bytes; 0 where none is announced, as no more is then read (PEP 3333)."""
    text = str(request.META.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() else 0
