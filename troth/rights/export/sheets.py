"""The copy as CSV files for a spreadsheet, safe to open in one."""

import csv
import io
from collections.abc import Iterator
from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The wide forms are formulas to a spreadsheet that is set to Chinese or Japanese."""


def make_sheets(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return name and text of each CSV file: the values, what other stores hold, and the record."""
    yield (
        "values.csv",
        _write(
            ("table", "row", "value", "standing", "shown", "why", "used_to", "kept", "kept_until", "given_on"),
            _list_values(document),
        ),
    )
    yield "other.csv", _write(("store", "thing", "fact", "shown", "why", "kept"), _list_items(document))
    yield (
        "received.csv",
        _write(
            ("at", "who_received", "values", "purpose", "ground", "evidence", "outcome"), _list_disclosures(document)
        ),
    )
    yield (
        "record.csv",
        _write(("at", "who", "did", "values", "why", "case", "recipient", "ground"), _list_record(document)),
    )


def disarm(cell: Any) -> str:
    """Return the cell as text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _write(heading: tuple[str, ...], lines: Iterator[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([disarm(cell) for cell in line] for line in lines)
    # The mark tells spreadsheets that the text is UTF-8.
    return "\ufeff" + text.getvalue()


def _list_values(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for table in document["tables"]:
        for row in table["rows"]:
            for value in row["values"]:
                yield (
                    table["title"],
                    row["id"],
                    value["label"],
                    value["standing"],
                    value["shown"],
                    value["why"],
                    " ".join(value["purposes"]),
                    value["kept"],
                    value["kept_until"],
                    value["given_on"],
                )


def _list_items(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for part in document["holders"]:
        for item in part["items"]:
            for name, fact in item["facts"].items():
                yield part["title"], item["label"], name, fact, item["why"], item["kept"]


def _list_disclosures(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for each in document["disclosures"]:
        yield (
            each["at"],
            each["recipient_name"],
            ", ".join(each["values"]),
            each["purpose"],
            each["ground"],
            each["evidence"],
            each["outcome"],
        )


def _list_record(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for entry in document["record"]:
        yield (
            entry["at"],
            entry["who"],
            entry["did"],
            ", ".join(entry["values"]),
            entry["why"],
            entry["case"],
            entry["recipient"],
            entry["ground"],
        )
