"""Measuring one piece of work in this process: wall time, and processor time by the kernel's clock."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
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
    count, started, used = 0, perf_counter(), process_time()
    while count < least or perf_counter() - started < seconds:
        work()
        count += 1
    wall, cpu = perf_counter() - started, process_time() - used
    return Sample(wall=wall / count, cpu=cpu / count, count=count)


def quantiles_of(took: Sequence[float]) -> dict[str, Any]:
    """Return within what half and 19 of 20 of these times lie, and how many they are; as plain facts, for the pipe."""
    ordered = sorted(took)
    return {"p50": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95)], "count": len(ordered)}


def measure_in_turn(works: Mapping[str, Callable[[], object]], *, seconds: float) -> dict[str, Sample]:
    """Do each work once, and all of them again and again, so that a neighbour's noise falls on all alike."""
    walls, cpus = dict.fromkeys(works, 0.0), dict.fromkeys(works, 0.0)
    count, begun = 0, perf_counter()
    while not count or perf_counter() - begun < seconds * len(works):
        for name, work in works.items():
            sample = measure(work, seconds=0)
            walls[name] += sample.wall
            cpus[name] += sample.cpu
        count += 1
    return {name: Sample(wall=walls[name] / count, cpu=cpus[name] / count, count=count) for name in works}
