"""A person at a browser, for the journeys: does what a person does, and looks at every page as a strict visitor would.

Whatever page is reached: no request leaves the origin, the browser complains of nothing, axe finds nothing, and nothing
is wider than the window.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from tests.running import Site, wait_until

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
PASSWORD = "three quiet lamps on a long shelf"
DEMO_PASSWORD = "a small card beside each thing"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LONGEST_STEP = 120_000
"""Milliseconds that one step may take on a busy machine; on an idle one it takes a fraction of a second."""

_REFUSALS = re.compile(r"status of (403|404|409|422|429)")
_looked_at: set[tuple[str, ...]] = set()


class Visitor:
    """Somebody with a browser of its own.

    Arguments:
        site: the running program.
        page: the one page that is open.
        axe: whether pages are examined by axe, which needs JavaScript.
    """

    def __init__(self, site: Site, page: Page, *, axe: bool = True) -> None:
        self.site, self.page, self._axe = site, page, axe
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.context.on("request", self._watch)

    # -- Going about --------------------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(path if path.startswith("https:") else f"{self.site.address}{path}")
        self.look()

    def follow(self, words: str, *, within: str = "body") -> None:
        """Follow the first link with these words."""
        self.go(self.page.locator(within).get_by_role("link", name=words).first)

    def press(self, words: str) -> None:
        """Press the button with these words, and wait for the page that comes of it."""
        self.go(self.page.get_by_role("button", name=words, exact=True).last)

    def go(self, way: Locator) -> None:
        """Click what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            way.click()
        self.look()

    def fill(self, **answers: str) -> None:
        """Type into the inputs of these names."""
        for name, value in answers.items():
            self.page.locator(f"[name={name}]").first.fill(value)

    def correct(self, label: str, **answers: str) -> None:
        """Correct one value from the Admin page: follow its link, type, save."""
        self.open("/admin/")
        self.go(self.link_of(label))
        for name, value in answers.items():
            field = self.page.locator(f"[name={name}]").first
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.press("Save the correction")

    def link_of(self, label: str) -> Locator:
        """Return the link that corrects, gives or changes one value of the Admin page."""
        name = re.compile(rf"^(Correct|Give it|Change) ?: {re.escape(label)}$")
        return self.page.get_by_role("link", name=name).first

    # -- What stands there --------------------------------------------------------------------------------------------

    def reads(self, *texts: str) -> None:
        """Assert that the page shows each text."""
        shown = self._text()
        missing = [text for text in texts if text not in shown]
        assert not missing, f"{self.page.url} does not say {missing}"

    def reads_not(self, *texts: str) -> None:
        """Assert that the page shows none of the texts."""
        shown = self._text()
        told = [text for text in texts if text in shown]
        assert not told, f"{self.page.url} says {told}"

    def _text(self) -> str:
        """Return what stands on the page, with ordinary spaces."""
        return " ".join(str(self.page.locator("body").text_content()).split())

    @property
    def heading(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").inner_text()

    def look(self) -> None:
        """Look at the page that was reached as a strict visitor does."""
        self.page.wait_for_load_state("load")
        assert "Internal" not in self.page.title()
        assert self.page.locator("h1").count() == 1, self.page.url
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} is {width[0]} wide in a window of {width[1]}"
        if self._axe and self._is_new():
            self.page.evaluate(AXE)
            found = self.page.evaluate("axe.run()")
            violations = [
                (violation["id"], node["html"], node["failureSummary"])
                for violation in found["violations"]
                for node in violation["nodes"]
            ]
            assert not violations, f"{self.page.url}: {violations}"
        assert not self.complaints, self.complaints

    def _is_new(self) -> bool:
        """Tell whether axe has not seen this page in this width and these colours; ids in the address do not count."""
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", urlsplit(self.page.url).path)
        dark = self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        state = self.page.locator("[aria-invalid=true], .notice").count()
        seen = (path, self.heading, str(state), str(dark), str(self.page.viewport_size))
        is_new = seen not in _looked_at
        _looked_at.add(seen)
        return is_new

    def _hear(self, told: ConsoleMessage) -> None:
        """Note what the browser complains of; that a page answers with a refusal is no fault of the page."""
        if told.type in {"error", "warning"} and not _REFUSALS.search(told.text):
            self.complaints.append(f"{told.type}: {told.text} ({told.location.get('url')})")

    def _watch(self, request: Request) -> None:
        """Note each request that leaves the origin."""
        if not request.url.startswith((f"{self.site.address}/", "data:", "blob:")):
            self.complaints.append(f"left the origin: {request.url}")

    # -- Mail ---------------------------------------------------------------------------------------------------------

    def read_mail(self, *, to: str, subject: str) -> str:
        """Open the newest mail to this address with this in its subject, in the mailbox's page; return its text."""
        mail = wait_until(lambda: next((m for m in self.site.mails_to(to) if subject in m.header("Subject")), None))
        self.open("/mailbox/")
        self.go(self.page.locator(f"a[href='/mailbox/{mail.key}/']"))
        return mail.part("plain")

    def follow_mail(self, *, to: str, subject: str, part: str) -> None:
        """Open such a mail and follow the link in it whose address has this part."""
        self.read_mail(to=to, subject=subject)
        self.go(self.page.locator(f".mail-text a[href*='{part}']").first)

    # -- Whole steps --------------------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        """Sign in by the form."""
        self.open("/sign-in/")
        self.fill(login=login, password=password)
        self.press("Sign in")

    def sign_out(self) -> None:
        """Sign out by the page's own button."""
        self.open("/sign-out/")
        self.press("Sign out")

    def join(self, tag: str) -> str:
        """Register, confirm from the welcome mail, and so be signed in; return the address."""
        address = f"{tag}@journeys.example.org"
        assert not self.site.mails_to(address), f"Another journey joined as {tag}: its welcome link would be followed."
        self.open("/")
        self.follow("Join")
        self.fill(name=f"Journey {tag}", email=address, user_name=tag, password=PASSWORD)
        self.press("Send me the confirmation mail")
        self.follow_mail(to=address, subject="", part="/join/confirm/")
        self.fill(password=PASSWORD)
        self.press("Confirm and sign in")
        return address

    def prove_again(self, password: str = PASSWORD) -> None:
        """Give the password once more where a page asks for it first."""
        if "/confirm-it-is-you/" in self.page.url:
            self.fill(password=password)
            self.press("Go on")


@contextmanager
def visit(site: Site, browser: Browser, *, axe: bool = True, **options: Any) -> Iterator[Visitor]:
    """Give a visitor with a fresh browser; at the end nothing may have been complained of."""
    options = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce"} | options
    context = browser.new_context(**options)
    context.set_default_timeout(LONGEST_STEP)
    try:
        visitor = Visitor(site, context.new_page(), axe=axe)
        yield visitor
        assert visitor.complaints == []
    finally:
        context.close()
