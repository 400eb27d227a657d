"""Passkeys in Chromium, with its virtual authenticator: made, enough alone, asked after the password, refused."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.factories.accounts import PASSWORD, make_account

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(transactional_db: None, settings: Any) -> Iterator[str]:
    """A server of this test's own at ``localhost``, which browsers trust with passkeys also by plain HTTP."""
    from troth.vault.keyring import ensure_epoch

    ensure_epoch()
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    server = LiveServer("127.0.0.1")
    url = server.url.replace("127.0.0.1", "localhost")
    # A passkey answers to the site's own address alone, so this server is the site.
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, site=url)
    yield url
    server.stop()
    for path in settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


class Visitor:
    """A browser with an authenticator, and the ways that its person goes."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_context().new_page()
        self.address = address
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("WebAuthn.enable")
        added = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.authenticator = added["authenticatorId"]

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def sign_in(self) -> None:
        self.go("/sign-in/")
        self.page.get_by_label("User name or e-mail address").fill("ada")
        self.page.locator("#id_password").fill(PASSWORD)
        self.page.locator("main").get_by_role("button", name="Sign in", exact=True).click()

    def sign_out(self) -> None:
        self.go("/sign-out/")
        self.page.locator("main").get_by_role("button", name="Sign out").click()
        self.page.wait_for_url("**/signed-out/")

    def make_passkey(self) -> None:
        self.go("/admin/factors/passkey/")
        self.page.locator("#id_label").fill("this machine")
        self.press("Make the passkey")
        self.page.wait_for_url("**/recovery-codes/")

    def list_passkeys(self) -> list[Any]:
        found = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return list(found["credentials"])


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    make_account()
    one = Visitor(browser, address)
    one.sign_in()
    one.page.wait_for_url("**/admin/")
    yield one
    assert one.complaints == []
    one.page.context.close()


def test_a_passkey_is_made_and_is_then_enough_alone(visitor: Visitor) -> None:
    visitor.make_passkey()
    assert len(visitor.list_passkeys()) == 1
    visitor.go("/admin/factors/")
    assert visitor.page.get_by_text("this machine").is_visible()
    visitor.sign_out()
    visitor.go("/sign-in/passkey/")
    visitor.press("Use a passkey")
    visitor.page.wait_for_url("**/admin/")
    visitor.go("/admin/factors/")
    assert visitor.page.get_by_text("used last on").is_visible()


def test_after_the_password_a_passkey_is_asked(visitor: Visitor) -> None:
    visitor.make_passkey()
    visitor.sign_out()
    visitor.sign_in()
    visitor.page.wait_for_url("**/sign-in/code/")
    visitor.page.get_by_role("link", name="Use a passkey").click()
    visitor.press("Use a passkey")
    visitor.page.wait_for_url("**/admin/")
    visitor.go("/admin/factors/")
    assert visitor.page.get_by_text("used last on").is_visible()


def test_a_passkey_that_was_removed_opens_nothing(visitor: Visitor) -> None:
    visitor.make_passkey()
    visitor.go("/admin/factors/")
    visitor.page.get_by_role("link", name="Remove it").click()
    visitor.press("Remove it")
    visitor.page.wait_for_url("**/admin/factors/")
    visitor.sign_out()
    visitor.go("/sign-in/passkey/")
    visitor.press("Use a passkey")
    visitor.page.get_by_text("This passkey was not accepted.").wait_for()
    visitor.go("/admin/factors/")
    assert "/sign-in/" in visitor.page.url


def test_a_device_that_does_not_know_its_person_makes_none(visitor: Visitor) -> None:
    state = {"authenticatorId": visitor.authenticator, "isUserVerified": False}
    visitor.devtools.send("WebAuthn.setUserVerified", state)
    visitor.go("/admin/factors/passkey/")
    visitor.press("Make the passkey")
    visitor.page.get_by_text("No passkey came").wait_for()
    assert visitor.list_passkeys() == []


def test_without_javascript_the_page_says_what_is_missing(browser: Browser, visitor: Visitor) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(visitor.address + "/sign-in/passkey/")
    assert page.get_by_text("Passkeys need JavaScript").is_visible()
    assert page.get_by_role("link", name="Sign in with a password").is_visible()
    page.context.close()
