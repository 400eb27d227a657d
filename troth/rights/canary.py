"""An invented client, signed in, for the checks of this room: it does what clients do, and leaves nothing.

Everything happens inside transactions on all databases that are undone at the end. The client is made by the accounts'
own actions and not by their pages, so that a closed registration does not blind the checks of the Admin page.
"""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.http import HttpRequest
from django.urls import reverse

from troth.accounts.api import Account, Profile, get_account, mark_fresh, open_account, verify
from troth.kernel.acting import Acting, acting, client
from troth.kernel.crawl import SiteBrowser
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.vault.api import Attribute, Choice, Choices


class Canary:
    """An invented client with a browser."""

    def __init__(self) -> None:
        self.tag = secrets.token_hex(5)
        self.values = {
            "name": f"Canary {self.tag}",
            "email": f"canary-{self.tag}@example.org",
            "user_name": f"canary-{self.tag}",
        }
        account = open_account(
            values=self.values, encoded=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20), welcome=False
        )
        self.subject_id = account.id
        with self.acting():
            verify(account)
        self.browser = SiteBrowser(headers={"origin": settings.ENVIRONMENT.site})
        self._sign_in()

    def acting(self) -> AbstractContextManager[Acting]:
        """Act as this client."""
        return acting(actor=client(self.subject_id), purpose=Purpose.ACCOUNT)

    @property
    def account(self) -> Account:
        """The account as it stands now."""
        account = get_account(self.subject_id)
        if account is None:
            raise LookupError("The invented account is gone.")
        return account

    @property
    def profile(self) -> Profile:
        """The details as they stand now."""
        profile = Profile.of(self.subject_id)
        if profile is None:
            raise LookupError("The invented client has no details.")
        return profile

    def count_values(self) -> int:
        """Return how many values are given."""
        with self.acting():
            return sum(value is not None for value in self.profile.open().values())

    def give_details(self) -> dict[str, str]:
        """Give a value for every declared detail; return what a reader must see of each, name to text."""
        profile = self.profile
        with self.acting():
            for name, attribute in Profile.sealed_attributes.items():
                if name not in self.values:
                    setattr(profile, name, _invent(attribute, self.tag))
            profile.save()
            opened = self.profile.open()
            kinds = {name: attribute.kind for name, attribute in Profile.sealed_attributes.items()}
            return {name: opened.show(name) for name, kind in kinds.items() if kind != "json"}

    def get(self, page: str, **parts: Any) -> str:
        """Open a page and return its text; an empty one where it does not answer."""
        answer = self.browser.get(reverse(page, kwargs=parts or None))
        return answer.content.decode() if answer.status_code == 200 else ""

    def post(self, page: str, data: dict[str, Any] | None = None, **parts: Any) -> Any:
        """Send a page's form; return the answer."""
        path = reverse(page, kwargs=parts or None)
        token = self.browser.cookies[settings.CSRF_COOKIE_NAME].value
        return self.browser.post(path, {**(data or {}), "csrfmiddlewaretoken": token})

    def address_of(self, name: str) -> dict[str, Any]:
        """Return the parts of the address of one detail's own pages."""
        return {"label": Profile._meta.label, "row_id": self.profile.pk, "name": name}

    def _sign_in(self) -> None:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore()
        request.session.begin(subject_id=self.subject_id)  # type: ignore[attr-defined]
        mark_fresh(request)
        request.session.save()
        self.browser.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
        # Any page with a form gives the cookie that every form is held to.
        self.browser.get(reverse("rights:ask"))


@contextmanager
def vanishing_canary() -> Iterator[Canary]:
    """Give an invented client; whatever it did is undone in every database after the block."""
    with undone():
        yield Canary()


def _invent(attribute: Attribute, tag: str) -> Any:
    """Return a value of the attribute's kind, with the tag in it where the kind has room for one."""
    number = int(tag, 16)
    if isinstance(attribute, Choice):
        return attribute.choices[-1][0]
    if isinstance(attribute, Choices):
        return [attribute.choices()[-1][0]]
    address = {"street_address": f"{number % 9000 + 1} Canary Street", "city": "New York", "postal_code": "10001"}
    invented = {
        "telephone": f"+1212555{number % 10_000:04}",
        "postal_address": address | {"country_code": "US", "country_area": "NY"},
        "date": "1970-01-02",
        "json": {"canary": tag},
    }
    return invented.get(attribute.kind, f"{attribute.name} {tag}")
