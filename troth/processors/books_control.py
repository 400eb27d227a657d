"""What really arrived at the stand-ins, call by call, against what the record says left (A6, E1, E3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import Left, search_left
from troth.kernel import clock
from troth.kernel.ports import Control, Observation, Registry, Sabotage, controls
from troth.processors import books, sabotages
from troth.processors.linking import card_adapters, parcel_adapters
from troth.processors.models import Kind, Processor, State
from troth.vault.api import get_attribute

RECENT = timedelta(days=2)
SLACK = timedelta(minutes=2)
"""How far the clocks of two programs on one machine, and the time from the row to the bytes, may lie apart."""
PERSONAL: Mapping[str, Mapping[str, str]] = {
    "card": {"name": "name", "email": "email"},
    "parcel": {"name": "name", "street1": "address", "street2": "address", "city": "address", "zip": "address",
               "state": "address", "country": "address", "phone": "telephone", "email": "email"},
}  # fmt: skip
"""Kind → how the company's interface calls a value of a person → the name of our value that it is."""
_ADAPTERS: Mapping[str, Registry[str, Any]] = {"card": card_adapters, "parcel": parcel_adapters}
_KINDS: Mapping[str, str] = {
    "user.name": "name",
    "user.contact.email": "email",
    "user.contact.address": "address",
    "user.contact.phone_number": "telephone",
}
_OURS = ("from_address", "return_address")
"""Parts of a parcel's call that say who sends it: the operator itself."""


def observe_books() -> Observation:
    """Look at each call of the last days that holds something of a person, for the row that says so."""
    examined, failures = 0, []
    since = clock.now() - RECENT
    for kind, names in PERSONAL.items():
        processor = Processor.objects.filter(kind=Kind(kind), state=State.ACTIVE).exclude(adapter="").first()
        if processor is None:
            continue
        examined += 1
        if processor.adapter not in _ADAPTERS[kind]:
            failures.append(f"{processor.key}: no part of the program speaks to it")
        calls = books.read_calls(kind)
        if calls is None:
            continue
        rows = search_left(recipient=processor.key, since=since - SLACK, limit=5000)
        for call in calls:
            at = datetime.fromtimestamp(call["at"], tz=UTC)
            held = {names[name] for name in find_personal(call["body"], names)}
            if at < since or call["status"] >= 400:
                continue
            examined += 1
            said = next((row for row in rows if _says(row, at, held)), None) if held else None
            if said is not None:
                rows.remove(said)  # a row tells of one call: a second call wants a second row
            elif held:
                told = ", ".join(sorted(held))
                failures.append(f"{processor.key}: {call['method']} {call['path']} brought {told}, and no row says so")
    return Observation(examined=examined, failures=failures)


def find_personal(body: Any, names: Mapping[str, str], *, below: str = "") -> set[str]:
    """Return which of the company's names of personal values stand in a body, with something in them, however deep."""
    if isinstance(body, Mapping):
        found: set[str] = set()
        for key, value in body.items():
            parts = [part for part in str(key).replace("]", "").split("[") if part]
            if any(part in _OURS for part in parts) or not parts:
                continue
            inner = find_personal(value, names, below=parts[-1])
            found |= inner if "product_data" not in parts and "price_data" not in parts else set()
        return found
    if isinstance(body, list):
        return {name for item in body for name in find_personal(item, names, below=below)}
    return {below} if below in names and body not in (None, "") else set()


def _says(row: Left, at: datetime, held: set[str]) -> bool:
    """Return whether a row stood before the call, and names all that was in it."""
    named = {_kind_of(label) for label in row.fields}
    return row.at - SLACK <= at <= row.at + SLACK and held <= named


def _kind_of(label: str) -> str:
    """Return which kind of value a label names: the name on an order and that of the account are both a name."""
    model, _dot, name = label.partition("/")[0].rpartition(".")
    try:
        category = get_attribute(model, name).category
    except (LookupError, ValueError):
        return ""
    return next((kind for begin, kind in _KINDS.items() if category.startswith(begin)), "")


BOOKS = Control(
    key="processors.books",
    clauses=("A6", "E1", "E3"),
    words=_("What arrived at the card processor and the carrier is what the record says, call by call"),
    observe=observe_books,
    every=timedelta(hours=1),
    sabotages=(
        Sabotage("unwritten", _("A name goes to a company, and no row says so"), sabotages.call_without_a_row),
        Sabotage("added", _("A call holds one value more than its row says"), sabotages.call_with_more),
        Sabotage("unspoken", _("The register names a program that is not there"), sabotages.lose_the_adapter),
    ),
)


def register() -> None:
    """Register the check; called once, at start-up."""
    controls.register(BOOKS.key, BOOKS)
