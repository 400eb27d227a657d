"""The copy as a ZIP file, sent piece by piece while it is made: nothing of it ever lies on a disk."""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string

from troth.rights.export.schema import SCHEMA
from troth.rights.export.sheets import make_sheets
from troth.ui.api import format_date, format_datetime

_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z))?")
"""A moment or a day as the document has it (RFC 3339)."""


class _Outlet(io.RawIOBase):
    """What ``zipfile`` writes into: it cannot be sought in, and gives away what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        """Return that it takes."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece."""
        self._written += piece
        return len(piece)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        piece = bytes(self._written)
        self._written.clear()
        return piece


def stream_archive(document: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Return the ZIP file of a copy, piece by piece.

    Arguments:
        document: what ``make_document`` returned; nothing is opened any more while pieces are sent.
        files: name and content of each file that the client gave.
    """
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in _make_entries(document, files):
            archive.writestr(name, content)
            yield outlet.take()
    yield outlet.take()


def read_aloud(fact: Any) -> Any:
    """Return a fact as people write it: a moment or day of the document in words, anything else as it is."""
    if not isinstance(fact, str) or not _ISO.fullmatch(fact):
        return fact
    return format_datetime(datetime.fromisoformat(fact)) if "T" in fact else format_date(date.fromisoformat(fact))


def _make_entries(document: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str | bytes]]:
    yield "read-me-first.html", render_to_string("rights/export.html", {"document": document, "read": read_aloud})
    yield "everything.json", json.dumps(document, ensure_ascii=False, indent=1)
    yield "schema.json", json.dumps(SCHEMA, ensure_ascii=False, indent=1)
    yield from make_sheets(document)
    yield from files
