"""The demo's stand-ins of outside companies, as children of ``troth serve``: other programs, on other origins."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from troth.config.environment import Environment
from troth.kernel.secrets import make_private_folder
from troth.standins.running import Place, run

_LONGEST_START = 20.0
_LONGEST_ANSWER = 10.0


def standin_ports(environment: Environment) -> list[int]:
    """Return the loopback ports of the stand-ins; none of one that was pointed elsewhere."""
    urls = (urlsplit(url) for url in (environment.card_url, environment.parcel_url))
    return [url.port for url in urls if url.hostname == "127.0.0.1" and url.port]


def run_standin(environment: Environment, kind: str) -> None:
    """Run one until told to stop; it posts its events to this site, as the real one would."""
    url = environment.card_url if kind == "card" else environment.parcel_url
    folder = environment.data / "standins"
    make_private_folder(folder)
    run(
        Place(
            kind=kind,
            folder=folder,
            port=urlsplit(url).port or 80,
            key=environment.card_key if kind == "card" else environment.parcel_key,
            secret=environment.card_webhook_secret if kind == "card" else environment.parcel_webhook_secret,
            target=f"https://localhost:{environment.port}/hooks/{kind}/",
            authority=environment.data / "tls" / "authority.pem",
        )
    )


@contextmanager
def running_card_standin(environment: Environment) -> Iterator[Callable[[str, str], None] | None]:
    """Run the card stand-in while the block lasts; give what types a card on its pages, or None where it does not run.

    What it learns stands in its books, which the one that is served later goes on with.
    """
    port = urlsplit(environment.card_url).port or 80
    if port not in standin_ports(environment) or _answers(port):
        yield None
        return
    folder = environment.data / "standins"
    make_private_folder(folder)
    command = [sys.executable, "-m", "troth.standins", "card", "--port", str(port), "--folder", str(folder)]
    given = {**os.environ, "STANDIN_KEY": environment.card_key, "STANDIN_SECRET": environment.card_webhook_secret}
    process = subprocess.Popen([*command, "--target", ""], env=given, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    try:
        deadline = time.monotonic() + _LONGEST_START
        while not _answers(port) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        yield _type_card if _answers(port) else None
    finally:
        process.terminate()
        process.wait(10)


def _type_card(url: str, number: str) -> None:
    """Send the card's details as the form of the page does; where it then leads is not followed."""
    address = urlsplit(url)
    body = urlencode({"number": number, "expiry": "12/34", "code": "123"})
    with closing(HTTPConnection("127.0.0.1", address.port, timeout=_LONGEST_ANSWER)) as connection:
        path = f"{address.path}?{address.query}" if address.query else address.path
        connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        connection.getresponse().read()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
