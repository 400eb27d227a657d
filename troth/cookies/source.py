"""What the start checks of cookies: that each one which the program can set is declared, and that the guard stands."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

from troth.cookies.register import declared
from troth.kernel.named_calls import find_calls

GUARD = "troth.cookies.middleware.CookieGuard"
_METHODS = ("set_cookie", "set_signed_cookie")
_SETTINGS = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")


def check_cookies(**_options: Any) -> list[checks.CheckMessage]:
    """Refuse to start with a cookie, in the source or the settings, that the register does not know (J1)."""
    return [*_check_guard(), *_check_settings(), *_check_source()]


def _check_guard() -> Iterator[checks.CheckMessage]:
    if settings.MIDDLEWARE[:1] != [GUARD]:
        yield checks.Error(
            "The guard of cookies does not stand first, and so would not touch each answer last.", id="troth.E014"
        )


def _check_settings() -> Iterator[checks.CheckMessage]:
    for name in _SETTINGS:
        if getattr(settings, name) not in declared:
            yield checks.Error(f"The cookie that {name} names is not in the register.", id="troth.E012")


def _check_source() -> Iterator[checks.CheckMessage]:
    for call in find_calls(_METHODS):
        if call.name is None:
            yield checks.Error(f"{call.place} sets a cookie whose name the source does not tell.", id="troth.E013")
        elif call.name not in declared:
            yield checks.Error(
                f"{call.place} sets a cookie that is not in the register.",
                hint="Declare it with cookies.api.register_cookie: kind, purpose and life.",
                id="troth.E012",
            )
