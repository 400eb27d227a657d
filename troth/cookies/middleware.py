"""The guard at the door, and the reader of the wish not to be tracked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from troth.cookies.actions import count_removed_cookie
from troth.cookies.guard import Fault, find_fault, read_set_cookie
from troth.kernel import clock

Next = Callable[[HttpRequest], HttpResponse]


class CookieGuard:
    """Lets only registered cookies out (J1). It stands first in the list, so it touches the response last."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with every cookie taken out that may not leave."""
        response = self._get_response(request)
        for name, fault in self._take_out_faulty(response):
            count_removed_cookie(name=name, fault=fault)
        return response

    @staticmethod
    def _take_out_faulty(response: HttpResponse) -> list[tuple[str, Fault]]:
        """Take out what may not leave, in Django's cookie jar and in a header that was set by hand; return it."""
        now = clock.now()
        removed = []
        for key, morsel in list(response.cookies.items()):
            if fault := find_fault(morsel.OutputString(), at=now):
                del response.cookies[key]
                removed.append((key, fault))
        by_hand = response.headers.get("Set-Cookie")
        if by_hand is not None and (fault := find_fault(by_hand, at=now)):
            del response.headers["Set-Cookie"]
            removed.append((read_set_cookie(by_hand).name, fault))
        return removed


class PrivacySignal:
    """Reads Global Privacy Control into ``request.gpc`` (W3C GPC, 3.2: the value is exactly ``1``; others are ignored).

    Several header lines reach us joined by commas (RFC 9110, 5.3); one of them that is ``1`` is enough.
    """

    def __init__(self, get_response: Next) -> None:
        self.pass_on = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with ``request.gpc`` set."""
        values = request.headers.get("Sec-GPC", "").split(",")
        request.gpc = any(value.strip(" \t") == "1" for value in values)  # type: ignore[attr-defined]
        return self.pass_on(request)
