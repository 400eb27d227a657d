"""The two cookies of ``accounts``, for the public register (J1–J4)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from troth.accounts import kept
from troth.cookies.api import Cookie, Kind, register_cookie


def register_cookies() -> None:
    """Declare both cookies; called once, at start-up."""
    register_cookie(
        Cookie(
            name=settings.SESSION_COOKIE_NAME,
            kind=Kind.SESSION,
            purpose=_(
                "It keeps your way through a form or your sign-in together. It holds a random number, nothing else."
            ),
            set_when=_("When you sign in, or follow a link of one of our mails."),
        )
    )
    register_cookie(
        Cookie(
            name=kept.COOKIE,
            kind=Kind.PERSISTENT,
            purpose=_(
                "It spares you the password on your next visit. It holds a random number that changes with each use, "
                "and never your password."
            ),
            set_when=_("When you sign in and choose “Keep me signed in on this device”."),
            life=kept.life(),
        )
    )
