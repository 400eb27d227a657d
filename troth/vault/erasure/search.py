"""Looking for the values themselves, before their keys go: every column of every table and every file, in one pass.

One pass serves all erasures that are due. A finding names the place and the count, never the value. What has a mender
is mended; the rest is reported on the receipt and to the controls.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from troth.kernel.acting import acting, system
from troth.kernel.errors import CannotOpen
from troth.kernel.ports import Registry
from troth.kernel.purposes import Purpose
from troth.vault.attributes import Attribute, Choice, Choices, Date, PostalAddress
from troth.vault.declarations import sealed_models
from troth.vault.erasure.matching import Matcher

JOB = "erasure-search"
_BATCH = 500
_CHUNK = 4 * 1024 * 1024
_NOT_TELLING = (Choice, Choices, Date)
"""Kinds whose values are alike for many people: finding one says nothing about whose it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a value stands in clear.

    Arguments:
        place: ``table.column``, or ``file:`` and the path within the data folder.
        count: in how many rows; 1 for a file.
        mended: whether a mender saw to it.
    """

    place: str
    count: int
    mended: bool


@dataclass(slots=True)
class SearchResult:
    """What one pass saw.

    Arguments:
        tables, columns, files, bytes: how much was read.
        findings: subject to what was found of its values.
        values, left_out: how many values were looked for, and how many were too short or common for it.
        unreadable: how many records did not open, so that their values could not be looked for.
    """

    tables: int = 0
    columns: int = 0
    files: int = 0
    bytes: int = 0
    values: int = 0
    left_out: int = 0
    unreadable: int = 0
    findings: dict[UUID, list[Finding]] = field(default_factory=dict)

    def facts(self, subject_id: UUID) -> dict[str, Any]:
        """Return the numbers and this subject's findings as plain data, for ledger and receipt."""
        found = self.findings.get(subject_id, [])
        return {
            "tables": self.tables,
            "columns": self.columns,
            "files": self.files,
            "bytes": self.bytes,
            "left_out": self.left_out,
            "unreadable": self.unreadable,
            "findings": [{"place": f.place, "count": f.count, "mended": f.mended} for f in found],
        }


type Mender = Callable[[Sequence[Mapping[str, Any]] | Path], None]

menders: Registry[str, Mender] = Registry("mender")
"""``table.column`` → removes these values (given the rows, column to cell); ``file:<folder>`` → mends a file in it."""

_exceptions: dict[str, str] = {}


def declare_search_exception(folder: str, reason: str) -> None:
    """Leave a folder of the data folder out of the search, such as the demo's mailbox, whose mails are the client's.

    Arguments:
        folder: its path within the data folder.
        reason: why, in a sentence; a test and the documentation list them.
    """
    _exceptions[folder] = reason


def list_search_exceptions() -> dict[str, str]:
    """Return the folders that are left out, each with the reason."""
    return dict(_exceptions)


def search_for_values(subject_ids: Sequence[UUID]) -> SearchResult:
    """Search every table and file once for the values of all these subjects; mend what can be mended.

    Opens their values as the system job ``erasure-search``, so each opening stands in the ledger; call it outside any
    transaction.
    """
    result = SearchResult()
    matcher = _make_matcher(subject_ids, result)
    places: dict[int, Counter[tuple[str, bool]]] = {number: Counter() for number in range(len(subject_ids))}
    if matcher.needles:
        for alias in connections:
            _search_tables(alias, matcher, result, places)
        _search_files(settings.ENVIRONMENT.data, matcher, result, places)
    for number, found in places.items():
        if found:
            result.findings[subject_ids[number]] = [
                Finding(place=place, count=count, mended=mended) for (place, mended), count in sorted(found.items())
            ]
    return result


type _Places = dict[int, Counter[tuple[str, bool]]]


def _make_matcher(subject_ids: Sequence[UUID], result: SearchResult) -> Matcher:
    matcher = Matcher()
    with acting(actor=system(JOB), purpose=Purpose.RIGHTS):
        for owner, subject_id in enumerate(subject_ids):
            for value in _values_of(subject_id, result):
                result.values += 1
                matcher.add(owner=owner, value=value)
    result.left_out = matcher.left_out
    return matcher


def _values_of(subject_id: UUID, result: SearchResult) -> Iterator[str]:
    for model in sealed_models():
        for row in model._base_manager.filter(subject_id=subject_id):
            try:
                opened = row.open()
            except CannotOpen:
                result.unreadable += 1
                continue
            for name, value in opened.items():
                yield from _texts_in(model.sealed_attributes[name], value)


def _texts_in(attribute: Attribute, value: Any) -> Iterator[str]:
    """Yield the texts of a value that tell whose they are."""
    if value is None or isinstance(attribute, _NOT_TELLING):
        return
    if isinstance(attribute, PostalAddress):
        yield from value["street_address"].splitlines()
    else:
        yield from _leaves(value)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)


# -- Tables -----------------------------------------------------------------------------------------------------------


def _search_tables(alias: str, matcher: Matcher, result: SearchResult, places: _Places) -> None:
    connection = connections[alias]
    for table in connection.introspection.table_names():
        result.tables += 1
        # A table is read to its end before anything in it is mended: a deletion under an open cursor is undefined.
        to_mend: dict[str, list[Mapping[str, Any]]] = {}
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of a table
            columns = [column[0] for column in cursor.description]
            result.columns += len(columns)
            while rows := cursor.fetchmany(_BATCH):
                _search_batch(table, columns, rows, matcher, result, places, to_mend)
        for place, found in to_mend.items():
            mender = menders.get(place)
            if mender is not None:
                mender(found)


def _search_batch(  # noqa: PLR0913, PLR0917 - one loop's variables
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    matcher: Matcher,
    result: SearchResult,
    places: _Places,
    to_mend: dict[str, list[Mapping[str, Any]]],
) -> None:
    """Search a batch column by column at once; only where something is found, row by row."""
    for position, column in enumerate(columns):
        cells = [_bytes_of(row[position]) for row in rows]
        hay = b"\0".join(cells)
        result.bytes += len(hay)
        if not matcher.find(hay):
            continue
        place = f"{table}.{column}"
        for row, cell in zip(rows, cells, strict=True):
            owners = matcher.find(cell)
            for owner in owners:
                places[owner][place, place in menders] += 1
            if owners:
                to_mend.setdefault(place, []).append(dict(zip(columns, row, strict=True)))


def _bytes_of(cell: Any) -> bytes:
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell)
    return cell.encode(errors="surrogatepass") if isinstance(cell, str) else str(cell).encode()


# -- Files ------------------------------------------------------------------------------------------------------------


def _search_files(folder: Path, matcher: Matcher, result: SearchResult, places: _Places) -> None:
    for path in _files_in(folder):
        relative = path.relative_to(folder)
        owners = _find_in_file(path, matcher, result)
        if not owners:
            continue
        mender = next((m for p in relative.parents if (m := menders.get(f"file:{p.as_posix()}"))), None)
        for owner in owners:
            places[owner][f"file:{relative.as_posix()}", mender is not None] += 1
        if mender is not None:
            mender(path)


def _files_in(folder: Path) -> Iterator[Path]:
    left_out = [folder / name for name in _exceptions]
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not any(path.is_relative_to(place) for place in left_out):
            yield path


def _find_in_file(path: Path, matcher: Matcher, result: SearchResult) -> set[int]:
    """Search a file in pieces that overlap by the longest needle. A file that went meanwhile has nothing in it."""
    owners: set[int] = set()
    tail = b""
    try:
        with _open_bytes(path) as file:
            while piece := file.read(_CHUNK):
                result.bytes += len(piece)
                owners |= matcher.find(tail + piece)
                tail = piece[-matcher.longest :]
    except FileNotFoundError:
        return owners
    result.files += 1
    return owners


@contextmanager
def _open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading; a database's through another process.

    Closing any descriptor of a file ends all POSIX locks that this process has on it, those of its open database too.
    """
    if not _DATABASE_FILE.search(path.name):
        with path.open("rb") as file:
            yield file
        return
    command = [sys.executable, "-S", "-c", _COPY, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:  # noqa: S603 - our own
        if reader.stdout is None:
            raise RuntimeError("The reading process has no output.")
        yield reader.stdout
    if reader.returncode and path.exists():
        raise OSError(f"The file {path} cannot be read.")


_DATABASE_FILE = re.compile(r"\.(db|sqlite3?|duckdb)(-wal|-shm|-journal|\.wal)?$")
_COPY = "import shutil, sys; shutil.copyfileobj(open(sys.argv[1], 'rb'), sys.stdout.buffer, 1 << 20)"
