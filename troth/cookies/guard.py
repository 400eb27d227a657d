"""Judges one ``Set-Cookie`` against the register: what deviates does not leave (J1, J2)."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from troth.cookies.register import Cookie, Kind, declared

CLOCK_SLACK = timedelta(minutes=1)
"""An Expires is written as a moment, so a life that is right to the second may look longer by the time it is judged."""


class Fault(StrEnum):
    """Why a cookie was not let out."""

    UNDECLARED = "undeclared"
    OUTLIVES_BROWSER = "outlives_browser"
    OUTLIVES_DECLARATION = "outlives_declaration"
    NOT_SECURE = "not_secure"
    SCRIPT_READABLE = "script_readable"
    SAME_SITE = "same_site"
    PATH = "path"
    DOMAIN = "domain"

    @property
    def words(self) -> str:
        """The fault in words for staff."""
        return str(_WORDS[self])


_WORDS = {
    Fault.UNDECLARED: _("it is not in the register"),
    Fault.OUTLIVES_BROWSER: _("it is a session cookie, but was given a life"),
    Fault.OUTLIVES_DECLARATION: _("its life is longer than declared"),
    Fault.NOT_SECURE: _("it would travel without encryption"),
    Fault.SCRIPT_READABLE: _("scripts could read it"),
    Fault.SAME_SITE: _("other sites could cause it to be sent"),
    Fault.PATH: _("its path is not the whole site"),
    Fault.DOMAIN: _("it names a domain"),
}


class SetCookie(NamedTuple):
    """A ``Set-Cookie`` header taken apart: the cookie's name, whether it has a value, and its attributes."""

    name: str
    empty: bool
    attributes: dict[str, str]


def read_set_cookie(header: str) -> SetCookie:
    """Take a ``Set-Cookie`` value apart as a browser does (RFC 6265, 5.2); the cookie's value is dropped."""
    pair, *rest = header.split(";")
    name, _equals, value = pair.partition("=")
    attributes: dict[str, str] = {}
    for part in rest:
        key, _equals, text = part.partition("=")
        attributes[key.strip().lower()] = text.strip()
    return SetCookie(name=name.strip(), empty=not value.strip().strip('"'), attributes=attributes)


def find_fault(header: str, *, at: datetime) -> Fault | None:
    """Return why this ``Set-Cookie`` may not leave at this moment, or None where it may."""
    found = read_set_cookie(header)
    cookie = declared.get(found.name)
    if cookie is None:
        return Fault.UNDECLARED
    if _removes(found):
        return None
    return _find_faulty_attribute(found.attributes, cookie) or _find_faulty_life(found.attributes, cookie, at)


def _removes(found: SetCookie) -> bool:
    return found.empty and found.attributes.get("max-age") == "0"


def _find_faulty_attribute(attributes: dict[str, str], cookie: Cookie) -> Fault | None:
    if "secure" not in attributes:
        return Fault.NOT_SECURE
    if "httponly" not in attributes:
        return Fault.SCRIPT_READABLE
    if attributes.get("samesite", "").lower() != cookie.same_site.lower():
        return Fault.SAME_SITE
    if attributes.get("path") != "/":
        return Fault.PATH
    if "domain" in attributes:
        return Fault.DOMAIN
    return None


def _find_faulty_life(attributes: dict[str, str], cookie: Cookie, at: datetime) -> Fault | None:
    if cookie.kind is Kind.SESSION:
        return Fault.OUTLIVES_BROWSER if {"max-age", "expires"} & attributes.keys() else None
    longest = cookie.life or timedelta()
    if "max-age" in attributes and _read_seconds(attributes["max-age"]) > longest:
        return Fault.OUTLIVES_DECLARATION
    if "expires" in attributes and _read_moment(attributes["expires"], at) > at + longest + CLOCK_SLACK:
        return Fault.OUTLIVES_DECLARATION
    return None


def _read_seconds(text: str) -> timedelta:
    """Return a Max-Age as a time; one that cannot be read counts as endless, so that it is refused."""
    try:
        return timedelta(seconds=int(text))
    except (ValueError, OverflowError):
        return timedelta.max


def _read_moment(text: str, at: datetime) -> datetime:
    """Return an Expires as a moment; one that cannot be read, or names no zone, counts as endless."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return datetime.max.replace(tzinfo=at.tzinfo)
    return moment if moment.tzinfo else datetime.max.replace(tzinfo=at.tzinfo)
