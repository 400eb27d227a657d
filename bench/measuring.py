"""Measuring one piece of work in this process: wall time, and processor time from the kernel's own books."""

import resource
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """One round.

    Arguments:
        wall: seconds of the clock for one piece of work.
        cpu: seconds of processor time, user and system, of this process for one piece of work.
        count: how many pieces the round did.
    """

    wall: float
    cpu: float
    count: int

    def as_facts(self) -> dict[str, Any]:
        """Return it as plain facts, for the pipe between the processes."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Spread:
    """What several rounds gave: the median, the smallest and the largest."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the spread of these values."""
        return cls(statistics.median(values), min(values), max(values))


def measure(work: Callable[[], object], *, seconds: float = 0.5, least: int = 1) -> Sample:
    """Do ``work`` again and again for about so many seconds, at least so many times; return what one time took."""
    count, started, used = 0, perf_counter(), _read_cpu()
    while count < least or perf_counter() - started < seconds:
        work()
        count += 1
    wall, cpu = perf_counter() - started, _read_cpu() - used
    return Sample(wall=wall / count, cpu=cpu / count, count=count)


def _read_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
