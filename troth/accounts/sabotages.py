"""The deliberate breaches of B1 to B3, G1 and J2 to J4, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from troth.accounts import kept, sign_in
from troth.accounts.actions import access, registration
from troth.accounts.forms import JoinForm
from troth.accounts.models import Account, AccountState, KeptSignIn, Profile, Session, SessionKind
from troth.accounts.queries import find_account
from troth.accounts.sessions import SessionStore
from troth.kernel import clock
from troth.kernel.ids import new_id, new_token
from troth.kernel.operator import read_operator
from troth.kernel.sabotage import meddle, swap


def accept_any_password() -> AbstractContextManager[None]:
    """Let every comparison of a password succeed at the sign-in."""
    return swap(sign_in, "check_password", lambda *_given, **_more: True)


def keep_session_at_sign_out() -> AbstractContextManager[None]:
    """Let signing out do nothing, and let the browser keep its cookie."""
    return swap(access, "sign_out", lambda _request: None)


@contextmanager
def ask_telephone() -> Iterator[None]:
    """Put a required telephone number into the registration form."""
    meta = JoinForm.Meta
    with ExitStack() as stack:
        stack.enter_context(swap(meta, "attributes", (*meta.attributes, "telephone")))
        stack.enter_context(swap(Profile.telephone, "required", value=True))
        yield


def take_nameless() -> AbstractContextManager[None]:
    """Let the name be left out."""
    return swap(Profile.name, "required", value=False)


def note_for_all() -> AbstractContextManager[None]:
    """Note everybody who joins for every service."""
    open_account = registration.open_account

    def open_with_all(*, values: Any, **more: Any) -> Account:
        return open_account(values={**values, "interests": list(read_operator().interests)}, **more)

    return swap(registration, "open_account", open_with_all)


def record_nothing() -> AbstractContextManager[None]:
    """Keep the choice without a record of it."""
    return swap(registration, "record_interests", lambda _chosen: {})


@contextmanager
def admit_unconfirmed() -> Iterator[None]:
    """Let an account through that has the right password, wherever it stands."""

    def check(*, login: str, password: str) -> Account | None:
        account = find_account(login)
        return account if account and check_password(password, account.password) else None

    with swap(sign_in, "check_sign_in", check), swap(Account, "is_active", value=True):
        yield


@contextmanager
def begin_unconfirmed_session() -> Iterator[None]:
    """Put an unconfirmed account and a session of it straight into the tables."""
    account = Account.objects.create(id=new_id(), state=AccountState.UNVERIFIED, password=make_password(new_token()))
    later = clock.now() + timedelta(days=1)
    session = Session.objects.create(
        digest=account.id.bytes * 2,
        subject_id=account.id,
        kind=SessionKind.CLIENT,
        sealed=b"",
        idle_ends_at=later,
        ends_at=later,
    )
    try:
        yield
    finally:
        session.delete()
        account.delete()


@contextmanager
def let_session_cookie_last() -> Iterator[None]:
    """Give the session cookie two weeks, and take the guard of cookies away."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        """Nothing: only the guard is taken away."""

    with (
        swap(SessionStore, "get_expire_at_browser_close", lambda _store: False),
        meddle(change, without="troth.cookies.middleware.CookieGuard"),
    ):
        yield


def keep_everybody() -> AbstractContextManager[None]:
    """Keep every sign-in, asked for or not."""
    begin = sign_in.begin_sign_in

    def begin_kept(request: HttpRequest, **given: Any) -> Any:
        return begin(request, **{**given, "keep": True})

    return swap(sign_in, "begin_sign_in", begin_kept)


def rotate_nothing() -> AbstractContextManager[None]:
    """Leave the token as it is at each use."""
    return swap(kept, "_rotate", lambda _request, _series: None)


def store_token() -> AbstractContextManager[None]:
    """Store the token itself in place of its digest."""
    return swap(kept, "_digest", lambda token: token.encode())


def overlook_copies() -> AbstractContextManager[None]:
    """Take every old token for one of the same moment."""

    def is_old(series: KeptSignIn, token: str) -> bool:
        return bytes(series.digest_before or b"") == kept._digest(token)  # noqa: SLF001  the very part is broken

    return swap(kept, "_is_same_moment", is_old)
