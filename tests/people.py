"""The demo's staff, as the journeys and the tour meet them."""

import json

import pyotp

from tests.browsing import DEMO_PASSWORD, Visitor


def sign_in_with_code(clerk: Visitor, login: str) -> None:
    """Sign in as one of the demo's staff, with the code that its telephone shows; the password alone opens nothing."""
    people = json.loads((clerk.site.place / "demo.json").read_text(encoding="utf-8"))
    seed = next(person["seed"] for person in people if person["username"] == login)
    clerk.sign_in(login, DEMO_PASSWORD)
    clerk.reads("One thing more")
    clerk.open("/console/")
    assert "/sign-in/" in clerk.page.url, "The password alone opened the console."
    clerk.sign_in(login, DEMO_PASSWORD)
    clerk.fill(code=pyotp.TOTP(seed).now())
    clerk.press("Sign in")
