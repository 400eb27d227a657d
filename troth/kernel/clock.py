"""The one place to ask the time, so that tests can travel and no module reads a naive clock."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(tz=UTC)


def today() -> date:
    """Return the present date in UTC."""
    return now().date()
