"""What all calls of the invented card processor share: books, clock, ids, events, and how an answer is expanded."""

import secrets
import time
from typing import Any

from troth.standins import posting
from troth.standins.books import Books, Thing
from troth.standins.card.parameters import Refusal, refuse

VERSION = "2026-10-28.endive"
"""The version of the interface that is spoken here; a library that asks for another is refused."""

KINDS = {
    "cus": "customer",
    "cs": "checkout session",
    "pi": "payment_intent",
    "seti": "setupintent",
    "pm": "PaymentMethod",
    "ch": "charge",
    "re": "refund",
    "du": "dispute",
    "txn": "balance transaction",
    "evt": "event",
}
"""By the first part of an id: what the processor calls the thing in its refusals."""

_HELD_ELSEWHERE = {"line_items"}


class Desk:
    """The books and the clock, as calls use them.

    Arguments:
        books: the processor's own.
        origin: its own address.
    """

    def __init__(self, books: Books, origin: str) -> None:
        self.books = books
        self.origin = origin

    def now(self) -> int:
        """Return the processor's time in whole seconds; it can be moved, as the demo's years are short."""
        return int(time.time() + float(self.books.setting("clock_ahead", "0")))

    def make(self, prefix: str, name: str, /, **facts: Any) -> Thing:
        """Make a thing with a fresh id, and write it down."""
        thing = {
            "id": f"{prefix}_{'test_' if prefix == 'cs' else ''}{secrets.token_hex(12)}",
            "object": name,
            "created": self.now(),
            "livemode": False,
            **facts,
        }
        return self.books.put(prefix, thing)

    def save(self, thing: Thing) -> Thing:
        """Write a changed thing down."""
        return self.books.put(prefix_of(thing["id"]), thing)

    def find(self, prefix: str, key: str, *, param: str = "id") -> Thing:
        """Return a thing; refuse as the processor does where there is none."""
        if (thing := self.books.get(prefix, key)) is None:
            raise refuse(f"No such {KINDS[prefix]}: '{key}'", status=404, code="resource_missing", param=param)
        return thing

    def find_customer(self, key: str, *, param: str = "customer") -> Thing:
        """Return a customer that is not deleted."""
        customer = self.find("cus", key, param=param)
        if customer.get("deleted"):
            raise refuse(f"No such customer: '{key}'", code="resource_missing", param=param)
        return customer

    def emit(self, name: str, thing: Thing, *, before: Thing | None = None) -> None:
        """Make an event of what happened to a thing, with what of it was different before, and queue its post."""
        data = {"object": thing} | ({"previous_attributes": before} if before else {})
        event = self.make("evt", "event", type=name, api_version=VERSION, data=data, pending_webhooks=1)
        event["request"] = {"id": None, "idempotency_key": None}
        self.save(event)
        posting.queue(self.books, event, now=time.time())

    def expand(self, thing: Thing, paths: list[str]) -> Thing:
        """Return the thing with what the paths name put in whole; refuse a path that leads nowhere."""
        answer = dict(thing)
        for path in paths:
            head, _dot, rest = path.partition(".")
            if head == "data" and "data" in answer:
                answer["data"] = [self.expand(item, [rest]) for item in answer["data"]]
                continue
            if head not in answer:
                raise refuse(f"This property cannot be expanded ({path}).", param="expand")
            held = answer[head]
            if isinstance(held, str):
                held = self.find(prefix_of(held), held)
            if isinstance(held, dict):
                answer[head] = self.expand(held, [rest]) if rest else held
        return answer

    def list_of(self, things: list[Thing], *, url: str, limit: int, after: str) -> Thing:
        """Return one page of a list, the newest first."""
        keys = [thing["id"] for thing in things]
        start = keys.index(after) + 1 if after in keys else 0
        page = things[start : start + limit]
        return {"object": "list", "url": url, "has_more": len(things) > start + limit, "data": page}


def prefix_of(key: str) -> str:
    """Return the first part of an id, which says what the thing is."""
    return key.split("_", 1)[0]


def card_error(code: str, decline: str, message: str, *, intent: Thing | None = None) -> Refusal:
    """Return a decline, in the form of the processor's library."""
    facts = {"code": code, "decline_code": decline, "payment_intent": intent}
    return Refusal(402, "card_error", message, **facts)
