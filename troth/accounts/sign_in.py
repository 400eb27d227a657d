"""Signing in, step by step: a password or passkey, then what else the account asks for, then the session.

A visitor who showed the first thing has a *pending* sign-in in its (still anonymous) session. Each registered step
looks at it and answers with a page, or with None where it has nothing (more) to ask. When all are satisfied the session
begins, under a new cookie. Steps: second factors, coming back to a deactivated account.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from troth.accounts import kept, limits
from troth.accounts.events import Event
from troth.accounts.gates import METHODS, Method, note_fresh
from troth.accounts.models import Account, AccountState, SessionKind
from troth.accounts.queries import find_account, get_account, write_normal_login
from troth.accounts.sessions import SessionStore
from troth.accounts.visitors import see_other
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_token
from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

PENDING_LIFE = timedelta(minutes=15)
"""How long a sign-in that has begun waits for its next step."""
_PENDING = "pending_sign_in"


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun.

    Arguments:
        subject_id: whose.
        methods: what was shown so far, each a ``gates.Method``.
        keep: whether the client asked to be kept signed in.
        next_path: where to go afterwards, a path of this site, or empty.
        password_mark: tells whether the password was changed meanwhile; a changed one ends what was begun before.
        begun_at: when, in ISO 8601.
    """

    subject_id: str
    methods: tuple[str, ...]
    keep: bool
    next_path: str
    password_mark: str
    begun_at: str


Step = Callable[[HttpRequest, Account, Pending], HttpResponse | None]
steps: Registry[str, Step] = Registry("step of the sign-in")
"""Asked in the order in which they were registered."""

staff_of: Registry[str, Callable[[UUID], bool]] = Registry("test of staff")
"""Says whether a subject is a member of staff, whose sessions are shorter; ``staff`` registers one."""


# -- The first thing: a password --------------------------------------------------------------------------------------


def check_sign_in(*, login: str, password: str) -> Account | None:
    """Return the account if the password is right and the account is confirmed; None in every other case.

    A known and an unknown name cost the same: one look-up, one count, one hash.

    Raises TooMany where the next try is not due yet.
    """
    account = find_account(login)
    ref = str(account.id) if account else write_normal_login(login)
    stand_in = _make_stand_in()
    limits.count_try("sign_in", ref)
    right = check_password(password, account.password if account else stand_in, setter=_renew_hash(account, password))
    if account is None or not right:
        return None
    limits.forget_tries("sign_in", ref)
    return None if account.state == AccountState.UNVERIFIED else account


def _renew_hash(account: Account | None, password: str) -> Callable[[str], None]:
    """Return what stores the password anew where its hash is of an older cost."""

    def store(_password: str) -> None:
        if account is not None:
            before, account.password = account.password, make_password(password)
            Account.objects.filter(pk=account.pk, password=before).update(password=account.password)

    return store


@cache
def _make_stand_in() -> str:
    """Return the hash of a password that nobody knows, to spend the same time on an unknown name."""
    return make_password(new_token())


# -- The steps --------------------------------------------------------------------------------------------------------


def begin_sign_in(
    request: HttpRequest, *, account: Account, method: Method, keep: bool = False, next_path: str = ""
) -> HttpResponse:
    """Begin a sign-in after its first thing was shown; return the next page, which may be the last."""
    pending = Pending(
        subject_id=str(account.id),
        methods=(str(method),),
        keep=keep,
        next_path=keep_inside(request, next_path),
        password_mark=_mark_password(account),
        begun_at=clock.now().isoformat(),
    )
    session: SessionStore = request.session  # type: ignore[assignment]
    taken = session.take_along()
    session.flush()
    session.update(taken)
    _store(request, pending)
    return continue_sign_in(request)


def read_pending(request: HttpRequest) -> Pending | None:
    """Return the sign-in that has begun in this browser, or None."""
    stored = request.session.get(_PENDING)
    return Pending(**{**stored, "methods": tuple(stored["methods"])}) if stored else None


def pending_account(request: HttpRequest) -> Account:
    """Return the account of the sign-in that has begun; raise Refused where there is none, or none that still counts.

    It counts no more when it was left lying, or when the password was changed since: whoever has the old one waits
    before no step until it opens.
    """
    pending = read_pending(request)
    account = get_account(UUID(pending.subject_id)) if pending else None
    if pending is None or account is None or not _still_counts(pending, account):
        raise Refused(_("This sign-in has ended."), next_step=_("Begin again on the sign-in page."))
    return account


def pass_step(request: HttpRequest, method: Method) -> HttpResponse:
    """Note that a further thing was shown, and return the next page."""
    account, pending = pending_account(request), read_pending(request)
    if pending is None or pending.subject_id != str(account.id):
        raise Refused(_("This sign-in has ended."), next_step=_("Begin again on the sign-in page."))
    _store(request, replace(pending, methods=(*pending.methods, str(method))))
    return continue_sign_in(request)


def continue_sign_in(request: HttpRequest) -> HttpResponse:
    """Return the page of the first step that still asks for something, or begin the session."""
    account, pending = pending_account(request), read_pending(request)
    if pending is None:
        raise Refused(_("This sign-in has ended."), next_step=_("Begin again on the sign-in page."))
    for step in steps:
        response = step(request, account, pending)
        if response is not None:
            return response
    return _complete(request, account, pending)


def _complete(request: HttpRequest, account: Account, pending: Pending) -> HttpResponse:
    """Begin the session. Only an active account has one (G1); who is staff is never kept signed in (A4).

    The account is locked and looked at once more: a new password or a deactivation, which end all sessions, may have
    come between.
    """
    session: SessionStore = request.session  # type: ignore[assignment]
    kind = _kind_of(account.id)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT), transaction.atomic():
        present = Account.objects.select_for_update().filter(pk=account.pk).first()
        if present is None or not present.is_active:
            raise AccessDenied(_("This account cannot be used now."), next_step=_("Write to customer support."))
        if not _still_counts(pending, present):
            raise Refused(_("This sign-in has ended."), next_step=_("Begin again on the sign-in page."))
        kept.stop_keeping(request)
        kept_sign_in = kept.start_keeping(request, account.id) if pending.keep and kind == SessionKind.CLIENT else None
        session.begin(subject_id=account.id, kind=kind, kept_sign_in_id=kept_sign_in)
        record(event=Event.SIGNED_IN, subject_id=account.id)
    session[METHODS] = list(pending.methods)
    note_fresh(request)
    rotate_token(request)
    return see_other(pending.next_path or find_home(request))


homes: Registry[str, Callable[[HttpRequest], str]] = Registry("page after signing in")
"""Rooms that may have something begun for a client to go on with: return its path, or an empty text."""


def find_home(request: HttpRequest | None = None) -> str:
    """Return where a client goes after signing in: what it had begun, the Admin page, or the home page."""
    if request is not None and (begun := next(filter(None, (home(request) for home in homes)), "")):
        return begun
    try:
        return reverse("rights:admin")
    except NoReverseMatch:
        return "/"


def _kind_of(subject_id: UUID) -> str:
    return SessionKind.STAFF if any(is_staff(subject_id) for is_staff in staff_of) else SessionKind.CLIENT


def _store(request: HttpRequest, pending: Pending) -> None:
    request.session[_PENDING] = asdict(pending)


def _still_counts(pending: Pending, account: Account) -> bool:
    age = clock.now() - datetime.fromisoformat(pending.begun_at)
    return timedelta(0) <= age < PENDING_LIFE and pending.password_mark == _mark_password(account)


def _mark_password(account: Account) -> str:
    """Return what changes with the password's hash; it lies in the sealed session, and tells nothing of either."""
    return hashlib.sha256(account.password.encode()).hexdigest()


def keep_inside(request: HttpRequest, path: str) -> str:
    """Return the path if it is one of this site, or an empty string: nobody is sent elsewhere after signing in."""
    inside = path.startswith("/") and url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=True
    )
    return path if inside else ""
