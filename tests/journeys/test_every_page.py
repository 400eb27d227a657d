"""Every kind of page that links lead a visitor, a client, the help desk and fulfilment to, in the narrowest window.

Of many orders one is opened. Whatever ``Visitor.look`` finds fails: what axe finds, what is wider than the window, what
leaves the origin. In the dark only the colours are looked at once more. No link leads to a page that is not there.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from tests.browsing import DEMO_PASSWORD, Visitor
from tests.people import sign_in_with_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROWEST = {"width": 320, "height": 700}
LEFT_OUT = ("/sign-out/", "/static/", "/mailbox/")
"""What ends the walk, what is no page, and the demo's mails, which their writers laid out."""
FILES = re.compile(r"\.(pdf|csv|json|xml|svg|txt|zip)$|^/ledger/(checkpoint|key)$")
NAMES = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{1,4}-?\d[\w-]*|\d[\d-]*)(?=/|$)")
"""Parts of an address that name one thing of many."""

type Come = Callable[..., AbstractContextManager[Visitor]]


def test_every_page_of_a_visitor(come: Come) -> None:
    with come(viewport=NARROWEST) as visitor:
        seen = walk(visitor, starts=("/", "/transitions/", "/ui/"))
    assert {"/statement/", "/promises/", "/shop/", "/surveys/results/", "/transitions/", "/join/"} <= seen


def test_every_page_of_a_client(come: Come) -> None:
    with come(viewport=NARROWEST) as visitor:
        visitor.sign_in("ottilie", DEMO_PASSWORD)
        seen = walk(visitor, starts=("/admin/", "/membership/", "/orders/", "/surveys/"))
    assert {"/admin/looks/", "/admin/statement/", "/admin/delete/", "/surveys/…/", "/membership/"} <= seen


@pytest.mark.parametrize("login", ["tobias", "aoife"])
def test_every_page_of_the_console(come: Come, login: str) -> None:
    with come(viewport=NARROWEST) as visitor:
        sign_in_with_code(visitor, login)
        seen = walk(visitor, starts=("/console/",), within="/console/")
    assert len(seen) > 5


def walk(visitor: Visitor, *, starts: tuple[str, ...], within: str = "/") -> set[str]:
    """Open a page of each kind that links lead to; return the kinds.

    Arguments:
        visitor: who walks.
        starts: where it begins.
        within: the beginning of the paths that it goes to.
    """
    waiting = [f"{visitor.site.address}{start}" for start in starts]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        try:
            visitor.open(address)
        except Error as error:
            assert re.search("Download is starting|ERR_ABORTED", error.message), address
            continue
        seen.add(kind_of(visitor.page.url))
        look_at_the_page(visitor, address)
        links = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])")
        waiting += [link for link in links if leads_on(visitor, link, within)]
    return seen


def look_at_the_page(visitor: Visitor, address: str) -> None:
    """See that there is a page, if only one that asks for the step before, and that its colours suit the dark."""
    status = visitor.page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    assert status in {200, 409}, f"{address}: {status}"
    if visitor.page.evaluate("typeof axe === 'object'"):
        visitor.page.emulate_media(color_scheme="dark")
        found = visitor.page.evaluate("axe.run({runOnly: ['color-contrast']})")
        visitor.page.emulate_media(color_scheme="light")
        assert not found["violations"], f"{address} in the dark: {found['violations']}"


def leads_on(visitor: Visitor, link: str, within: str) -> bool:
    """Tell whether a link leads to a page of the walk."""
    path = urlsplit(link).path
    own = link.startswith(f"{visitor.site.address}/") and path.startswith(within)
    return own and not path.startswith(LEFT_OUT) and not FILES.search(path)


def kind_of(address: str) -> str:
    """Return the path without what names one thing of many, so that pages of one kind have one.

    What a list is asked for makes no other kind: its first page, or whichever comes first, stands for all.
    """
    return NAMES.sub("/…", urlsplit(address).path)
