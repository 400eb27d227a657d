"""The deliberate breaches of second factors (A2) and of what details change (B4), for the drills."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from troth.accounts import preferences, views_steps
from troth.accounts.factors import codes
from troth.accounts.gates import Method
from troth.accounts.preferences import Preferences
from troth.accounts.sign_in import steps
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
