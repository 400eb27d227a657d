"""Answers in the same time, whatever was found."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from troth.kernel.lanes import slow_lane

STEP = 0.25
"""Seconds. An answer's time is rounded up to a multiple of it, which hides the few writes that one case needs more."""


@contextmanager
def even_time() -> Iterator[None]:
    """Make the block last a whole number of steps, also where it raises.

    Raises BusyError, before anything is done, where too many threads are slow already.
    """
    with slow_lane():
        started = time.monotonic()
        try:
            yield
        finally:
            time.sleep(STEP - (time.monotonic() - started) % STEP)
