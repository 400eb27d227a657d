"""The cookie that belongs to no room in particular: the one that guards forms."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from troth.cookies.register import Cookie, Kind, register_cookie


def register_own_cookies() -> None:
    """Declare the cookie against forged forms; the session's and the kept sign-in's are declared by ``accounts``."""
    register_cookie(
        Cookie(
            name=settings.CSRF_COOKIE_NAME,
            kind=Kind.SESSION,
            purpose=_("It shows us that a form was sent from our own page, and not by another site in your name."),
            set_when=_("When you open a page that has a form."),
            same_site=settings.CSRF_COOKIE_SAMESITE,
        )
    )
