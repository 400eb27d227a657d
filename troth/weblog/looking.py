"""What a check sees when it looks at the files as they lie on the disk: names, columns, rows, ages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path

from troth.weblog.counting import KINDS
from troth.weblog.gathering import LEAST, STEP
from troth.weblog.networks import V4_CUT, V6_CUT
from troth.weblog.store import COLUMNS, FOLDERS, MEMBERS_LEAST, Policy, connect, read_day
from troth.weblog.suppression import FEW

TELLING = re.compile(
    r"@|[0-9a-f]{8}-[0-9a-f]{4}-|[?=]|\b\d{6,}\b|[0-9a-f]{16,}|\d{1,2}:\d\d:\d\d|\d+\.\d+\.\d+\.\d+|Mozilla/",
    re.IGNORECASE,
)
"""What a cell of words never holds: an address, an id, a token, a query, an exact time, a browser's whole name."""
PLAIN_FILES = {
    "hits",
    "held.json",
    "gaps.jsonl",
    "attack.json",
    "notes.json",
    "networks.zst",
}
ODD_FOLDERS = {"imports", "inbox"}


@dataclass(slots=True)
class Seen:
    """What was seen.

    Arguments:
        rows: how many rows of counts were looked at.
        files: how many files.
        faults: what is there that may not be.
    """

    rows: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Seen") -> None:
        """Add what was seen elsewhere."""
        self.rows += other.rows
        self.files += other.files
        self.faults += other.faults


def look_at(folder: Path, policy: Policy, *, today: date) -> Seen:
    """Look at every file below the folder."""
    seen = Seen()
    if not folder.is_dir():
        return seen
    with connect() as sql:
        for path in sorted(folder.rglob("*")):
            if path.is_dir() or path.relative_to(folder).parts[0] in ODD_FOLDERS:
                continue
            seen.files += 1
            if path.stat().st_mode & 0o077:
                seen.faults.append(f"a file of the web log can be read by others: {path.suffix or path.name}")
            if path.suffix == ".parquet":
                _look_at_table(sql, path, policy, today, seen)
            elif path.name not in PLAIN_FILES and path.suffix != ".draft":
                seen.faults.append("a file lies in the web log that does not belong there")
    return seen


def _look_at_table(sql, path: Path, policy: Policy, today: date, seen: Seen) -> None:  # type: ignore[no-untyped-def]
    table = _table_of(path)
    columns = [row[0] for row in sql.execute("describe select * from read_parquet(?)", [str(path)]).fetchall()]
    if table not in COLUMNS or columns != list(COLUMNS[table]):
        seen.faults.append("a table of the web log has a column that is not declared")
        return
    if path.stat().st_mtime % 86_400:
        seen.faults.append("a file of the web log tells when it was written")
    rows = sql.execute("select * from read_parquet(?)", [str(path)]).fetchall()
    seen.rows += len(rows)
    if rows != sorted(rows):
        seen.faults.append(f"the rows of {table} lie in another order than that of their values")
    if table == "request" and read_day(path) < today - timedelta(days=policy.address_days):
        seen.faults.append("a network is kept longer than promised")
    for row in rows:
        seen.faults += _find_faults(table, row, policy)


def _find_faults(table: str, row: tuple, policy: Policy) -> Iterator[str]:  # type: ignore[type-arg]
    yield from _find_telling(table, row)
    if table == "visit":
        if row[3] < LEAST:
            yield f"a bucket holds fewer than {LEAST} visits"
        if row[1] * 60 % STEP or row[2] * 60 % STEP:
            yield "a bucket tells an exact time"
    elif table != "request":
        n, least = _count_of(table, row), MEMBERS_LEAST if table == "member" else policy.least
        if n < least:
            yield f"a cell of {table} holds fewer than {least} visits"


def _count_of(table: str, row: tuple) -> int:  # type: ignore[type-arg]
    return int(row[3] if table == "page" else row[-1])


def _find_telling(table: str, row: tuple) -> Iterator[str]:  # type: ignore[type-arg]
    words = [cell for cell in row[1:] if isinstance(cell, str) and cell != FEW]
    if table == "request":
        if not _is_cut(row[2]):
            yield "an address stands whole in the log of requests"
        return
    if table == "dim":
        if row[1] not in {*KINDS, "robot"}:
            yield "a field is counted that is not declared"
        if row[1] == "provider":
            return  # names of companies out of our own table
    if any(TELLING.search(cell) for cell in words):
        yield f"a cell of {table} could tell who somebody is"


def _is_cut(text: str) -> bool:
    try:
        network = ip_network(text)
    except ValueError:
        return text == ""
    return network.prefixlen <= (V4_CUT if network.version == 4 else V6_CUT)


def _table_of(path: Path) -> str:
    for table, home in FOLDERS.items():
        if path.parent.name == home:
            return table
    return next((part for part in path.name.split(".") if part in COLUMNS), "")
