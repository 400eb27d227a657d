"""Draws the pages of the README's tour anew: ``make screenshots``.

Starts the program as ``make serve`` does, on a place that is thrown away, walks through it as a visitor, as a client of
the demo and as its staff, and writes small PNGs to ``docs/screenshots``.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browsing import DEMO_PASSWORD, DESKTOP, PHONE, Visitor, visit
from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.test_parcels import buy
from tests.people import sign_in_with_code
from tests.running import PROJECT, Site, environment_of, find_port, start_site

FOLDER = PROJECT / "docs" / "screenshots"
TALLEST = 2400
"""Pixels of height that are shown of a long page."""
COLOURS = 96


@dataclass(frozen=True)
class Shot:
    """One page of the tour.

    Arguments:
        name: of the file.
        path: the page.
        enter: signs the visitor in; None for a stranger.
        both: whether it is drawn in the dark and on a telephone as well.
        first: the page itself is the one that the first link to this beginning of an address leads to.
        press: the button that is pressed there before it is drawn.
    """

    name: str
    path: str
    enter: Callable[[Visitor], None] | None = None
    both: bool = False
    first: str = ""
    press: str = ""


def as_client(visitor: Visitor) -> None:
    """Sign in as a client of the demo."""
    visitor.sign_in("ottilie", DEMO_PASSWORD)


def as_asker(visitor: Visitor) -> None:
    """Sign in as a client of the demo who asked something, and of whom a court asked."""
    visitor.sign_in("nneka", DEMO_PASSWORD)


def as_officer(visitor: Visitor) -> None:
    """Sign in as the demo's privacy officer."""
    sign_in_with_code(visitor, "rosalind")


def as_clerk(visitor: Visitor) -> None:
    """Sign in as one of the demo's help desk, who takes a case."""
    sign_in_with_code(visitor, "tobias")


def as_packer(visitor: Visitor) -> None:
    """Sign in as the one of the demo who packs."""
    sign_in_with_code(visitor, "aoife")


def as_bookkeeper(visitor: Visitor) -> None:
    """Sign in as the one of the demo who keeps the books."""
    sign_in_with_code(visitor, "mirela")


def as_administrator(visitor: Visitor) -> None:
    """Sign in as the demo's administrator."""
    sign_in_with_code(visitor, "ines")


TOUR = (
    Shot("home", "/", both=True),
    Shot("join", "/join/", both=True),
    Shot("sign-in", "/sign-in/"),
    Shot("statement", "/statement/", both=True),
    Shot("promises", "/promises/", both=True),
    Shot("promise", "/promises/A7/"),
    Shot("cookies", "/cookies/"),
    Shot("what-we-collect", "/what-we-collect/"),
    Shot("companies", "/companies/"),
    Shot("legal-requests", "/legal-requests/"),
    Shot("security", "/security/"),
    Shot("ask", "/ask/"),
    Shot("receipt", "/receipt/"),
    Shot("mailbox", "/mailbox/"),
    Shot("shop", "/shop/", both=True),
    Shot("admin", "/admin/", as_client, both=True),
    Shot("looks", "/admin/record/", as_client),
    Shot("received", "/admin/received/", as_client),
    Shot("order", "/orders/", as_client, first="/orders/"),
    Shot("membership", "/membership/", as_client, both=True),
    Shot("connected", "/admin/connected/", as_client),
    Shot("wish", "/admin/wishes/reach/", as_client),
    Shot("download", "/admin/download/", as_client),
    Shot("deactivate", "/admin/deactivate/", as_client),
    Shot("delete", "/admin/delete/", as_client, both=True),
    Shot("factors", "/admin/factors/", as_client),
    Shot("inquiry", "/admin/inquiries/", as_asker, first="/admin/inquiries/"),
    Shot("console", "/console/", as_officer),
    Shot("requests", "/console/requests/", as_officer),
    Shot("evidence", "/console/promises/", as_officer),
    Shot("processors", "/console/processors/", as_officer),
    Shot("processor", "/console/processors/", as_officer, first="/console/processors/"),
    Shot("law", "/console/law/", as_officer, first="/console/law/0"),
    Shot("violations", "/console/board/", as_officer),
    Shot("desk", "/console/", as_clerk, both=True),
    Shot("cases", "/console/cases/", as_clerk),
    Shot("case", "/console/cases/", as_clerk, first="/console/cases/0"),
    Shot("training", "/console/training/", as_clerk),
    Shot("parcels", "/console/parcels/", as_packer),
    Shot("parcel", "/console/parcels/", as_packer, first="/console/parcels/", press="Take this parcel"),
    Shot("orders", "/console/orders/", as_bookkeeper),
    Shot("books", "/console/books/", as_bookkeeper),
    Shot("members", "/console/members/", as_bookkeeper),
    Shot("announcement", "/console/notices/", as_administrator, first="/console/notices/0"),
    Shot("catalogue", "/console/catalogue/", as_administrator),
    Shot("people", "/console/people/", as_administrator),
    Shot("sites", "/console/connected-sites/", as_administrator),
)


def main() -> None:
    """Draw all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="troth-tour-") as folder, sync_playwright() as playwright:
        site = start_site(Path(folder) / "data", find_port())
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            live_a_day(site, browser)
            check_promises(site)
            for enter in dict.fromkeys(shot.enter for shot in TOUR):
                draw(site, browser, [shot for shot in TOUR if shot.enter is enter])
            browser.close()
        finally:
            site.stop()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.1f} MB, in {FOLDER.relative_to(PROJECT)}/")


def live_a_day(site: Site, browser: Browser) -> None:
    """Let happen what pages tell of: goods are ordered, an announcement is written, and a case is taken."""

    def come(enter: Callable[[Visitor], None]) -> AbstractContextManager[Visitor]:
        @contextmanager
        def coming() -> Iterator[Visitor]:
            with visit(site, browser, axe=False, ignore_https_errors=True) as visitor:
                enter(visitor)
                yield visitor

        return coming()

    with come(as_client) as client:
        buy(client)
    with come(as_administrator) as author:
        write_announcement(author)
    with come(as_clerk) as clerk:
        clerk.open("/console/cases/?list=new")
        clerk.go(clerk.page.locator("main a[href^='/console/cases/0']").first)
        clerk.press("Take this case")


def write_announcement(author: Visitor) -> None:
    """Write an announcement of the service, which then waits for a second person."""
    begins = datetime.now(UTC) + timedelta(days=9)
    author.open("/console/notices/write/service/")
    author.page.locator("[name=reason]").select_option("maintenance")
    author.fill(
        begins_at=begins.strftime("%Y-%m-%dT06:00"),
        ends_at=begins.strftime("%Y-%m-%dT09:00"),
        subject_en="The site moves to new machines",
        what_en="For three hours nothing can be opened or ordered.",
        effect_en="Orders that were placed before are not touched.",
        to_do_en="Nothing need be done.",
        subject_de="Die Website zieht um",
        what_de="Drei Stunden lang lässt sich nichts öffnen oder bestellen.",
        effect_de="Frühere Bestellungen berührt das nicht.",
        to_do_de="Sie müssen nichts tun.",
    )
    author.press("Keep it")
    author.press("Hand it to a second person")


def check_promises(site: Site) -> None:
    """Run each check and each drill once, as the schedule does within minutes: the tour shows a site that has run."""
    for command in ("assess", "drill"):
        given = environment_of(site.place, site.port)
        subprocess.run([sys.executable, "-m", "troth", command], cwd=PROJECT, env=given, check=False, timeout=900)


def draw(site: Site, browser: Browser, shots: list[Shot]) -> None:
    """Draw the pages of one visitor, who signs in once."""
    with visit(site, browser, axe=False, ignore_https_errors=True) as visitor:
        if shots[0].enter:
            shots[0].enter(visitor)
        for shot in shots:
            save(visitor, shot, "")
            if shot.both:
                visitor.page.emulate_media(color_scheme="dark")
                save(visitor, shot, "-dark")
                visitor.page.emulate_media(color_scheme="light")
                visitor.page.set_viewport_size(PHONE)
                save(visitor, shot, "-phone")
                visitor.page.set_viewport_size(DESKTOP)


def show(visitor: Visitor, shot: Shot) -> None:
    """Go where the picture is taken."""
    visitor.open(shot.path)
    if shot.first:
        here = f"main a[href^='{shot.first}']:not([href='{shot.path}']):not([href*='?'])"
        visitor.go(visitor.page.locator(here).first)
    if shot.press and visitor.page.get_by_role("button", name=shot.press, exact=True).count():
        visitor.press(shot.press)


def save(visitor: Visitor, shot: Shot, suffix: str) -> None:
    """Draw one page and write it in few colours."""
    show(visitor, shot)
    picture = Image.open(BytesIO(visitor.page.screenshot(full_page=True)))
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{shot.name}{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
