"""The log of an own Postfix, asked which mails it took: what a run left uncertain is settled by it.

Postfix writes two lines of interest for a mail, bound by its queue id::

    … postfix/cleanup[71]: 4f1: message-id=<notice-7-…@example.org>
    … postfix/qmgr[52]: 4f1: from=<bounce-7-…@example.org>, size=2211, nrcpt=1 (queue active)

The first is written before the mail is whole: the connection may still break, and then nothing was taken. The second
is written once it lies in the queue. A mail with the first alone is left undecided: it may wait for its turn in a queue
that is full. A log that does not reach back to the beginning of the notice, or that ended before, says nothing at all.
"""

import gzip
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from troth.announcements.relay_log import RelayWord
from troth.kernel import clock

_ID = re.compile(rb"cleanup\[\d+\]: (?P<queue>[0-9A-Za-z]+): message-id=<(?P<id>[^>\s]+)>")
_QUEUED = re.compile(rb"qmgr\[\d+\]: (?P<queue>[0-9A-Za-z]+): from=<")
_OLD_STYLE = re.compile(rb"(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?P<time>\d\d:\d\d:\d\d) ")
_NEW_STYLE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) ")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FUTURE = timedelta(days=1)


class PostfixLog:
    """The log of a Postfix and what was rotated away of it beside it, such as ``mail.log``, ``mail.log.1``, ``.2.gz``.

    Arguments:
        path: the file that is written now.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def ask(self, message_ids: Collection[str], since: datetime) -> RelayWord[str] | None:
        """Return which of these Message-IDs were taken since then; None where the log cannot say.

        Arguments:
            message_ids: without brackets.
            since: before any of these mails left.
        """
        wanted = {message_id.encode(): message_id for message_id in message_ids}
        waiting: dict[bytes, str] = {}
        taken: set[str] = set()
        named: set[str] = set()
        first = last = None
        try:
            for line in self._read(since):
                at = read_moment(line)
                first, last = first or at, at or last
                if found := _ID.search(line):
                    # A queue id is used again after a while: it names the mail that was named last.
                    if message_id := wanted.get(found["id"]):
                        waiting[found["queue"]] = message_id
                        named.add(message_id)
                    else:
                        waiting.pop(found["queue"], None)
                elif (found := _QUEUED.search(line)) and (message_id := waiting.get(found["queue"])):
                    taken.add(message_id)
        except (OSError, EOFError, gzip.BadGzipFile):
            return None
        floor = since.replace(microsecond=0)
        if first is None or last is None or first > floor or last < floor:
            return None
        return RelayWord(taken=frozenset(taken), undecided=frozenset(named - taken))

    def _read(self, since: datetime) -> Iterator[bytes]:
        """Yield the lines of every file that was written since then, and of the one before it, the oldest first."""
        files = [path for path in self._path.parent.glob(f"{self._path.name}*") if path.is_file()]
        dated = sorted((path.stat().st_mtime, path) for path in files)
        older = [path for written, path in dated if written < since.timestamp()]
        for path in [*older[-1:], *(path for written, path in dated if written >= since.timestamp())]:
            with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
                yield from file


def read_moment(line: bytes) -> datetime | None:
    """Return when a line of the log was written; None for a line that does not say.

    The old style (RFC 3164) has neither year nor zone: it is this machine's own time, of the year that is not to come.
    """
    if found := _NEW_STYLE.match(line):
        return datetime.fromisoformat(found[0].decode().strip())
    if (found := _OLD_STYLE.match(line)) and (name := found["month"].decode()) in _MONTHS:
        month, now = _MONTHS.index(name) + 1, clock.now()
        for year in (now.year + 1, now.year, now.year - 1):
            with suppress(ValueError):
                text = f"{year:04}-{month:02}-{int(found['day']):02} {found['time'].decode()}"
                at = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").astimezone().astimezone(UTC)
                if at <= now + _FUTURE:
                    return at
    return None
