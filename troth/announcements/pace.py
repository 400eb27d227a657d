"""How fast mail to many goes: limits of the mail service, kept across restarts; and the fence after a restore."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from troth.announcements.models import Pace
from troth.kernel import clock
from troth.kernel.operator import Numbers, read_operator

PAUSE = timedelta(minutes=1)
"""For how long nothing is sent after the mail server said "not now"."""
_FILE = "notices.windows"
_SPANS = (("minute", timedelta(minutes=1)), ("hour", timedelta(hours=1)), ("day", timedelta(days=1)))


def lock_pace() -> Pace:
    """Return the sender's one row, locked until the caller's transaction ends: one lists or claims at a time."""
    Pace.objects.get_or_create(pk=1)
    return Pace.objects.select_for_update().get(pk=1)


def read_pace() -> Pace:
    """Return the sender's one row as it stands, not locked, for who only looks."""
    return Pace.objects.filter(pk=1).first() or Pace(pk=1)


def count_allowed(pace: Pace, *, wanted: int, now: datetime) -> int:
    """Return how many of the wanted mails may go now, and count them; nothing is saved yet."""
    if pace.slow_until and pace.slow_until > now:
        return 0
    allowed = wanted
    limits = read_operator().numbers
    for name, span in _SPANS:
        if getattr(pace, f"{name}_began") + span <= now:
            setattr(pace, f"{name}_began", now)
            setattr(pace, f"{name}_used", 0)
        if limit := _limit(limits, name):
            allowed = min(allowed, max(limit - getattr(pace, f"{name}_used"), 0))
    for name, _span in _SPANS:
        setattr(pace, f"{name}_used", getattr(pace, f"{name}_used") + allowed)
    return allowed


def slow_down() -> None:
    """Send nothing for a while: the mail server takes no more just now."""
    Pace.objects.filter(pk=1).update(slow_until=clock.now() + PAUSE)


def estimate_span(mails: int) -> timedelta | None:
    """Return how long so many mails take by the limits alone, or None where there is none."""
    limits = read_operator().numbers
    spans = [span * (mails / limit) for name, span in _SPANS if (limit := _limit(limits, name))]
    return max(spans, default=None)


def _limit(limits: Numbers, name: str) -> int:
    return int(getattr(limits, f"mails_per_{name}"))


# -- The fence: a database from a backup does not know what went since -------------------------------------------------


def is_behind(pace: Pace) -> bool:
    """Return whether more windows went than this database knows: then it comes from a backup."""
    return read_windows() > pace.windows


def read_windows() -> int:
    """Return how many windows went by the note outside the database."""
    try:
        return int(_path().read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def note_windows(windows: int) -> None:
    """Note outside the database how many windows went, before the mails of the last of them go."""
    path = _path()
    draft = path.with_suffix(".draft")
    draft.write_text(str(windows), encoding="ascii")
    draft.replace(path)


def _path() -> Path:
    folder: Path = settings.ENVIRONMENT.data
    return folder / _FILE
