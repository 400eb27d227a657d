"""Deliberate breaches of the papers, for the drills; none knows how the check looks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from django.db import connection

from troth.kernel.sabotage import swap
from troth.orders.models import Order, PaperCount
from troth.orders.papers import guards, issue
from troth.orders.papers.content import Item, items_of_order
from troth.orders.papers_port import paper_makers

_SERIES = "INV-1999"


@contextmanager
def leave_a_gap() -> Iterator[None]:
    """Take a number for nothing."""
    PaperCount.objects.create(series=_SERIES, last=1)
    try:
        yield
    finally:
        PaperCount.objects.filter(series=_SERIES).delete()


def lift_guards() -> AbstractContextManager[None]:
    """Take the triggers off."""
    return guards.lifted_guards(connection)


def add_a_cent() -> AbstractContextManager[None]:
    """Let an invoice come to a cent more than its order."""

    def bill_more(order: Order) -> Sequence[Item]:
        first, *others = items_of_order(order)
        return [replace(first, net=first.net + 1), *others]

    return swap(issue, "items_of_order", bill_more)


def draw_another_sum() -> AbstractContextManager[None]:
    """Let the document say a hundred more than the row."""
    # What draws is large, and this module is loaded wherever the site is.
    from troth.orders.papers import pdf

    right = pdf.make_pdf

    def make_pdf(content: Mapping[str, Any]) -> bytes:
        return right({**content, "total": content["total"] + 10_000})

    return swap(pdf, "make_pdf", make_pdf)


@contextmanager
def issue_nothing() -> Iterator[None]:
    """Let nobody make papers."""
    maker = paper_makers.withdraw("papers")
    try:
        yield
    finally:
        paper_makers.register("papers", maker)
