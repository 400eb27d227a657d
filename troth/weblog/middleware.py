"""Hands one message for each answer to the collector, and waits for nothing.

No user object is read here: only whether a sign-in travelled along.
"""

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic, perf_counter
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from troth.weblog.hits import Hit, pack
from troth.weblog.places import PIPE, weblog_folder

SAFE = {"GET", "HEAD"}
RETRY = 1.0
"""Seconds between two looks for a collector that is not there."""
STATIC, UNKNOWN = "static", "unknown"
TELLING = {"token", "key", "secret", "signed", "code"}
"""Names of variable parts of an address that lead to one person."""
UNNAMED = {"surveys"}
"""Rooms of which no page is named to the collector: who takes part in a survey is nobody's to count (D3)."""
_CAMPAIGN = re.compile(r"[?&]utm_campaign=([A-Za-z0-9_-]{1,40})(?:&|$)")
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})\b")


class Channel:
    """The writing end of the pipe. Where nobody reads, or the pipe is full, the message is dropped and counted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = -1
        self._tried = -RETRY
        self._process = os.getpid()
        self.lost = 0

    def send(self, hit: Hit) -> None:
        """Hand the hit over, or count it as lost."""
        if self._process != os.getpid():
            self._end, self._process, self.lost = -1, os.getpid(), 0
        if self._end < 0 and not self._open():
            self.lost += 1
            return
        try:
            os.write(self._end, pack(hit))
        except BlockingIOError:
            self.lost += 1
        except OSError:
            self.close()
            self.lost += 1
        else:
            self.lost = 0

    def close(self) -> None:
        """Let the pipe go."""
        if self._end >= 0:
            with contextlib.suppress(OSError):
                os.close(self._end)
        self._end = -1

    def _open(self) -> bool:
        if monotonic() - self._tried < RETRY:
            return False
        self._tried = monotonic()
        try:
            self._end = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            self._end = -1
        return self._end >= 0


class Gather:
    """Tells the collector of each answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._channel = Channel(weblog_folder(settings.ENVIRONMENT.data) / PIPE)
        self._host = settings.ENVIRONMENT.site_host
        self._static = settings.STATIC_URL

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; then tell."""
        began = perf_counter()
        response = self._get_response(request)
        self._channel.send(self.describe(request, response, seconds=perf_counter() - began))
        return response

    def describe(self, request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> Hit:
        """Return what the collector is told: the route's name, and nothing that names a person or a thing of theirs."""
        meta = request.META
        match = request.resolver_match
        kind = response.headers.get("Content-Type", "")
        if match and UNNAMED.intersection(match.namespaces):
            # What is told is only that the visit is to be forgotten: no page, and not that one was seen.
            agent = str(meta.get("HTTP_USER_AGENT", ""))
            address = str(meta.get("REMOTE_ADDR", ""))
            return Hit(address, agent, UNKNOWN, personal=True, view=False, lost=self._channel.lost)
        return Hit(
            address=str(meta.get("REMOTE_ADDR", "")),
            agent=str(meta.get("HTTP_USER_AGENT", "")),
            route=self._name_route(request),
            status=response.status_code,
            size=0 if response.streaming else len(response.content),  # type: ignore[attr-defined]
            milliseconds=int(seconds * 1000),
            referrer=self._read_referrer(meta.get("HTTP_REFERER", "")),
            language=_find(_LANGUAGE, meta.get("HTTP_ACCEPT_LANGUAGE", "")).lower(),
            campaign=_find(_CAMPAIGN, "?" + str(meta.get("QUERY_STRING", ""))),
            personal=request.method not in SAFE
            or bool(match and TELLING.intersection(match.kwargs))
            or _is_signed_in(request, response),
            quiet=meta.get("HTTP_DNT") == "1" or bool(getattr(request, "gpc", False)),
            view=request.method == "GET" and kind.startswith("text/html") and response.status_code < 300,
            lost=self._channel.lost,
        )

    def _name_route(self, request: HttpRequest) -> str:
        match = request.resolver_match
        if match is not None:
            return match.view_name or UNKNOWN
        return STATIC if request.path_info.startswith(self._static) else UNKNOWN

    def _read_referrer(self, text: str) -> str:
        if not text:
            return ""
        try:
            host = urlsplit(text).hostname or ""
        except ValueError:
            return ""
        return "" if host == self._host else host


def _is_signed_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether a session or a kept sign-in travelled along or was begun.

    A visitor's session counts too, although nobody is signed in to it: its row on the accounts' side bears times.
    """
    return (
        bool(request.COOKIES.keys() - {settings.CSRF_COOKIE_NAME}) or settings.SESSION_COOKIE_NAME in response.cookies
    )


def _find(pattern: re.Pattern[str], text: object) -> str:
    match = pattern.match(str(text)) if pattern is _LANGUAGE else pattern.search(str(text))
    return match[1] if match else ""
