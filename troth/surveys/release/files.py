"""A release as a file: the same shares, hidden cells and rounded numbers as its page, and nothing beyond them."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _


def write_release(tables: Sequence[Any]) -> str:
    """Return the tables of a release, as ``queries.show_release`` gives them, as CSV: one row for each cell.

    Single answers have no file in any mode: what leaves a survey has passed its gate.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["question", "answer", "crossed_with", "share", "made_of"])
    for table in tables:
        writer.writerows([_guard(each) for each in row] for row in _rows_of(table))
    return out.getvalue()


def _rows_of(table: Any) -> Iterator[list[str]]:
    if table.held_back:
        yield [table.title, "", "", _("held back"), ""]
        return
    for name, cells in table.rows:
        for column, cell in zip(table.columns or [""], cells, strict=True):
            yield [table.title, name, column, cell, table.total]


def _guard(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, also where a question begins like a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell[:1] else cell
