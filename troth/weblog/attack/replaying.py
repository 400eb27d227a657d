"""Lets the collector itself gather an invented site, in told time, so that what is attacked is what is written."""

from collections.abc import Callable
from pathlib import Path

from troth.weblog.attack.simulating import Site
from troth.weblog.collector import Collector
from troth.weblog.counting import Counts
from troth.weblog.gathering import STEP
from troth.weblog.places import make_folders
from troth.weblog.store import Policy, sharing


class InlineCollector(Collector):
    """The collector, in told time and in one process: what its child would do is done at once."""

    def __init__(self, folder: Path, policy: Policy, *, begin: float) -> None:
        self.now = begin
        self._worked = False
        super().__init__(folder, policy, wall=lambda: self.now, mono=lambda: self.now, longest_delay=0.0)

    def _fork(
        self, work: Callable[[], Counts | None], *, done: Callable[[Counts], None], failed: Callable[[], None]
    ) -> None:
        self._worked = True
        counts = work()
        if counts is None:
            failed()
        else:
            done(counts)

    def pass_time(self, until: float) -> None:
        """Let time pass, and whatever is due be written."""
        while self.now < until:
            self.now = min(until, (self.now // STEP + 1) * STEP)
            for _time in range(3):
                self._worked = False
                self.tick()
                if not self._worked:
                    break

    def _tell_held(self, wall: float) -> None:
        """Put down nothing meanwhile: only the last word stays on the disk, and ``replay`` says it."""

    def _blur_pipe(self, wall: float) -> None:
        """Nothing comes through the pipe here."""

    def say_held(self) -> None:
        """Put down what is held at the end, as the program does in each step of time."""
        super()._tell_held(self.now)


def replay(site: Site, folder: Path, policy: Policy) -> None:
    """Gather what happens at the site, and a day more, so that all of it is written that will be."""
    make_folders(folder)
    hits = list(site.list_hits())
    collector = InlineCollector(folder, policy, begin=hits[0][0] // STEP * STEP)
    with sharing():
        for at, hit in hits:
            if at - collector.now >= STEP:
                collector.pass_time(at)
            collector.gatherer.take(hit, wall=at, mono=at)
        collector.pass_time(hits[-1][0] + 8 * 86_400)
    collector.say_held()
