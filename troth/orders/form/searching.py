"""Reads what we keep in clear, for the search for card numbers: the newest rows of every table, and our own files.

Sealed values are no text here. The bytes of databases are left out, since their rows are read; files that are larger
than a mail, or older than the newest ones, were read when they were new.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

NEWEST = 500
"""Rows of each table, and files, that one look reads."""
_LARGEST = 1024 * 1024
_DATABASES = {".db", ".db-wal", ".db-shm", ".duckdb", ".wal"}
_NOT_WRITTEN = {"static", "tls", "secrets", "standins"}
"""Folders of the data folder in which nothing of clients is written; the stand-ins are other companies' programs."""
_TEXT = (models.CharField, models.TextField, models.JSONField)


def read_rows() -> Iterator[tuple[str, str]]:
    """Yield place and text of every plain column of the newest rows of each table."""
    for model in apps.get_models():
        if not model._meta.managed or model._meta.proxy:
            continue
        columns = [each.name for each in model._meta.concrete_fields if isinstance(each, _TEXT)]
        if columns:
            yield from _read_newest(model, columns)


def read_files() -> Iterator[tuple[str, str]]:
    """Yield place and text of the newest files that the program wrote: mails of the demo, logs, exports."""
    data = Path(settings.ENVIRONMENT.data)
    found = []
    for path in data.rglob("*"):
        parts = path.relative_to(data).parts
        if parts[0] not in _NOT_WRITTEN and path.suffix not in _DATABASES and path.is_file():
            found.append(path)
    for path in sorted(found, key=_age, reverse=True)[:NEWEST]:
        if (text := _read(path)) is not None:
            yield str(path.relative_to(data)), text


def _read_newest(model: type[models.Model], columns: list[str]) -> Iterator[tuple[str, str]]:
    name = model._meta.label
    key = model._meta.pk.name
    for row in model._base_manager.order_by(f"-{key}").values_list(*columns)[:NEWEST]:
        for column, value in zip(columns, row, strict=True):
            if value:
                yield f"{name}.{column}", _write(value)


def _write(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> str | None:
    """Return a file's text; None for what is too large, is no text, or went meanwhile."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    return None if b"\0" in content[:1024] else content.decode("utf-8", errors="replace")
