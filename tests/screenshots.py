"""Draws the pages of the README's tour anew: ``make screenshots``.

Starts the program as ``make serve`` does, on a place that is thrown away, walks through it as a visitor, as a client of
the demo and as its staff, and writes small PNGs to ``docs/screenshots``.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browsing import DEMO_PASSWORD, DESKTOP, PHONE, Visitor, visit
from tests.chromium import CHROMIUM, FLAGS
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
    """

    name: str
    path: str
    enter: Callable[[Visitor], None] | None = None
    both: bool = False


def as_client(visitor: Visitor) -> None:
    """Sign in as a client of the demo."""
    visitor.sign_in("ottilie", DEMO_PASSWORD)


def as_officer(visitor: Visitor) -> None:
    """Sign in as the demo's privacy officer."""
    sign_in_with_code(visitor, "rosalind")


TOUR = (
    Shot("home", "/", both=True),
    Shot("join", "/join/", both=True),
    Shot("sign-in", "/sign-in/"),
    Shot("statement", "/statement/", both=True),
    Shot("promises", "/promises/", both=True),
    Shot("cookies", "/cookies/"),
    Shot("what-we-collect", "/what-we-collect/"),
    Shot("security", "/security/"),
    Shot("receipt", "/receipt/"),
    Shot("mailbox", "/mailbox/"),
    Shot("admin", "/admin/", as_client, both=True),
    Shot("looks", "/admin/record/", as_client),
    Shot("download", "/admin/download/", as_client),
    Shot("deactivate", "/admin/deactivate/", as_client),
    Shot("delete", "/admin/delete/", as_client, both=True),
    Shot("factors", "/admin/factors/", as_client),
    Shot("console", "/console/", as_officer),
    Shot("requests", "/console/requests/", as_officer),
)


def main() -> None:
    """Draw all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="troth-tour-") as folder, sync_playwright() as playwright:
        site = start_site(Path(folder) / "data", find_port())
        try:
            check_promises(site)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for enter in dict.fromkeys(shot.enter for shot in TOUR):
                draw(site, browser, [shot for shot in TOUR if shot.enter is enter])
            browser.close()
        finally:
            site.stop()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.1f} MB, in {FOLDER.relative_to(PROJECT)}/")


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


def save(visitor: Visitor, shot: Shot, suffix: str) -> None:
    """Draw one page and write it in few colours."""
    visitor.open(shot.path)
    picture = Image.open(BytesIO(visitor.page.screenshot(full_page=True)))
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{shot.name}{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
