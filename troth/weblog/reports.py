"""The reports as questions to the stored tables: plain SQL that DuckDB and ClickHouse understand alike.

One machine asks DuckDB. On more than one the same questions go to ClickHouse: only the names of the tables change.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from troth.weblog.store import COLUMNS, connect, list_files

QUESTIONS: Mapping[str, str] = {
    "days": (
        "select day, sum(visits) as seen, sum(views) as viewed from {visit}"
        " where day >= '{since}' and day <= '{until}' group by day order by day"
    ),
    "hours": (
        "select cast(floor(minute / 60) as integer) as hour, sum(visits) as seen, sum(views) as viewed from {visit}"
        " where day >= '{since}' and day <= '{until}' group by hour order by hour"
    ),
    "dims": (
        "select kind, value, sum(n) as total from {dim} where day >= '{since}' and day <= '{until}'"
        " group by kind, value order by kind, total desc, value"
    ),
    "pages": (
        "select route, status, sum(visits) as seen, sum(hits) as answered, sum(bytes) as sent,"
        " sum(milliseconds) as took, sum(slow) as late from {page}"
        " where day >= '{since}' and day <= '{until}' group by route, status order by seen desc, route, status"
    ),
    "edges": (
        "select source, target, sum(n) as total from {edge} where day >= '{since}' and day <= '{until}'"
        " group by source, target order by total desc, source, target limit 500"
    ),
    "paths": (
        "select steps, sum(n) as total from {path} where day >= '{since}' and day <= '{until}'"
        " group by steps order by total desc, steps limit 50"
    ),
    "members": (
        "select source, target, sum(n) as total from {member} where week >= '{since}' and week <= '{until}'"
        " group by source, target order by total desc, source, target limit 200"
    ),
    "statuses": (
        "select status, sum(hits) as answered, sum(bytes) as sent from {page}"
        " where day >= '{since}' and day <= '{until}' group by status order by status"
    ),
    "requests": (
        "select network, status, sum(n) as total from {request} where day >= '{since}' and day <= '{until}'"
        " group by network, status order by total desc, network, status limit 100"
    ),
    "latest": (
        "select day, minute, minutes, visits, views from {visit} where day >= '{since}' and day <= '{until}'"
        " order by day desc, minute desc limit 1"
    ),
    "span": "select min(day) as first, max(day) as last from {visit}",
}
"""Name → SQL. The names in braces are the tables, and two days as ``2026-11-25``."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "days": ("day", "visits", "pages"),
    "hours": ("hour", "visits", "pages"),
    "dims": ("kind", "value", "visits"),
    "pages": ("route", "status", "visits", "answers", "bytes", "milliseconds", "slow"),
    "edges": ("from", "to", "visits"),
    "paths": ("steps", "visits"),
    "members": ("from", "to", "visits"),
    "statuses": ("status", "answers", "bytes"),
    "requests": ("network", "status", "answers"),
    "latest": ("day", "minute", "minutes", "visits", "pages"),
    "span": ("first", "last"),
}
"""Name → the headings of its columns, where its rows are handed out."""


def name_columns(name: str) -> tuple[str, ...]:
    """Return the headings of a report's columns."""
    return NAMES[name]


type Rows = list[list[Any]]


def ask(folder: Path, names: Sequence[str], *, since: str, until: str) -> dict[str, Rows]:
    """Return the rows of some reports, asked of the files.

    Arguments:
        folder: the web log's.
        names: keys of ``QUESTIONS``.
        since: the first day, as ``2026-11-25``.
        until: the last day.
    """
    with connect() as connection:
        sources = {table: _source(folder, table) for table in COLUMNS}
        return {
            name: [
                list(row)
                for row in connection.execute(QUESTIONS[name].format(since=since, until=until, **sources)).fetchall()
            ]
            for name in names
        }


def _source(folder: Path, table: str) -> str:
    """Return what DuckDB reads in place of a table: its files, or one without rows."""
    if files := list_files(folder, table):
        return f"read_parquet({[str(path) for path in files]})"
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in COLUMNS[table].items())
    return f"(select {columns} where false)"


def main() -> None:
    """Answer one question from the standard input on the standard output: the web server asks a process of its own."""
    asked = json.load(sys.stdin)
    answer = ask(Path(asked["folder"]), asked["names"], since=asked["since"], until=asked["until"])
    json.dump(answer, sys.stdout, default=int)


if __name__ == "__main__":
    main()
