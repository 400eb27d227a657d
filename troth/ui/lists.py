"""Sorted and paged lists whose state stands in the address, so that a link to it can be shared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from troth.kernel.ports import Words


def with_query(request: HttpRequest, **changes: str | int | None) -> str:
    """Return this page's query with some parameters changed; None takes one away."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Arguments:
        key: its name in ``?sort=``; ``-key`` sorts downwards.
        words: its heading.
        number: right-aligned, with tabular figures.
        short: never broken over two lines, such as the number of an order.
        sortable: whether its heading is a link that sorts.
        sorted: ``ascending``, ``descending`` or empty; filled by ``arrange_columns``.
        url: the address that sorts by it; filled by ``arrange_columns``.
    """

    key: str
    words: Words
    number: bool = False
    short: bool = False
    sortable: bool = False
    sorted: str = ""
    url: str = ""


def arrange_columns(request: HttpRequest, columns: Sequence[Column], *, default: str) -> tuple[list[Column], str]:
    """Return the columns with their links, and the key to sort by (``name`` or ``-name``).

    A sort that no column offers falls back to ``default``, so that an address can name nothing but what is shown.
    """
    offered = {column.key for column in columns if column.sortable}
    asked = request.GET.get("sort", default)
    chosen = asked if asked.removeprefix("-") in offered else default
    return [_arrange(request, column, chosen) for column in columns], chosen


def _arrange(request: HttpRequest, column: Column, chosen: str) -> Column:
    if not column.sortable:
        return column
    state = {column.key: "ascending", f"-{column.key}": "descending"}.get(chosen, "")
    following = f"-{column.key}" if state == "ascending" else column.key
    return replace(column, sorted=state, url=with_query(request, sort=following, page=None))


def turn_page[Item](request: HttpRequest, items: Sequence[Item], *, size: int = 25) -> Page[Item]:
    """Return the page of ``items`` that ``?page=`` names; the nearest one where it names none.

    Arguments:
        request: the request whose ``?page=`` counts.
        items: a list or a query set, already sorted.
        size: how many stand on one page.
    """
    return Paginator(items, size).get_page(request.GET.get("page"))
