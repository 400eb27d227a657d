"""Who is let in to a page of clients: ``client`` and ``client:fresh`` (see ``kernel.pages``)."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from troth.accounts.models import Account
from troth.accounts.visitors import current_account, see_other
from troth.kernel import clock
from troth.kernel.pages import CLIENT, FRESH, gates, redirect_to_sign_in

_FRESH_AT = "fresh_at"
METHODS = "methods"
"""Where the session holds by what the client showed to be the one: a list of ``Method``."""


class Method(StrEnum):
    """By what a client showed to be the one."""

    PASSWORD = "password"  # noqa: S105  the name of a method
    PASSKEY = "passkey"
    CODE = "code"
    RECOVERY_CODE = "recovery_code"
    KEPT = "kept"


SECOND_FACTORS = frozenset({Method.PASSKEY, Method.CODE, Method.RECOVERY_CODE})


def register_gates() -> None:
    """Answer for the two kinds of access; called once, at start-up."""
    gates.register(CLIENT, admit_client)
    gates.register(FRESH, admit_fresh_client)


def admit_client(request: HttpRequest) -> HttpResponse | None:
    """Let a client in whose account is active; send anybody else to sign in."""
    account = current_account(request)
    return None if account is not None and account.is_active else redirect_to_sign_in(request)


def admit_fresh_client(request: HttpRequest) -> HttpResponse | None:
    """Let a client in that showed just now to be the one; send others to show it, and then back."""
    turned_away = admit_client(request)
    if turned_away is not None or is_fresh(request):
        return turned_away
    back = request.get_full_path() if request.method == "GET" else ""
    return see_other("accounts:confirm_identity", query={"next": back} if back else None)


def mark_fresh(request: HttpRequest) -> None:
    """Note that the client showed just now to be the one, under a new session cookie."""
    note_fresh(request)
    request.session.renew()  # type: ignore[attr-defined]


def note_fresh(request: HttpRequest) -> None:
    """Note that the client showed just now to be the one, in a session that has a new cookie already."""
    request.session[_FRESH_AT] = clock.now().isoformat()


def is_fresh(request: HttpRequest) -> bool:
    """Return whether the client showed to be the one within ``settings.REAUTHENTICATION_AGE``."""
    marked = request.session.get(_FRESH_AT)
    if not marked:
        return False
    age = clock.now() - datetime.fromisoformat(marked)
    return timedelta(0) <= age < timedelta(seconds=settings.REAUTHENTICATION_AGE)


def used_second_factor(request: HttpRequest) -> bool:
    """Return whether this session was begun or stepped up with a passkey or a code, and not by a password alone."""
    session = getattr(request, "session", None)  # a request that was refused at the door has none
    return session is not None and not SECOND_FACTORS.isdisjoint(session.get(METHODS, []))


def is_signed_in(request: HttpRequest) -> bool:
    """Return whether an active client is signed in; for what pages show, not for what they allow."""
    account: Account | None = current_account(request)
    return account is not None and account.is_active
