"""Reads what browsers report against the content security policy, and keeps no address of it.

Two forms are in use: ``application/csp-report`` (CSP level 2, ``report-uri``) and ``application/reports+json`` (the
Reporting API, ``report-to``). A report names the page by its full address; only the name of its route is read out.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

LONGEST_BODY = 16 * 1024
MOST_REPORTS = 20
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """What is kept of a report: a directive of our policy, or ``unknown``; and a route's name, or ``unknown``."""

    directive: str
    route: str


def read_reports(body: bytes) -> list[Report]:
    """Return what is kept of a body of either form; an empty list where it is neither, or longer than 16 KiB."""
    if len(body) > LONGEST_BODY:
        return []
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return []
    return list(_list_reports(found))[:MOST_REPORTS]


def _list_reports(found: Any) -> Iterator[Report]:
    if isinstance(found, Mapping) and isinstance(old_form := found.get("csp-report"), Mapping):
        directive = old_form.get("effective-directive") or old_form.get("violated-directive")
        yield Report(_name_directive(directive), _name_route(old_form.get("document-uri")))
    for each in found if isinstance(found, list) else []:
        if isinstance(each, Mapping) and each.get("type") == "csp-violation" and isinstance(each.get("body"), Mapping):
            body = each["body"]
            yield Report(_name_directive(body.get("effectiveDirective")), _name_route(body.get("documentURL")))


def _name_directive(text: Any) -> str:
    """Return the directive of our policy that ``text`` starts with (``script-src-elem`` is ``script-src``)."""
    first = text.split(" ", 1)[0].lower() if isinstance(text, str) else ""
    name = first.removesuffix("-elem").removesuffix("-attr")
    return name if name in settings.SECURE_CSP else UNKNOWN


def _name_route(address: Any) -> str:
    if not isinstance(address, str):
        return UNKNOWN
    try:
        return resolve(urlsplit(address).path).view_name or UNKNOWN
    except (Resolver404, ValueError):
        return UNKNOWN


class Allowance:
    """Lets a number of calls through each minute, for all callers together: nobody is told apart, so nothing is kept.

    Arguments:
        per_minute: how many calls pass in one minute of this process.
    """

    def __init__(self, *, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._minute = 0
        self._used = 0

    def take(self) -> bool:
        """Return whether one more call may pass now."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._used = minute, 0
            self._used += 1
            return self._used <= self._per_minute
