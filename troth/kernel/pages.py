"""The one decorator of every view: who may call it, by which methods, and whether its answer may be stored.

A view without it is refused by a guard test, so that each URL names its access.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect

from troth.kernel.ports import Registry

View = Callable[..., HttpResponseBase]

PUBLIC = "public"
CLIENT = "client"
FRESH = "client:fresh"
"""A client that gave its password or passkey again within ``settings.REAUTHENTICATION_AGE``."""

gates: Registry[str, Callable[[HttpRequest], HttpResponse | None]] = Registry("access gate")
"""Access name → a function that returns None to let the request in, or the answer that turns it away.

``accounts`` registers ``client`` and ``client:fresh``; ``staff`` registers its permissions (``staff:<permission>``)."""


def page(access: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare a view's access and methods.

    Arguments:
        access: ``public``, ``client``, ``client:fresh`` or ``staff:<permission>``.
        methods: the methods that it answers; HEAD comes with GET; anything else is 405, TRACE included.
    """
    allowed = set(methods) | ({"HEAD"} if "GET" in methods else set())

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            if access != PUBLIC:
                gate = gates.get(access) or gates.get(access.split(":", maxsplit=1)[0])
                if gate is None:
                    raise PermissionDenied("Nobody answers for this access.")
                request.troth_access = access  # type: ignore[attr-defined]
                turned_away = gate(request)
                if turned_away is not None:
                    return turned_away
            response = view(request, *args, **kwargs)
            if access != PUBLIC and "Cache-Control" not in response:
                response["Cache-Control"] = "no-store"
            return response

        guarded.troth_access = access  # type: ignore[attr-defined]
        guarded.troth_methods = tuple(sorted(allowed))  # type: ignore[attr-defined]
        return guarded

    return decorate


def redirect_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the visitor to sign in, and back here afterwards where the request was a GET."""
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    response = HttpResponseRedirect(f"{settings.LOGIN_URL}?{query}" if query else settings.LOGIN_URL)
    response.status_code = HTTPStatus.SEE_OTHER
    return response
