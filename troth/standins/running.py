"""Runs one stand-in until it is told to stop: the web server, and beside it what happens by itself and is posted."""

import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from troth.standins.http import make_server
from troth.standins.posting import Poster

PULSE = 0.25
"""Seconds between two looks at what is due."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stand-in runs, and for whom.

    Arguments:
        kind: ``card`` or ``parcel``.
        folder: its books.
        port: the loopback port.
        key: what a call must show.
        secret: signs what is posted.
        target: where it is posted to; nothing: it is fetched by hand.
        authority: a certificate to trust when posting.
    """

    kind: str
    folder: Path
    port: int
    key: str
    secret: str
    target: str = ""
    authority: Path | None = None


def run(place: Place) -> None:
    """Run until SIGTERM or Ctrl-C."""
    origin = f"http://127.0.0.1:{place.port}"
    if place.kind == "card":
        from troth.standins.card import company as kind
    else:
        from troth.standins.parcel import company as kind  # type: ignore[no-redef]
    standin = kind.open_company(place=place.folder, origin=origin, key=place.key)
    server = make_server(standin, place.port)
    poster = Poster(
        standin.books,
        target=place.target,
        sign=lambda body: kind.sign(body, secret=place.secret),
        authority=place.authority,
    )
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: over.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while not over.wait(PULSE):
        standin.tick()
        poster.post_due()
    server.shutdown()
