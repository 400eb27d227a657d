"""What is read only: events, movements in the books, charges, savings."""

from troth.standins.books import Thing
from troth.standins.card.desk import Desk
from troth.standins.card.parameters import Parameters

KNOWN = ("limit", "starting_after", "created[gte]", "created[gt]", "type", "types[*]", "source", "payout")


def list_events(desk: Desk, said: Parameters) -> Thing:
    """``GET /v1/events``."""
    wanted = set(said.group("types").values()) | ({said.get("type")} if said.get("type") else set())
    found = [event for event in _since(desk, said, "evt") if not wanted or event["type"] in wanted]
    return _page(desk, said, found, "/v1/events")


def retrieve_event(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/events/:id``."""
    return desk.find("evt", key)


def list_movements(desk: Desk, said: Parameters) -> Thing:
    """``GET /v1/balance_transactions``."""
    return _page(desk, said, _since(desk, said, "txn"), "/v1/balance_transactions")


def retrieve_charge(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/charges/:id``."""
    return desk.find("ch", key, param="charge")


def retrieve_saving(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/setup_intents/:id``."""
    return desk.find("seti", key, param="intent")


def _since(desk: Desk, said: Parameters, prefix: str) -> list[Thing]:
    least = said.number("created[gte]") if said.get("created[gte]") else 0
    least = max(least, said.number("created[gt]") + 1) if said.get("created[gt]") else least
    return [thing for thing in desk.books.all(prefix) if thing["created"] >= least]


def _page(desk: Desk, said: Parameters, things: list[Thing], url: str) -> Thing:
    limit = min(said.number("limit", least=1) if said.get("limit") else 10, 100)
    return desk.list_of(things, url=url, limit=limit, after=said.get("starting_after"))
