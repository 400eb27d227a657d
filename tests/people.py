"""The demo's staff, as the journeys and the tour meet them."""

import json
import time

import pyotp

from tests.browsing import DEMO_PASSWORD, Visitor

_used: dict[str, str] = {}
"""The code that each of them used last: a code counts once, and the next comes after half a minute at most."""


def sign_in_with_code(clerk: Visitor, login: str) -> None:
    """Sign in as one of the demo's staff, with the code that its telephone shows; the password alone opens nothing."""
    people = json.loads((clerk.site.place / "demo.json").read_text(encoding="utf-8"))
    seed = next(person["seed"] for person in people if person["username"] == login)
    clerk.sign_in(login, DEMO_PASSWORD)
    clerk.reads("One thing more")
    clerk.open("/console/")
    assert "/sign-in/" in clerk.page.url, "The password alone opened the console."
    clerk.sign_in(login, DEMO_PASSWORD)
    clerk.fill(code=_wait_for_code(login, seed))
    clerk.press("Sign in")


def _wait_for_code(login: str, seed: str) -> str:
    """Return the code of now, when it is another than the one that was used last."""
    while (code := pyotp.TOTP(seed).now()) == _used.get(login):
        time.sleep(1)
    _used[login] = code
    return code
