"""Other ways in: with a passkey, by keyboard alone, kept signed in, with a forgotten password."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browsing import PASSWORD, Visitor
from tests.devices import authenticator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]

FOCUS = """
(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const label = element.labels?.[0]?.innerText ?? element.innerText ?? "";
  return {name: element.getAttribute("name") ?? "", words: label.trim(), tag: element.tagName, seen};
})()
"""
MOST_TABS = 60


def test_a_client_adds_a_passkey_and_signs_in_with_nothing_else(come: Come) -> None:
    with come() as visitor, authenticator(visitor.page):
        address = visitor.join("keyholder")
        visitor.open("/admin/factors/")
        visitor.follow("Add a passkey")
        visitor.prove_again()
        visitor.fill(label="The key of the desk")
        visitor.press("Make the passkey")
        visitor.open("/admin/factors/")
        visitor.reads("The key of the desk")
        visitor.read_mail(to=address, subject="A new way to sign in")
        visitor.sign_out()
        visitor.open("/sign-in/")
        visitor.follow("Sign in with a passkey")
        visitor.press("Use a passkey")
        visitor.open("/admin/")
        visitor.reads("Journey keyholder", "The key of the desk")
        visitor.sign_out()
        visitor.sign_in("keyholder")
        visitor.reads("One thing more")
        visitor.open("/admin/")
        assert "/sign-in/" in visitor.page.url, "The password alone opened an account with a second factor."


def test_a_client_who_only_uses_the_keyboard_joins_and_corrects(come: Come) -> None:
    with come() as visitor:
        keyboard = Keyboard(visitor)
        visitor.open("/join/")
        keyboard.type("name", "Keyboard Journey")
        keyboard.type("email", "keyboard@journeys.example.org")
        keyboard.type("user_name", "keyboard")
        keyboard.type("password", PASSWORD)
        keyboard.go_to("Send me the confirmation mail")
        keyboard.press_enter()
        visitor.follow_mail(to="keyboard@journeys.example.org", subject="", part="/join/confirm/")
        keyboard.type("password", PASSWORD)
        keyboard.press_enter()
        visitor.open("/admin/")
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate(FOCUS)["words"] == "Skip to the content"
        visitor.page.keyboard.press("Enter")
        keyboard.go_to("Correct: Name")
        keyboard.press_enter()
        visitor.page.locator("[name=name]").evaluate("element => element.value = ''")
        keyboard.type("name", "Keyboard Corrected")
        keyboard.press_enter()
        visitor.reads("Keyboard Corrected")


class Keyboard:
    """Tab, letters and Enter; wherever the focus stands, it must be seen."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor, self._page = visitor, visitor.page

    def go_to(self, wanted: str) -> None:
        """Press Tab until the focus stands on what has this name or these words."""
        for _ in range(MOST_TABS):
            self._page.keyboard.press("Tab")
            focus = self._page.evaluate(FOCUS)
            assert focus["seen"] or focus["tag"] == "BODY", f"The focus on {focus} cannot be seen."
            if wanted in (focus["name"], " ".join(focus["words"].split()).replace(" :", ":")):
                return
        raise AssertionError(f"{wanted} was not reached by {MOST_TABS} presses of Tab.")

    def type(self, name: str, text: str) -> None:
        """Go to an input and type into it."""
        self.go_to(name)
        self._page.keyboard.insert_text(text)

    def press_enter(self) -> None:
        """Press Enter, and wait for the page that comes of it."""
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")
        self._visitor.look()


def test_a_client_is_kept_signed_in_only_when_asked_for(come: Come) -> None:
    with come() as visitor:
        visitor.join("keeper")
        visitor.sign_out()
        visitor.sign_in("keeper")
        assert [cookie for cookie in visitor.page.context.cookies() if cookie["expires"] != -1] == []
        visitor.sign_out()
        visitor.open("/sign-in/")
        visitor.fill(login="keeper", password=PASSWORD)
        visitor.page.locator("[name=keep]").check()
        visitor.press("Sign in")
        close_browser(visitor)
        visitor.open("/admin/")
        visitor.reads("Journey keeper")


def close_browser(visitor: Visitor) -> None:
    """Drop what a browser drops when it is closed."""
    context = visitor.page.context
    kept = [cookie for cookie in context.cookies() if cookie["expires"] != -1]
    assert len(kept) == 1
    context.clear_cookies()
    context.add_cookies(kept)  # type: ignore[arg-type]


def test_a_forgotten_password_is_set_anew_by_mail(come: Come) -> None:
    with come() as visitor:
        address = visitor.join("forgetful")
        visitor.sign_out()
        visitor.open("/sign-in/")
        visitor.follow("I forgot my password")
        visitor.fill(login="forgetful")
        visitor.go(visitor.page.locator("main form button:not([type=button])").last)
        visitor.follow_mail(to=address, subject="A new password", part="/password/new/")
        visitor.fill(password="five loud bells under a short bridge")
        visitor.go(visitor.page.locator("main form button:not([type=button])").last)
        visitor.sign_in("forgetful")
        visitor.reads("is not right")
        visitor.sign_in("forgetful", "five loud bells under a short bridge")
        visitor.open("/admin/")
        visitor.reads("Journey forgetful")
