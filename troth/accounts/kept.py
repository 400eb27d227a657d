"""Keep me signed in (J3, J4): a persistent cookie, only for who asks, that spares the password on the next visit.

The cookie holds a series' id and a token, never anything of the password. Each use gives a new token; the series stays.
A token that was used before is a copy: then the whole series ends with all its sessions, and its owner is told.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from troth.accounts import mails
from troth.accounts.events import Event
from troth.accounts.models import Account, AccountState, KeptSignIn, Session
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.ids import new_id, new_token
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

COOKIE = "__Host-keep"
COPIED = "kept_sign_in_copied"
SAME_MOMENT = timedelta(seconds=20)
"""A browser that opens several pages at once shows the same token more than once; for so long that is no copy."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A visit that begins by a kept sign-in."""

    subject_id: UUID
    kept_sign_in_id: UUID


def life() -> timedelta:
    """Return how long a kept sign-in lasts after its last use."""
    return timedelta(days=read_operator().numbers.keep_signed_in_days)


def start_keeping(request: HttpRequest, subject_id: UUID) -> UUID:
    """Start a series, have its cookie set with the answer to this request, and return the series' id."""
    token = new_token()
    series = KeptSignIn.objects.create(
        id=new_id(), subject_id=subject_id, digest=_digest(token), ends_at=clock.now() + life()
    )
    record(event=Event.KEPT_SIGN_IN_STARTED, subject_id=subject_id)
    _set_cookie(request, f"{series.id}.{token}")
    return series.id


def stop_keeping(request: HttpRequest) -> None:
    """End the series of this browser, if it has one, and have its cookie removed."""
    value = request.COOKIES.get(COOKIE)
    if not value:
        return
    series, token = _find(value)
    if series is not None and hmac.compare_digest(bytes(series.digest), _digest(token)):
        with acting(actor=client(series.subject_id), purpose=Purpose.ACCOUNT):
            end_series(series.subject_id, series_id=series.id)
    _set_cookie(request, "")


def end_series(subject_id: UUID, *, series_id: UUID | None = None) -> int:
    """End one series of a subject, or all; return how many. A session that it began goes on until it ends itself.

    Must run with somebody acting: the row in the ledger says who ended it.
    """
    chosen = KeptSignIn.objects.filter(subject_id=subject_id)
    if series_id is not None:
        chosen = chosen.filter(pk=series_id)
    with transaction.atomic():
        ids = list(chosen.values_list("id", flat=True))
        if ids:
            KeptSignIn.objects.filter(pk__in=ids).delete()
            record(event=Event.KEPT_SIGN_IN_ENDED, subject_id=subject_id, count=len(ids))
    return len(ids)


def resume(request: HttpRequest) -> Resumed | None:
    """Return whom this browser's kept sign-in signs in, or None; its cookie is renewed or removed with the answer."""
    value = request.COOKIES.get(COOKIE, "")
    series, token = _find(value)
    if series is None:
        _set_cookie(request, "")
        return None
    with transaction.atomic(), acting(actor=client(series.subject_id), purpose=Purpose.SECURITY):
        locked = KeptSignIn.objects.select_for_update().filter(pk=series.pk, ends_at__gt=clock.now()).first()
        active = Account.objects.filter(pk=series.subject_id, state=AccountState.ACTIVE).exists()
        if locked is None or not active:
            _set_cookie(request, "")
            return None
        if hmac.compare_digest(bytes(locked.digest), _digest(token)):
            _rotate(request, locked)
        elif not _is_same_moment(locked, token):
            _end_copied(locked)
            _set_cookie(request, "")
            return None
        record(event=Event.SIGNED_IN, subject_id=series.subject_id)
    return Resumed(subject_id=series.subject_id, kept_sign_in_id=series.id)


def write_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Set or remove the cookie, where something was decided about it while the request was answered."""
    value: str | None = getattr(request, "_troth_kept", None)
    if value:
        response.set_cookie(COOKIE, value, max_age=life(), path="/", secure=True, httponly=True, samesite="Lax")
    elif value == "" and COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path="/", samesite="Lax")


def _rotate(request: HttpRequest, series: KeptSignIn) -> None:
    token, now = new_token(), clock.now()
    series.digest_before, series.digest = series.digest, _digest(token)
    series.rotated_at, series.used_on, series.ends_at = now, now.date(), now + life()
    series.save()
    _set_cookie(request, f"{series.id}.{token}")


def _is_same_moment(series: KeptSignIn, token: str) -> bool:
    before = bytes(series.digest_before or b"")
    return hmac.compare_digest(before, _digest(token)) and clock.now() - series.rotated_at < SAME_MOMENT


def _end_copied(series: KeptSignIn) -> None:
    Session.objects.filter(kept_sign_in_id=series.id).delete()
    KeptSignIn.objects.filter(pk=series.pk).delete()
    record(event=Event.KEPT_SIGN_IN_COPIED, subject_id=series.subject_id)
    mails.ask_for_mail(subject_id=series.subject_id, kind=COPIED)


def _find(value: str) -> tuple[KeptSignIn | None, str]:
    series_id, _dot, token = value.partition(".")
    try:
        return KeptSignIn.objects.filter(pk=UUID(series_id)).first(), token
    except ValueError:
        return None, ""


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _set_cookie(request: HttpRequest, value: str) -> None:
    request._troth_kept = value  # type: ignore[attr-defined]  # noqa: SLF001
