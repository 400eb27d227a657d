"""Does what a visitor does, on the live system, and leaves nothing: for the checks of ``accounts``.

Everything happens inside transactions on all databases that are rolled back at the end: no account, no key, no index
entry, no mail and no task of it is ever seen by anybody. The names are random, so that nobody's are in the way.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from troth.accounts import kept
from troth.accounts.actions.registration import open_account, verify
from troth.accounts.links import write_code
from troth.accounts.models import Account, LinkKind, MailedLink, Session
from troth.accounts.queries import find_account
from troth.accounts.sessions import SessionStore
from troth.kernel.acting import acting, client
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone

REFUSED = 422
ACCEPTED = 303


class Canary:
    """An invented visitor with a browser."""

    def __init__(self) -> None:
        tag = secrets.token_hex(6)
        self.answers = {
            "name": "Canary Example",
            "email": f"canary-{tag}@example.org",
            "user_name": f"canary-{tag}",
            "password": f"{secrets.token_urlsafe(9)} lamp {secrets.token_urlsafe(9)}",
        }
        # A network of its own, out of the range for documentation: the limits on guessing count a canary for itself.
        network = f"2001:db8:{secrets.randbits(16):x}:{secrets.randbits(16):x}::1"
        self.browser = SiteBrowser(headers={"origin": settings.ENVIRONMENT.site}, REMOTE_ADDR=network)

    @property
    def account(self) -> Account | None:
        """The account that came of it, or None."""
        return find_account(self.answers["user_name"])

    def post(self, page: str, **data: Any) -> Any:
        """Open a page, and send its form."""
        path = reverse(page)
        self.browser.get(path)
        token = self.browser.cookies[settings.CSRF_COOKIE_NAME].value
        return self.browser.post(path, {**data, "csrfmiddlewaretoken": token})

    def join(self, **changes: Any) -> Any:
        """Send the registration form."""
        return self.post("accounts:join", **{**self.answers, **changes})

    def confirm(self) -> Any:
        """Follow the link of the welcome mail, and confirm."""
        account = self.account
        if account is None:
            raise LookupError("There is no account to confirm.")
        link = MailedLink.objects.get(subject_id=account.id, kind=LinkKind.WELCOME)
        self.browser.get(reverse("accounts:welcome_link", kwargs={"code": write_code(link)}))
        return self.post("accounts:confirm", password=self.answers["password"])

    def sign_in(self, *, login: str = "", password: str = "", keep: bool = False) -> Any:
        """Send the sign-in form from a browser that holds nothing."""
        self.browser.cookies.clear()
        given = {
            "login": login or self.answers["user_name"],
            "password": password or self.answers["password"],
            **({"keep": "on"} if keep else {}),
        }
        return self.post("accounts:sign_in", **given)

    def is_signed_in(self) -> bool:
        """Return whether this browser's session belongs to somebody: the sign-in page then sends on."""
        return bool(self.browser.get(reverse("accounts:sign_in")).status_code == ACCEPTED)

    def close_browser(self) -> None:
        """Drop what a browser drops when it is closed: every cookie without a life."""
        for name in [name for name, cookie in self.browser.cookies.items() if not cookie["max-age"]]:
            del self.browser.cookies[name]

    def kept_cookie(self) -> Morsel[str] | None:
        """Return the persistent cookie, or None where the browser holds none."""
        cookie = self.browser.cookies.get(kept.COOKIE)
        return cookie if cookie is not None and cookie.value else None

    def sessions(self) -> int:
        """Return how many sessions belong to the account."""
        account = self.account
        return Session.objects.filter(subject_id=account.id).count() if account else 0


@contextmanager
def vanishing_canary() -> Iterator[Canary]:
    """Give an invented visitor; whatever it did is undone in every database after the block."""
    with undone():
        yield Canary()


@contextmanager
def signed_in_browser() -> Iterator[SiteBrowser]:
    """Give the browser of an invented client that is signed in, for walks over the pages of clients.

    The account is opened by the actions behind the pages and without a password, since writers wait while this lasts.
    """
    with vanishing_canary() as canary:
        account = open_account(values=canary.answers, encoded=make_password(None), welcome=False)
        with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
            verify(account)
        session = SessionStore()
        session.begin(subject_id=account.id)
        canary.browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        yield canary.browser
