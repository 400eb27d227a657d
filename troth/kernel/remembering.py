"""What every page asks and seldom changes, remembered for a moment by each process.

A page's frame names the statement's date and what is announced. Asking the database for each on every page costs more
than all else in the frame; taken for granted for two seconds, a change is seen by every process as good as at once.
"""

import time
from collections.abc import Callable
from weakref import WeakSet

FRESH_SECONDS = 2.0
"""For how long an answer is taken for granted."""

_all: "WeakSet[Remembered[object]]" = WeakSet()


class Remembered[T]:
    """Asks ``read`` and remembers the answer for a moment.

    Arguments:
        read: asks the database.
        keep: whether an answer may be remembered; every one where it is not given.
    """

    def __init__(self, read: Callable[[], T], *, keep: Callable[[T], bool] = lambda _answer: True) -> None:
        self._read = read
        self._keep = keep
        self._known: tuple[float, T] | None = None
        _all.add(self)  # type: ignore[arg-type]

    def __call__(self) -> T:
        """Return the answer, at most ``FRESH_SECONDS`` old."""
        if self._known is not None and time.monotonic() - self._known[0] < FRESH_SECONDS:
            return self._known[1]
        answer = self._read()
        self._known = (time.monotonic(), answer) if self._keep(answer) else None
        return answer

    def forget(self) -> None:
        """Ask again at the next look; called after a change is committed."""
        self._known = None


def forget_all() -> None:
    """Forget every answer: a database was put in the place of another, as between two tests."""
    for each in _all:
        each.forget()
