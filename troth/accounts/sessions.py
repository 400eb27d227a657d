"""Sessions: the engine behind ``request.session`` (``settings.SESSION_ENGINE``), with the subject of each beside it.

The cookie's 256 random bits are the only key to a session: its row is found by their SHA-256, and its content opens
with a key derived from them. The cookie itself has no life, so it ends with the browser (J2); on our side a session
ends when it was idle too long, or at its latest day (OWASP ASVS 7.3).
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from troth.accounts.models import Session, SessionKind
from troth.kernel import clock
from troth.kernel.ids import new_token
from troth.kernel.operator import read_operator

carried: set[str] = set()
"""Names of what a visitor's session takes along when somebody signs in, such as a basket; nothing of a person. Rooms
add theirs at start-up; all else is dropped, so that nobody signs in to what another left in the browser."""
_NONCE_BYTES = 12
_TOUCHES = 14
"""A session's row is touched once in this part of its idle time: daily for clients, each minute for staff."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: ``idle`` without any request, ``longest`` whatever happens."""

    idle: timedelta
    longest: timedelta


def limits_of(kind: str) -> Limits:
    """Return the limits of this kind of session."""
    if kind == SessionKind.STAFF:
        return Limits(idle=timedelta(minutes=15), longest=timedelta(hours=12))
    if kind == SessionKind.CLIENT:
        return Limits(idle=timedelta(days=read_operator().numbers.session_idle_days), longest=timedelta(days=30))
    return Limits(idle=timedelta(hours=2), longest=timedelta(hours=12))


class SessionStore(SessionBase):
    """One browser's session. ``subject_id`` is the client or member of staff that it belongs to, or None."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._row: Session | None = None

    # -- Whose it is --------------------------------------------------------------------------------------------------

    @property
    def row(self) -> Session | None:
        """The session's row, or None where there is none yet."""
        self._get_session()  # type: ignore[attr-defined]
        return self._row

    @property
    def subject_id(self) -> UUID | None:
        """Whom the session belongs to, or None for a visitor."""
        row = self.row
        return row.subject_id if row else None

    def begin(self, *, subject_id: UUID, kind: str = SessionKind.CLIENT, kept_sign_in_id: UUID | None = None) -> None:
        """Start a new session for a subject under a new cookie; of a visitor's session, ``carried`` alone is kept."""
        before, taken = self.session_key, self.take_along()
        self._row = _new_row(kind=kind, subject_id=subject_id, kept_sign_in_id=kept_sign_in_id)
        self._session_cache: dict[str, Any] = taken
        self._insert()
        if before:
            self.delete(before)

    def take_along(self) -> dict[str, Any]:
        """Return what of a visitor's session a sign-in keeps; nothing of a session that is somebody's."""
        content = self._get_session()  # type: ignore[attr-defined]
        return {name: content[name] for name in carried if name in content} if self.subject_id is None else {}

    def renew(self) -> None:
        """Give the session a new cookie and keep what it is and holds; done at each step up (ASVS 7.2.4)."""
        old, before = self.row, self.session_key
        content = self._get_session()  # type: ignore[attr-defined]
        self._row = _new_row(
            kind=old.kind if old else SessionKind.VISITOR,
            subject_id=old.subject_id if old else None,
            kept_sign_in_id=old.kept_sign_in_id if old else None,
            ends_at=old.ends_at if old else None,
        )
        self._session_cache = content
        self._insert()
        if before:
            self.delete(before)

    cycle_key = renew

    # -- The engine: what Django's middleware asks for ----------------------------------------------------------------

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing where there is none, or where it has ended."""
        # Read on every page: there is one at most, so the database need put nothing into order.
        row = next(iter(Session.objects.filter(digest=_digest(self.session_key))), None)
        now = clock.now()
        if row is not None and min(row.idle_ends_at, row.ends_at) <= now:
            row.delete()
            row = None
        content = _unseal(self.session_key, row) if row is not None else None
        if row is None or content is None:
            self._session_key = None
            return {}
        self._row = row
        _touch(row, now)
        return dict(self.serializer().loads(content))

    def create(self) -> None:
        """Start a visitor's session under a new cookie."""
        self._row = _new_row(kind=SessionKind.VISITOR)
        self._insert()

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  the signature is Django's
        """Seal and store what the session holds.

        Raises UpdateError where the session was ended meanwhile: an ended session never comes back.
        """
        if self.session_key is None:
            self.create()
            return
        sealed = self._seal()
        if not Session.objects.filter(digest=_digest(self.session_key)).update(sealed=sealed):
            raise UpdateError

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session under this cookie."""
        return Session.objects.filter(digest=_digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """Remove the session under this cookie, or this one."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(digest=_digest(key)).delete()

    def flush(self) -> None:
        """Remove the session and all that it holds."""
        super().flush()
        self._row = None

    def get_expire_at_browser_close(self) -> bool:
        """Every session cookie ends with the browser (J2)."""
        return True

    # -- Inside -------------------------------------------------------------------------------------------------------

    def _insert(self) -> None:
        row = self._row
        if row is None:
            raise CreateError
        self._session_key = new_token()
        self.modified = True
        row.digest = _digest(self._session_key)
        row.sealed = self._seal()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise CreateError from None

    def _seal(self) -> bytes:
        """Return the content under the key that the cookie gives."""
        row = self.row
        content = self._get_session()  # type: ignore[attr-defined]
        if row is None:
            raise UpdateError
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + _cipher(self.session_key).encrypt(nonce, self.serializer().dumps(content), row.id.bytes)


def _new_row(
    *,
    kind: str,
    subject_id: UUID | None = None,
    kept_sign_in_id: UUID | None = None,
    ends_at: datetime | None = None,
) -> Session:
    limits, now = limits_of(kind), clock.now()
    return Session(
        kind=kind,
        subject_id=subject_id,
        kept_sign_in_id=kept_sign_in_id,
        idle_ends_at=now + limits.idle,
        ends_at=ends_at or now + limits.longest,
    )


def _touch(row: Session, now: datetime) -> None:
    """Put the end of the idle time off, but not at each request: how often somebody comes is nobody's business."""
    idle = limits_of(row.kind).idle
    if row.idle_ends_at - now < idle - idle / _TOUCHES:
        row.idle_ends_at, row.seen_on = now + idle, now.date()
        Session.objects.filter(pk=row.pk).update(idle_ends_at=row.idle_ends_at, seen_on=row.seen_on)


def _digest(session_key: str | None) -> bytes:
    return hashlib.sha256((session_key or "").encode()).digest()


def _cipher(session_key: str | None) -> AESGCM:
    return AESGCM(hmac.digest((session_key or "").encode(), b"troth session content", hashlib.sha256))


def _unseal(session_key: str | None, row: Session) -> bytes | None:
    """Return the content, or None where it was changed outside the house: such a session counts as ended."""
    message = bytes(row.sealed)
    try:
        return _cipher(session_key).decrypt(message[:_NONCE_BYTES], message[_NONCE_BYTES:], row.id.bytes)
    except InvalidTag:
        return None
