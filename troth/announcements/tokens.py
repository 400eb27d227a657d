"""The signed names by which a mail is known again: its Message-ID, its return path, and the link that ends news.

None holds a value: they are numbers and random ids, with a keyed digest that nobody else can make.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from troth.kernel.operator import read_operator

_RETURN = re.compile(r"bounce-(?P<number>[1-9]\d{0,18})-(?P<digest>[0-9a-f]{24})")
_NEWS_SALT = "troth.announcements.news"
_DIGEST = 24


@dataclass(frozen=True, slots=True)
class NewsToken:
    """What the link in a mail of news ends: one service's news to one client."""

    subject_id: UUID
    interest: str


def make_reference(delivery_id: int) -> str:
    """Return the name of a delivery in the record of what left."""
    return f"notice-{delivery_id}"


def make_message_id(delivery_id: int) -> str:
    """Return the Message-ID, without brackets; the same at each try, so that a receiver sees a repeat as one."""
    return f"notice-{delivery_id}-{_digest('message', delivery_id)}@{settings.ENVIRONMENT.site_host}"


def make_return_path(delivery_id: int) -> str:
    """Return the address to which a bounce of this mail comes."""
    domain = read_operator().mail.from_address.rpartition("@")[2]
    return f"bounce-{delivery_id}-{_digest('return', delivery_id)}@{domain}"


def read_return_path(address: str) -> int | None:
    """Return the delivery whose return path this is, or None where it is none that we made."""
    found = _RETURN.fullmatch(address.rpartition("@")[0].lower())
    if found is None:
        return None
    number = int(found["number"])
    return number if constant_time_compare(found["digest"], _digest("return", number)) else None


def make_news_token(subject_id: object, interest: str) -> str:
    """Return what the link that ends one service's news carries."""
    return signing.dumps([str(subject_id), interest], salt=_NEWS_SALT)


def read_news_token(token: str) -> NewsToken | None:
    """Return what a link ends, or None where we did not make it. It works for ever: an old mail can end news too."""
    try:
        subject_id, interest = signing.loads(token, salt=_NEWS_SALT)
        return NewsToken(UUID(subject_id), str(interest))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def _digest(what: str, number: int) -> str:
    return salted_hmac(f"troth.announcements.{what}", str(number), algorithm="sha256").hexdigest()[:_DIGEST]
