"""How often a site may ask about one client: each answer is a line in the client's record, so it is not asked for ever.

A bucket of tokens in the memory of this process; with several processes a site has so many buckets. It is no guard of
any value (consent is), and so nothing of it is written anywhere.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from troth.kernel import clock

SIZE = 30
"""So often a site may ask about one client at once, as when many of its pages open."""
REFILL = timedelta(seconds=20)
"""After so long it may ask once more."""
_MOST = 50_000


class Pace:
    """The buckets of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._levels: OrderedDict[tuple[UUID, UUID], tuple[float, datetime]] = OrderedDict()

    def take(self, party_id: UUID, subject_id: UUID) -> timedelta:
        """Take one token; return how long to wait for one, or nothing where there was one."""
        now, key = clock.now(), (party_id, subject_id)
        with self._lock:
            level, at = self._levels.pop(key, (float(SIZE), now))
            level = min(float(SIZE), level + max(now - at, timedelta(0)) / REFILL)
            self._levels[key] = (level - 1 if level >= 1 else level, now)
            while len(self._levels) > _MOST:
                self._levels.popitem(last=False)
        return timedelta(0) if level >= 1 else REFILL * (1 - level)

    def forget(self) -> None:
        """Forget all buckets."""
        with self._lock:
            self._levels.clear()


pace = Pace()
