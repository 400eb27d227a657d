"""The deliberate breaches of second factors (A2), of what details change (B4), and of account mails (G1)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

from troth.accounts import preferences, views_steps
from troth.accounts.factors import codes
from troth.accounts.gates import Method
from troth.accounts.mails import MOST_TRIES
from troth.accounts.models import Account, AccountState, Message
from troth.accounts.preferences import Preferences
from troth.accounts.sign_in import steps
from troth.kernel import clock
from troth.kernel.sabotage import meddle, rewrite_html, swap


@contextmanager
def skip_second_factor() -> Iterator[None]:
    """Take the step out of the sign-in."""
    step = steps.withdraw("second_factor")
    try:
        yield
    finally:
        later = steps.withdraw("coming_back")
        steps.register("second_factor", step)
        steps.register("coming_back", later)


def forget_used_codes() -> AbstractContextManager[None]:
    """Let no code count as used."""
    return swap(codes, "_use_step", lambda _factor, _step: True)


def accept_any_code() -> AbstractContextManager[None]:
    """Take whatever was typed for a code."""
    return swap(views_steps, "check_any_code", lambda _subject, _code: Method.CODE)


def read_no_preferences() -> AbstractContextManager[None]:
    """Let the site believe that nothing was chosen."""
    return swap(preferences, "_read", lambda _profile: Preferences())


def drop_greeting() -> AbstractContextManager[None]:
    """Take the greeting out of every page."""
    return meddle(rewrite_html("Canary of the morning", ""))


def give_a_mail_up() -> AbstractContextManager[None]:
    """Let a welcome mail have been tried as often as it may be, and never have left."""
    return _waiting_mail(tries=MOST_TRIES)


def lose_a_mail() -> AbstractContextManager[None]:
    """Let a welcome mail wait since yesterday, and nobody have tried."""
    return _waiting_mail(tries=0)


@contextmanager
def _waiting_mail(*, tries: int) -> Iterator[None]:
    now = clock.now()
    account = Account.objects.create(state=AccountState.UNVERIFIED)
    row = Message.objects.create(
        subject_id=account.pk,
        kind="welcome",
        tries=tries,
        made_at=now - timedelta(days=1),
        next_try_at=now + timedelta(days=365),  # no worker may take it meanwhile
    )
    try:
        yield
    finally:
        row.delete()
        account.delete()
