"""What may be asked of the stand-in that no real processor grants: books, clock, disputes, faults, posts."""

import json

from troth.standins.books import Thing
from troth.standins.card import customers, refunds
from troth.standins.card.desk import Desk
from troth.standins.card.parameters import Parameters, refuse

SETTINGS = {"post_delay", "post_twice", "post_shuffled", "post_held", "clock_ahead"}
FAULTS = {"down", "hang", "lost", "unheard"}
_KINDS = ("cus", "cs", "pm", "pi", "seti", "ch", "re", "du", "txn", "evt")


def read_books(desk: Desk, *, after: int = 0) -> Thing:
    """Return everything: things by kind, and every request with its body as it came."""
    things = {kind: desk.books.all(kind) for kind in _KINDS}
    return {"things": things, "requests": desk.books.list_requests(after=after)}


def list_held(desk: Desk, customer: str) -> dict[str, list[Thing]]:
    """Return what is held on one person, by kind."""
    found: dict[str, list[Thing]] = {"cus": [desk.find("cus", customer)]}
    for kind in ("pm", "cs", "pi", "seti", "ch"):
        found[kind] = [thing for thing in desk.books.all(kind) if thing.get("customer") == customer]
    payments = {thing["id"] for thing in found["pi"]}
    for kind in ("re", "du"):
        found[kind] = [thing for thing in desk.books.all(kind) if thing["payment_intent"] in payments]
    return found


def change_settings(desk: Desk, form: dict[str, str]) -> None:
    """Change how posts go, and the clock."""
    for name, value in form.items():
        if name not in SETTINGS:
            raise refuse(f"There is no setting {name}.")
        float(value)
        desk.books.set(name, value)


def dispute(desk: Desk, payment: str, *, inquiry: bool = False) -> Thing:
    """Dispute a payment now; an inquiry only asks, and takes no money yet."""
    intent = desk.find("pi", payment)
    return refunds.open_dispute(desk, intent["latest_charge"], inquiry=inquiry)


def move_dispute(desk: Desk, key: str, outcome: str) -> Thing:
    """Take the next stage of a dispute: ``won``, ``lost``, of an inquiry ``escalated`` or ``closed``."""
    if outcome == "escalated":
        return refunds.escalate(desk, key)
    if outcome == "closed":
        return refunds.close_inquiry(desk, key)
    return refunds.close_dispute(desk, key, won=outcome == "won")


def change_card(desk: Desk, key: str, form: dict[str, str]) -> Thing:
    """Remove a saved card at the desk, or let the bank issue it anew; ``change`` is ``remove`` or ``renew``."""
    if form.get("change") == "remove":
        return customers.remove_method(desk, key)
    if form.get("change") == "renew":
        return customers.renew_method(desk, key, last4=form.get("last4", "1881"))
    raise refuse("A change of a card is remove or renew.")


def refund(desk: Desk, form: dict[str, str]) -> Thing:
    """Give money back at the processor's own desk, as the operator's people could: all that is left, or ``amount``."""
    given = {"payment_intent": form.get("payment", "")} | ({"amount": form["amount"]} if form.get("amount") else {})
    return refunds.create(desk, Parameters(given, refunds.KNOWN))


def set_fault(desk: Desk, form: dict[str, str]) -> None:
    """Let the next calls of the interface fail: ``kind``, ``times``, and ``path``, a part of the path they concern.

    ``down`` answers 503 · ``unheard`` closes the line before anything is done · ``lost`` does it, and closes the line
    before the answer · ``hang`` says nothing for twenty seconds.
    """
    if form.get("kind") not in FAULTS:
        raise refuse(f"A fault is one of {', '.join(sorted(FAULTS))}.")
    fault = {"kind": form["kind"], "times": int(form.get("times", "1")), "path": form.get("path", "/v1/")}
    desk.books.set("fault", json.dumps(fault))


def take_posts(desk: Desk) -> list[Thing]:
    """Hand over, and strike from the queue, what waits to be posted; for whoever delivers by hand."""
    posts = desk.books.list_posts()
    for post in posts:
        desk.books.settle_post(post["seq"], state="done")
    return posts
