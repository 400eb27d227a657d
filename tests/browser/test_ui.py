"""The page of all components in Chromium: every width, light and dark, print, keyboard, and without JavaScript."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
SMALL_TARGETS = """
[...document.querySelectorAll("a, button, input, select, summary")]
  .filter((element) => !element.closest("p, .skip, .error-summary, dd, .timeline"))
  .map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 24 || box.width < 24))
  .map(([source, box]) => `${source} ${box.width} × ${box.height}`)
"""


@pytest.fixture
def address(transactional_db: None, settings: Any) -> Iterator[str]:
    """The page on a server of this test's own, by plain HTTP: TLS is the journeys' concern."""
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    server = LiveServer("127.0.0.1")
    yield f"{server.url}/ui/"
    server.stop()


def is_of_the_page(told: ConsoleMessage) -> bool:
    """Tell whether the browser complains of the page; of headers it complains to the tests of headers."""
    return told.type in {"error", "warning"} and "Permissions-Policy header" not in told.text


def open_page(browser: Browser, address: str, **options: Any) -> tuple[Page, list[str]]:
    """Open the page; return it and the list in which the browser's complaints gather."""
    page = browser.new_context(**options).new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if is_of_the_page(told) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(address, wait_until="networkidle")
    return page, complaints


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1440, "light"), (3840, "dark")])
def test_the_page_fits_and_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: Any) -> None:
    page, complaints = open_page(browser, address, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 40
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS) == []
    assert complaints == []
    page.context.close()


def test_axe_finds_what_is_wrong(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    page.evaluate("document.querySelector('label[for=id_name]').remove()")
    page.evaluate(AXE)
    assert "label" in [violation["id"] for violation in page.evaluate("axe.run()")["violations"]]
    page.context.close()


def test_the_label_stands_beside_the_thing_and_folds_under_it_on_a_phone(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address, viewport={"width": 1440, "height": 900})
    thing, label = page.locator(".row").first.locator("> div").all()
    beside, there = label.bounding_box(), thing.bounding_box()
    assert beside and there
    assert beside["x"] >= there["x"] + there["width"]
    page.set_viewport_size({"width": 390, "height": 844})
    below, there = label.bounding_box(), thing.bounding_box()
    assert below and there
    assert below["y"] >= there["y"] + there["height"]
    page.context.close()


def test_the_shipped_fonts_are_used(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    loaded = page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
    assert {family.strip('"') for family in loaded} == {"Public Sans", "Source Serif 4"}
    page.context.close()


def test_nothing_is_fetched_from_elsewhere(browser: Browser, address: str) -> None:
    page = browser.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address, wait_until="networkidle")
    host = address.removesuffix("ui/")
    assert len(fetched) >= 5
    assert [url for url in fetched if not url.startswith(host)] == []
    page.close()


def test_a_dialog_opens_by_keyboard_and_escape_returns_the_focus(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    dialog, opener = page.locator("#dialog-example"), page.locator("[popovertarget=dialog-example]").first
    assert not dialog.is_visible()
    opener.focus()
    page.keyboard.press("Enter")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opener.evaluate("element => element === document.activeElement")
    page.context.close()


def test_dialog_and_disclosure_work_without_javascript(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address, java_script_enabled=False)
    page.locator("[popovertarget=dialog-example]").first.click()
    assert page.locator("#dialog-example").is_visible()
    page.keyboard.press("Escape")
    page.get_by_text("What stays after deletion").click()
    assert page.get_by_text("Invoices, for as long as the law demands.").is_visible()
    assert page.locator("[data-password] button").count() == 0
    page.context.close()


def test_a_password_can_be_looked_at_and_counts_its_characters(browser: Browser, address: str) -> None:
    page, complaints = open_page(browser, address)
    field, box = page.locator("#id_password"), page.locator("[data-password]").first
    field.fill("naïve 🗝")
    assert box.locator("output").inner_text() == "7 / 15 characters"
    box.get_by_role("button").click()
    assert field.get_attribute("type") == "text"
    box.get_by_role("button").click()
    assert field.get_attribute("type") == "password"
    assert complaints == []
    page.context.close()


def test_a_refused_form_leads_to_its_errors(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    page.get_by_role("button", name="Check the form").first.click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.matches('.error-summary')")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_name"
    page.context.close()


def test_print_shows_the_content_and_hides_the_ways_around_it(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address, color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator(".masthead nav").is_visible()
    assert not page.locator(".pagination").is_visible()
    assert page.locator("svg[role=img]").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.context.close()
