"""The calendar file of a notice: when it happens, for the reader's own calendar (RFC 5545). It asks for no answer."""

from collections.abc import Iterator
from datetime import UTC, datetime

from troth.announcements.kinds import PUBLISHED, NoticeClass
from troth.announcements.models import Notice, NoticeText

_LONGEST = 75
"""Octets in a line (section 3.1)."""


def make_calendar(notice: Notice, text: NoticeText, *, url: str) -> str:
    """Return the file, or nothing where the notice has no time."""
    if notice.kind != NoticeClass.SERVICE or notice.begins_at is None:
        return ""
    ends = [f"DTEND:{_stamp(notice.ends_at)}"] if notice.ends_at else []
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Troth//announcements//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{notice.origin.pk}@notice",
        f"SEQUENCE:{_count_before(notice)}",
        f"DTSTAMP:{_stamp(notice.made_at)}",
        f"DTSTART:{_stamp(notice.begins_at)}",
        *ends,
        f"SUMMARY:{_escape(text.subject)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _fold(line))


def _count_before(notice: Notice) -> int:
    """Return how often the event was told before: a correction replaces it in the reader's calendar (3.8.7.4)."""
    if notice.corrects is None:
        return 0
    earlier = notice.corrects.corrections.filter(state__in=PUBLISHED).exclude(pk=notice.pk)
    return 1 + (earlier.filter(frozen_at__lt=notice.frozen_at) if notice.frozen_at else earlier).count()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    """Escape what has a meaning in a value of text (section 3.3.11)."""
    return "".join(f"\\{letter}" if letter in "\\,;" else letter for letter in text).replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Cut a line that is too long, never within a letter; what follows begins with a space (section 3.1)."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST:
            yield part
            part = " "
        part += letter
    yield part
