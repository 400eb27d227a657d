"""The two stand-ins for tests: real programs on free loopback ports, with what a test asks of them.

How they are used stands in ``docs/developer/standins.md``.
"""

import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from troth.standins.card.company import sign as sign_card
from troth.standins.parcel.company import sign as sign_parcel

PROJECT = Path(__file__).resolve().parent.parent
KEY = "sk_test_of_the_tests"
SECRET = "whsec_of_the_tests"
_LONGEST_START = 20.0


@dataclass(frozen=True, slots=True)
class Post:
    """One signed word from a stand-in, to be delivered by hand.

    Arguments:
        name: what happened, such as ``checkout.session.completed``.
        body: the exact bytes.
        header: the name of the header with the signature, as a test client wants it.
        signature: that header.
    """

    name: str
    body: bytes
    header: str
    signature: str

    def deliver(self, client: Any, path: str) -> Any:
        """Post it to the site with a test client; return the answer."""
        given = {self.header: self.signature}
        return client.post(path, data=self.body, content_type="application/json", secure=True, headers=given)


class Running(ABC):
    """A stand-in that runs.

    Arguments:
        kind: ``card`` or ``parcel``.
        folder: its books.
        port: where it listens.
    """

    header = ""

    def __init__(self, kind: str, folder: Path, port: int) -> None:
        self.kind = kind
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def control(self, page: str, /, **fields: str) -> httpx.Response:
        """Press one of the buttons of its control page."""
        answer = httpx.post(f"{self.url}/control/{page}", data=fields, trust_env=False)
        assert answer.status_code < 400, answer.text
        return answer

    def books(self) -> dict[str, Any]:
        """Return everything that it holds: ``things`` by kind, and every ``requests`` with its body."""
        found: dict[str, Any] = httpx.get(f"{self.url}/control/books.json", trust_env=False, timeout=30).json()
        return found

    def things(self, kind: str) -> list[dict[str, Any]]:
        """Return what it holds of one kind (``cus``, ``pi``, ``shp`` …), the newest first."""
        found: list[dict[str, Any]] = self.books()["things"][kind]
        return found

    def requests(self) -> list[dict[str, Any]]:
        """Return every call that arrived, the oldest first."""
        found: list[dict[str, Any]] = self.books()["requests"]
        return found

    def fail(self, kind: str, *, times: int = 1, path: str = "/v") -> None:
        """Let the next calls fail: ``down``, ``unheard`` (nothing done), ``lost`` (done, not answered), ``hang``."""
        self.control("faults", kind=kind, times=str(times), path=path)

    def posts(self) -> list[Post]:
        """Take what waits to be posted, in order."""
        return [self._make_post(post["body"].encode()) for post in self.control("posts").json()]

    @abstractmethod
    def _make_post(self, body: bytes) -> Post:
        """Return the body as its company posts it, with its signature."""


class RunningCard(Running):
    """The card processor."""

    def _make_post(self, body: bytes) -> Post:
        signature = sign_card(body, secret=SECRET)["Stripe-Signature"]
        return Post(json.loads(body)["type"], body, "Stripe-Signature", signature)

    def pay(self, url: str, card: str = "4242424242424242", *, expiry: str = "12/34") -> httpx.Response:
        """Type a card on the hosted page; return what the browser got: a redirect, or the page with what is wrong."""
        return httpx.post(url, data={"number": card, "expiry": expiry, "code": "123"}, trust_env=False)

    def confirm(self, url: str, *, agreed: bool = True) -> httpx.Response:
        """Answer the bank's question for the hosted page at ``url``."""
        return httpx.post(f"{url}/challenge", data={"answer": "yes" if agreed else "no"}, trust_env=False)

    def dispute(self, payment_ref: str) -> str:
        """Let the owner of the card dispute a payment; return the dispute."""
        self.control("disputes", payment=payment_ref)
        return str(self.things("du")[0]["id"])

    def move_clock(self, seconds: float) -> None:
        """Put its clock ahead of the machine's by so much."""
        self.control("settings", clock_ahead=str(seconds))
        self.control("tick")


class RunningParcel(Running):
    """The parcel carrier."""

    def _make_post(self, body: bytes) -> Post:
        signature = sign_parcel(body, secret=SECRET)["X-Hmac-Signature"]
        return Post(json.loads(body)["description"], body, "X-Hmac-Signature", signature)

    def move(self, parcel_ref: str, state: str) -> None:
        """Move a parcel along: ``in_transit``, ``out_for_delivery``, ``delivered``, ``return_to_sender``."""
        self.control(f"parcels/{parcel_ref}", state=state)


@contextmanager
def run_standin(kind: str, folder: Path, *, target: str = "") -> Iterator[Any]:
    """Run one stand-in as a process of its own while the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "troth.standins", kind, "--port", str(port), "--folder", str(folder)]
    given = {**os.environ, "STANDIN_KEY": KEY, "STANDIN_SECRET": SECRET}
    process = subprocess.Popen([*command, "--target", target], cwd=PROJECT, env=given)
    try:
        _wait_for(port, process)
        yield (RunningCard if kind == "card" else RunningParcel)(kind, folder, port)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _LONGEST_START
    while time.monotonic() < deadline:
        assert process.poll() is None, "The stand-in fell while it started."
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The stand-in did not answer.")


@contextmanager
def serving_site(kind: str, folder: Path) -> Iterator[Any]:
    """Run one stand-in, and point the site under test at it while the block lasts."""
    from django.conf import settings
    from django.test import override_settings

    with run_standin(kind, folder) as running:
        given = {f"{kind}_url": running.url, f"{kind}_key": KEY, f"{kind}_webhook_secret": SECRET}
        with override_settings(ENVIRONMENT=dataclasses.replace(settings.ENVIRONMENT, **given)):
            yield running
