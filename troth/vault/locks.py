"""Work of which one run at a time is enough: a second one is told so instead of doing it twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from troth.kernel.errors import Refused


@contextmanager
def run_alone(work: str) -> Iterator[None]:
    """Hold the lock of ``work`` until the block ends; raise Refused where another process of this place holds it.

    The lock falls with the process, so that a killed run stops nobody. It saves work; what must not be done twice is
    guarded by the state in the database.
    """
    path = settings.ENVIRONMENT.data / f"{work}.lock"
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                f"The work “{work}” is being done already.",
                kept="Nothing was changed.",
                next_step="Wait until it is finished.",
            ) from None
        yield
