"""Doing something for the look of it: whatever a check changed is undone in every database when the block ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connections, transaction


@contextmanager
def undone() -> Iterator[None]:
    """Undo, when the block ends, everything that was written in it to any database."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(_undone_at(alias))
        yield


@contextmanager
def _undone_at(alias: str) -> Iterator[None]:
    with transaction.atomic(using=alias):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=alias)
