"""What is written to the disk: small tables of counts, a file a day and table, each whole or not at all.

Rows are sorted by value and never by arrival; a file bears the time of its day and not that of its writing. What is old
is a file that is gone. DuckDB is loaded when something is written or read, by a process that lives briefly.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troth.weblog.counting import ARROW, KINDS, Counts
from troth.weblog.suppression import FEW, suppress, suppress_paths, suppress_rows

if TYPE_CHECKING:
    import duckdb

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "visit": {"day": "VARCHAR", "minute": "INTEGER", "minutes": "INTEGER", "visits": "BIGINT", "views": "BIGINT"},
    "dim": {"day": "VARCHAR", "kind": "VARCHAR", "value": "VARCHAR", "n": "BIGINT"},
    "page": {
        "day": "VARCHAR",
        "route": "VARCHAR",
        "status": "VARCHAR",
        "visits": "BIGINT",
        "hits": "BIGINT",
        "bytes": "BIGINT",
        "milliseconds": "BIGINT",
        "slow": "BIGINT",
    },
    "edge": {"day": "VARCHAR", "source": "VARCHAR", "target": "VARCHAR", "n": "BIGINT"},
    "path": {"day": "VARCHAR", "steps": "VARCHAR", "n": "BIGINT"},
    "member": {"week": "VARCHAR", "source": "VARCHAR", "target": "VARCHAR", "n": "BIGINT"},
    "request": {"day": "VARCHAR", "hour": "INTEGER", "network": "VARCHAR", "status": "VARCHAR", "n": "BIGINT"},
}
"""The tables and their columns. None can hold an account, a session, an exact time or an address of a page."""
FOLDERS = {"member": "weeks", "request": "requests"}
MEMBERS_LEAST = 20
"""Visits that a cell of the members' own counters has at least."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's numbers.

    Arguments:
        least: visits that a cell holds at least.
        address_days: days that the log of requests is kept.
    """

    least: int
    address_days: int


_shared: ContextVar["duckdb.DuckDBPyConnection | None"] = ContextVar("shared", default=None)


@contextlib.contextmanager
def sharing() -> Iterator[None]:
    """Within the block every ``connect`` yields the same engine: to start one takes longer than to write a file."""
    with connect() as connection:
        token = _shared.set(connection)
        try:
            yield
        finally:
            _shared.reset(token)


@contextlib.contextmanager
def connect() -> Iterator["duckdb.DuckDBPyConnection"]:
    """Yield an engine in memory that fetches nothing from outside and writes nothing beside what it is told to."""
    if shared := _shared.get():
        yield shared
        return
    import duckdb

    settings: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(":memory:", config=settings)
    try:
        connection.execute("set temp_directory = ''; set threads = 2; set memory_limit = '400MB'")
        yield connection
    finally:
        connection.close()


def write_rows(folder: Path, table: str, name: str, rows: Sequence[Sequence[Any]], *, dated: date) -> Path | None:
    """Write one file of a table, sorted, whole or not at all; return its path, or None where there is nothing.

    Arguments:
        folder: the web log's.
        table: a key of ``COLUMNS``.
        name: the file's name without its end; a file of that name is replaced.
        rows: in the order of the columns.
        dated: the day whose time the file bears.
    """
    if not rows:
        return None
    home = folder / FOLDERS.get(table, "days")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, draft = home / f"{name}.parquet", home / f"{name}.draft"
    columns = COLUMNS[table]
    with connect() as connection, _for_the_owner_alone():
        connection.execute(
            f"create or replace temp table t ({', '.join(f'{key} {kind}' for key, kind in columns.items())})"
        )
        places = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        connection.execute(f"insert into t select {places}", [list(each) for each in zip(*rows, strict=True)])
        connection.execute(
            f"copy (select * from t order by all) to '{_quote(draft)}' (format parquet, compression zstd)"
        )
    _settle(draft, path, dated)
    return path


@contextlib.contextmanager
def _for_the_owner_alone() -> Iterator[None]:
    """Within the block every file is made readable by its owner alone: no moment passes in which others could read it.

    The mask is the whole process's, and those that write here are programs of their own or children that live briefly.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")


def _settle(draft: Path, path: Path, dated: date) -> None:
    """Make the draft the file: on the disk first, then under its name, with the time of its day."""
    moment = datetime(dated.year, dated.month, dated.day, tzinfo=UTC).timestamp()
    os.utime(draft, (moment, moment))
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)


def day_of(seconds: float) -> date:
    """Return the day of a moment, in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC).date()


def write_bucket(folder: Path, *, start: int, end: int, visits: int, views: int) -> None:
    """Write the visits of one bucket of time."""
    day = day_of(start)
    minute = start % 86_400 // 60
    name = f"{day}.visit.{minute:04d}"
    write_rows(folder, "visit", name, [(str(day), minute, (end - start) // 60, visits, views)], dated=day)


def merge_buckets(folder: Path, day: date) -> None:
    """Put the buckets of a day that is over into one file; from then on the single ones are read no more."""
    parts = sorted((folder / "days").glob(f"{day}.visit.*.parquet"))
    if not parts:
        return
    with connect() as connection:
        rows = connection.execute(f"select * from read_parquet({[str(each) for each in parts]})").fetchall()
    write_rows(folder, "visit", f"{day}.visit", rows, dated=day)
    for part in parts:
        part.unlink()


def write_counts(folder: Path, day: date, counts: Counts, *, policy: Policy, origin: str = "") -> None:
    """Write what was counted on a day: each table by itself, suppressed.

    Arguments:
        folder: the web log's.
        day: the day; counts that waited for more visits stand under their first day.
        counts: what was counted.
        policy: the operator's numbers.
        origin: what tells the file from another of the same day, such as that of an import; empty for our own.
    """
    least, name = policy.least, f"{day}{origin}"
    dims = []
    for kind in (*KINDS, "robot"):
        values = {value: n for (each, value), n in counts.dims.items() if each == kind}
        dims += [(str(day), kind, value, n) for value, n in suppress(values, least=least).items()]
    write_rows(folder, "dim", f"{name}.dim", dims, dated=day)
    pages = suppress_rows(counts.pages, (FEW, FEW), least=least)
    write_rows(folder, "page", f"{name}.page", [(str(day), *key, *row) for key, row in pages.items()], dated=day)
    edges = suppress_rows({key: [n] for key, n in counts.edges.items()}, (FEW, FEW), least=least)
    write_rows(folder, "edge", f"{name}.edge", [(str(day), *key, *row) for key, row in edges.items()], dated=day)
    paths = suppress_paths(counts.paths, least=least)
    write_rows(
        folder, "path", f"{name}.path", [(str(day), ARROW.join(path), n) for path, n in paths.items()], dated=day
    )


def write_requests(folder: Path, day: date, counts: Counts, *, origin: str = "") -> None:
    """Write the log of requests of a day: cut networks, hours and classes of status, of visits that signed in never."""
    rows = [(str(day), hour % 24, network, status, n) for (hour, network, status), n in counts.requests.items()]
    write_rows(folder, "request", f"{day}{origin}", rows, dated=day)


def write_members(folder: Path, week: date, members: Mapping[tuple[str, str], int], *, name: str) -> None:
    """Write the routes of visits that signed in, of a whole week, without anything beside them."""
    kept = suppress_rows({key: [n] for key, n in members.items()}, (FEW, FEW), least=MEMBERS_LEAST)
    rows = [(str(week), *key, *row) for key, row in kept.items()]
    write_rows(folder, "member", name, rows, dated=week)


def drop_drafts(folder: Path) -> int:
    """Remove what a fall left half written; return how many files went."""
    drafts = list(folder.rglob("*.draft"))
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return len(drafts)


def drop_old_requests(folder: Path, *, today: date, days: int) -> int:
    """Remove the logs of requests that are older than the days; return how many files went."""
    gone = 0
    for path in (folder / "requests").glob("*.parquet"):
        if read_day(path) < today - timedelta(days=days):
            path.unlink()
            gone += 1
    return gone


def read_day(path: Path) -> date:
    """Return the day that stands in a file's name."""
    return date.fromisoformat(path.name[:10])


def list_files(folder: Path, table: str) -> list[Path]:
    """Return the files of a table."""
    if table in FOLDERS:
        return sorted((folder / FOLDERS[table]).glob("*.parquet"))
    found = sorted((folder / "days").glob(f"*.{table}.parquet"))
    whole = {path.name.partition(f".{table}")[0] for path in found}
    parts = (folder / "days").glob(f"*.{table}.*.parquet")
    return found + sorted(path for path in parts if path.name.partition(f".{table}")[0] not in whole)
