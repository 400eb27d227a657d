"""How many of a web process's threads may be slow at a time, so that the others are always free for pages.

Checking a password takes a tenth of a second on purpose, and an answer that must not tell by its time what was found
sleeps. Were every thread in one of these, the home page would wait behind them. So both go by the slow lane, which has
fewer places than there are threads; whoever finds it full is asked to come again, which costs nothing.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from troth.kernel.errors import TrothError

THREADS = 16
"""Threads of a web process. A page takes milliseconds, so that most of them are there for what is slow."""

SLOW_PLACES = 12


class BusyError(TrothError):
    """More of what is slow is being done than there is room for."""

    status = 503


_places = threading.BoundedSemaphore(SLOW_PLACES)
_mine = threading.local()


@contextmanager
def slow_lane() -> Iterator[None]:
    """Hold a place of the slow lane; within one, another is free. Raises BusyError where none is left."""
    if getattr(_mine, "held", False):
        yield
        return
    if not _places.acquire(blocking=False):
        raise make_busy()
    _mine.held = True
    try:
        yield
    finally:
        _mine.held = False
        _places.release()


def make_busy() -> BusyError:
    """Return the refusal; it is the same whatever was asked."""
    return BusyError(
        _("Many people are signing in just now."), kept=_("Nothing was changed."), next_step=_("Try again in a minute.")
    )
