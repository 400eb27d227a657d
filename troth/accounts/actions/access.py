"""Ending access: sign-out, ending sessions, a new password by reset."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from troth.accounts import kept, limits, mails
from troth.accounts.actions.registration import verify
from troth.accounts.events import Event
from troth.accounts.links import end_links, make_link, use_link
from troth.accounts.models import Account, LinkKind, MailedLink, Session
from troth.accounts.queries import find_account
from troth.accounts.visitors import current_subject
from troth.kernel.acting import acting, client
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

RESET = "reset"
RESET_DONE = "reset_done"
_RESETS_AN_HOUR = 3


def sign_out(request: HttpRequest) -> None:
    """End this browser's session and its kept sign-in."""
    subject_id = current_subject(request)
    row = request.session.row  # type: ignore[attr-defined]
    kept.stop_keeping(request)
    if subject_id is not None:
        with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT):
            if row is not None and row.kept_sign_in_id is not None:
                # The browser may hold an older token than the table; the series ends whichever it shows.
                kept.end_series(subject_id, series_id=row.kept_sign_in_id)
            record(event=Event.SIGNED_OUT, subject_id=subject_id)
    request.session.flush()


def end_sessions(subject_id: UUID, *, but: UUID | None = None) -> int:
    """End all sessions and kept sign-ins of a subject, but the session with this id; return how many sessions ended.

    Must run with somebody acting: the row in the ledger says who ended them.
    """
    with transaction.atomic():
        chosen = Session.objects.filter(subject_id=subject_id)
        if but is not None:
            chosen = chosen.exclude(pk=but)
        ended = chosen.delete()[0]
        kept.end_series(subject_id)
        if ended:
            record(event=Event.SESSIONS_ENDED, subject_id=subject_id, count=ended)
    return ended


def end_session(subject_id: UUID, *, session_id: UUID) -> None:
    """End one session of a subject, with the kept sign-in that it came of; nothing happens where it is another's.

    Must run with somebody acting: the row in the ledger says who ended it.
    """
    with transaction.atomic():
        session = Session.objects.filter(subject_id=subject_id, pk=session_id).first()
        if session is None:
            return
        if session.kept_sign_in_id is not None:
            kept.end_series(subject_id, series_id=session.kept_sign_in_id)
        session.delete()
        record(event=Event.SESSIONS_ENDED, subject_id=subject_id, count=1)


def ask_reset(login: str) -> None:
    """Send the link for a new password to the owner of this user name or address; whoever asks is told nothing."""
    account = find_account(login)
    if account is None:
        return
    lately = mails.was_asked_since(subject_id=account.id, kind=RESET, span=timedelta(hours=1))
    if lately >= _RESETS_AN_HOUR:
        return
    minutes = read_operator().numbers.reset_link_minutes
    with acting(actor=client(account.id), purpose=Purpose.SECURITY), transaction.atomic():
        link = make_link(subject_id=account.id, kind=LinkKind.RESET, life=timedelta(minutes=minutes))
        record(event=Event.RESET_ASKED, subject_id=account.id)
        mails.ask_for_mail(subject_id=account.id, kind=RESET, facts={"link": str(link.id)})


def set_password_by_link(*, link: MailedLink, password: str) -> None:
    """Set a new password by a reset link: everything that was signed in ends, and the owner is told.

    The link proves the address, so an account that still waited for confirmation is confirmed by it. A second factor is
    not touched: it is asked at the next sign-in as ever.

    Raises LinkRefused where somebody used the link meanwhile.
    """
    encoded = make_password(password)
    with acting(actor=client(link.subject_id), purpose=Purpose.SECURITY), transaction.atomic():
        use_link(link)
        account = Account.objects.select_for_update().get(pk=link.subject_id)
        store_password(account, encoded)
        verify(account)
        record(event=Event.RESET_DONE, subject_id=account.id)
        mails.ask_for_mail(subject_id=account.id, kind=RESET_DONE)


def forget_failures(account: Account) -> None:
    """Forget the failed tries to sign in, so that the client can try at once; it opens nothing and changes no password.

    Act as whoever does it for the client, on a case.
    """
    with transaction.atomic():
        for kind in ("sign_in", "confirm", "confirm_identity"):
            limits.forget_tries(kind, str(account.id))
        record(event=Event.FAILURES_FORGOTTEN, subject_id=account.id)


def store_password(account: Account, encoded: str, *, but: UUID | None = None) -> None:
    """Store the hash of a new password, in the caller's transaction; end what was signed in, but this session.

    Mailed links that change who can sign in end as well: whoever asked for them may be why the password is changed.
    """
    account.password = encoded
    account.save(update_fields=["password"])
    end_sessions(account.id, but=but)
    end_links(account.id, LinkKind.RESET, LinkKind.EMAIL_CHANGE)
    for kind in ("sign_in", "confirm", "confirm_identity"):
        limits.forget_tries(kind, str(account.id))
