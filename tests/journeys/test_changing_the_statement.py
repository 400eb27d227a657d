"""A change of the statement: from the draft to the client who reads which version applied when (O1, O3).

It has a site of its own: a new version stands above every page for a month, and would be in every other story.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browsing import Visitor, visit
from tests.chromium import CHROMIUM, FLAGS
from tests.people import sign_in_with_code
from tests.running import Site, find_port, start_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

type Come = Callable[..., AbstractContextManager[Visitor]]
WIDE = {"width": 1440, "height": 900}
OLD, NEW = "You can buy memberships and services here.", "You may buy memberships, services and goods here."

MONTH_LATER = """
from datetime import timedelta
from django.db.models import F
from troth.accounts.models import Account
from troth.amendments.models import Told
from troth.amendments.tasks import keep_statement
from troth.statement.models import StatementVersion
ago = timedelta(days=40)
first, second = (StatementVersion.objects.filter(number=number) for number in (1, 2))
first.update(published_at=F("published_at") - ago, in_force_at=F("in_force_at") - ago)
second.update(published_at=F("published_at") - ago, planned_for=F("planned_for") - ago)
Account.objects.update(verified_at=F("verified_at") - ago)
Told.objects.update(at=F("at") - ago)
keep_statement.func()
"""
"""The clock of a running program cannot be moved, so what happened is put back by as much."""

KEEP = "from troth.amendments.tasks import keep_statement\nkeep_statement.func()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    started = start_site(tmp_path_factory.mktemp("statement") / "data", find_port())
    yield started
    assert started.stop() == 0


@pytest.fixture(scope="module")
def browser_here(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--ignore-certificate-errors"])
    yield browser
    browser.close()


@pytest.fixture
def come_here(site: Site, browser_here: Browser) -> Come:
    return partial(visit, site, browser_here)


def test_a_change_is_written_decided_told_and_governs(site: Site, come_here: Come) -> None:
    with come_here() as client:
        address = client.join("reader")
        with come_here(viewport=WIDE) as author:
            page = write_change(author)
            for name in ("wolfram", "hedda"):
                with come_here(viewport=WIDE) as other:
                    sign_in_with_code(other, name)
                    decide(other, page)
            author.open(page)
            author.reads("approved by two")
            author.press("Publish it and tell everybody")
            author.reads("announced")
        text = client.read_mail(to=address, subject="Our statement changes on")
        assert "We say more plainly what we sell." in text
        assert "/statement/compare/1/2/" in text
        site.run(KEEP)
        client.open("/")
        client.reads("Our statement changes on", "We say more plainly what we sell.")
        client.open("/statement/")
        client.reads("You can buy memberships and services here.")
        client.open("/statement/compare/1/2/")
        client.reads("It is announced and takes effect on")
        client.open("/admin/statement/")
        client.reads("It is announced", "You were told by e-mail on", "It applies to you since")
        site.run(MONTH_LATER)
        client.open("/statement/")
        client.reads(NEW)
        client.open("/admin/statement/")
        client.reads("What changed since you joined", "It applied to you from", "You were told by e-mail on")
        client.follow("What changed since you joined")
        client.reads("From version 1 to version 2", "goods")


def write_change(author: Visitor) -> str:
    """Write a change from a section to the hand-over; one wrong variable on the way loses nothing. Return its page."""
    sign_in_with_code(author, "ines")
    author.open("/console/statement/")
    author.press("Begin with the text in force")
    page = author.page.url.removeprefix(author.site.address)
    author.follow("Orders", within="main")
    box = author.page.locator("textarea").filter(has_text=OLD)
    name = str(box.get_attribute("name"))
    right = box.input_value().replace(OLD, NEW)
    author.fill(**{name: right.replace(NEW, NEW + " {{ numbers.nothing }}")})
    author.press("Keep it")
    author.reads("unknown variable numbers.nothing")
    assert NEW in author.page.locator(f"[name={name}]").input_value()
    author.fill(**{name: right})
    author.press("Keep it")
    author.follow("Why, and from when")
    author.fill(reasons_en="We say more plainly what we sell.", reasons_de="Wir sagen klarer, was wir verkaufen.")
    author.press("Keep it")
    author.reads("services and goods")
    author.press("Hand it to two others")
    author.reads("waits for two others")
    author.reads_not("It may be published so")
    return page


def decide(other: Visitor, page: str) -> None:
    """Read a change as another, and approve it."""
    other.open(page)
    for box in other.page.locator("form input[type=checkbox]").all():
        box.check()
    other.press("It may be published so")
    other.reads("approved")
