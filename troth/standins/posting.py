"""Tells this house what happened: signed posts which are tried again, and come late, twice or in disorder when told to.

The settings, all in the books: ``post_delay`` seconds before the first try; ``post_twice`` and ``post_shuffled``, 1 or
0; ``post_held``, 1 keeps all of them until they are fetched by hand.
"""

import json
import random
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from troth.standins.books import Books, Thing

PATIENCE = 10.0
MOST_TRIES = 12
LONGEST_PAUSE = 3600.0


def queue(books: Books, event: Thing, *, now: float) -> None:
    """Queue an event as the settings say: once or twice, late or not."""
    delay = float(books.setting("post_delay", "0"))
    for _time in range(2 if books.setting("post_twice") == "1" else 1):
        wait = random.uniform(0, max(delay, 2.0)) if books.setting("post_shuffled") == "1" else delay  # noqa: S311
        books.queue_post(event=event["id"], body=json.dumps(event), due=now + wait)


class Poster:
    """Posts what is due.

    Arguments:
        books: where it is queued.
        target: the address, or nothing where events are fetched by hand.
        sign: makes the headers that prove where a body is from.
        authority: a certificate to trust beside the usual ones, such as the demo's own.
    """

    def __init__(
        self, books: Books, *, target: str, sign: Callable[[bytes], dict[str, str]], authority: Path | None = None
    ) -> None:
        self._books = books
        self._target = target
        self._sign = sign
        self._authority = authority

    def post_due(self) -> int:
        """Post what is due by now; return how many arrived."""
        if not self._target or self._books.setting("post_held") == "1":
            return 0
        with self._books.turn():
            posts = self._books.list_posts(due=time.time())
        return sum(self._post(post) for post in posts)

    def _post(self, post: Thing) -> bool:
        arrived = self._send(post["body"].encode())
        pause = min(2.0 ** post["tries"], LONGEST_PAUSE)
        state = "done" if arrived else "given_up" if post["tries"] + 1 >= MOST_TRIES else "waiting"
        with self._books.turn():
            self._books.settle_post(post["seq"], state=state, due=None if arrived else time.time() + pause)
        return arrived

    def _send(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", **self._sign(body)}
        request = Request(self._target, data=body, headers=headers, method="POST")  # noqa: S310  given by the wiring
        try:
            with urlopen(request, timeout=PATIENCE, context=self._context()) as answer:  # noqa: S310
                return bool(200 <= answer.status < 300)
        except (URLError, OSError):
            return False

    def _context(self) -> ssl.SSLContext | None:
        if not self._target.startswith("https:"):
            return None
        context = ssl.create_default_context()
        if self._authority is not None and self._authority.is_file():
            context.load_verify_locations(self._authority)
        return context
