"""Identifiers: time-ordered UUIDs (RFC 9562, version 7) for rows, and unguessable tokens for links."""

import secrets
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUID version 7: ordered by time, so that indexes grow at one end."""
    return uuid7()


def first_id_at(moment: datetime) -> UUID:
    """Return the least id that can be drawn in the millisecond of ``moment``, to read rows of a span of time by key."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62))


def new_token() -> str:
    """Return 256 random bits as URL-safe text, for links and cookies that must not be guessed."""
    return secrets.token_urlsafe(32)
