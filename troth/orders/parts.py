"""What other rooms add to an order's page: a parcel and where it is, with what its owner can do about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from troth.kernel.ports import Registry, Words
from troth.orders.models import Order


@dataclass(frozen=True, slots=True)
class OrderPart:
    """One thing beside an order, as the order's owner sees it.

    Arguments:
        title: what it is, such as "Parcel 7F3K-9QZ2-1".
        words: how it stands.
        waits: whether something is asked of the owner.
        facts: name → value, in a small table.
        url: a page of ours on which something can be done about it, with ``url_words``; empty for none.
        tracking: the carrier's number of it; empty where there is none.
        away: a page of another organisation, with ``away_words``; empty for none.
    """

    title: Words
    words: Words
    waits: bool = False
    facts: Mapping[Words, Any] = field(default_factory=dict)
    url: str = ""
    url_words: Words = ""
    tracking: str = ""
    away: str = ""
    away_words: Words = ""


order_parts: Registry[str, Callable[[Order], Sequence[OrderPart]]] = Registry("part of an order's page")


def list_parts(order: Order) -> list[OrderPart]:
    """Return what other rooms add to an order's page."""
    return [part for find in order_parts for part in find(order)]
