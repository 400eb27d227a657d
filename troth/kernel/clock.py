"""The one place to ask the time, so that tests can travel and no module reads a naive clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _told.get() or datetime.now(tz=UTC)


def today() -> date:
    """Return the present date in UTC."""
    return now().date()


@contextmanager
def told(moment: datetime | None) -> Iterator[None]:
    """Within the block it is ``moment``, or with None the present again: for the invented past of the demo alone."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
