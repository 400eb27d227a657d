"""The program that gathers: reads hits, holds visits, and lets a child that lives briefly write what may be written.

It loads neither an engine nor a list of browsers: those are loaded in the child, which ends when it has written. What
is held when the program falls is lost, and said: no smaller bucket is ever written to save it.
"""

import contextlib
import fcntl
import json
import logging
import os
import pickle
import random
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from troth.weblog.counting import Counts, count_visits
from troth.weblog.gathering import LEAST, STEP, Bucket, Gatherer
from troth.weblog.hits import END, unpack
from troth.weblog.networks import read_networks
from troth.weblog.places import PIPE, make_folders, write_private
from troth.weblog.store import (
    Policy,
    day_of,
    drop_drafts,
    drop_old_requests,
    merge_buckets,
    sharing,
    write_bucket,
    write_counts,
    write_members,
    write_requests,
)

log = logging.getLogger(__name__)

HELD = "held.json"
"""About how many visits are held, and since when: what a fall would lose. Rounded up, renewed each step of time,
and the same for none as for twenty: whether anybody was there at night is not told."""
ROUND = 20
PIPE_SIZE = 1 << 20
LONGEST_DELAY = 600.0
"""Seconds that a bucket which is complete waits at most before it is written, at random."""
TICK = 1.0
READ = 1 << 18
PATIENCE = 6.0
"""Seconds that a stop waits for the child."""


@dataclass(slots=True)
class Job:
    """A child at work: where its answer comes from, and what to do with the answer or without one."""

    pid: int
    answer: int
    done: Callable[[Counts], None]
    failed: Callable[[], None]
    received: bytearray


class Collector:
    """Gathers until it is told to stop.

    Arguments:
        folder: the web log's.
        policy: the operator's numbers.
        wall, mono: the clocks.
        longest_delay: seconds that a bucket waits at most, at random.
    """

    def __init__(
        self,
        folder: Path,
        policy: Policy,
        *,
        wall: Callable[[], float] = time.time,
        mono: Callable[[], float] = time.monotonic,
        longest_delay: float = LONGEST_DELAY,
    ) -> None:
        self.folder, self.policy = folder, policy
        self._wall, self._mono, self._longest_delay = wall, mono, longest_delay
        self.gatherer = Gatherer(wall=wall())
        self.counts = Counts()
        self.day: date | None = None
        self.week = _week_of(day_of(wall()))
        self._rest = b""
        self._job: Job | None = None
        self._due = 0.0
        self._told = -1
        self._stopping = False

    # -- The way in ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Gather until a signal to stop comes; then write what may be written."""
        make_folders(self.folder)
        drop_drafts(self.folder)
        self.say_lost()
        pipe = os.open(self.folder / PIPE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        try:
            while not self._stopping:
                waiting = [pipe, *([self._job.answer] if self._job else [])]
                with contextlib.suppress(InterruptedError):
                    ready, _, _ = select.select(waiting, [], [], TICK)
                    if pipe in ready:
                        self._read(pipe)
                    if self._job and self._job.answer in ready:
                        self._hear()
                self.tick()
            self._read(pipe)
        finally:
            os.close(pipe)
            self.finish()

    def feed(self, data: bytes) -> None:
        """Take messages in, as they come through the pipe."""
        *messages, self._rest = (self._rest + data).split(END)
        wall, mono = self._wall(), self._mono()
        for message in messages:
            hit = unpack(message)
            if hit is not None:
                self.gatherer.take(hit, wall=wall, mono=mono)

    def _read(self, pipe: int) -> None:
        with contextlib.suppress(BlockingIOError):
            self.feed(os.read(pipe, READ))

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    # -- The way to the disk ------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """End what is over, and have written what is complete."""
        wall, mono = self._wall(), self._mono()
        self.gatherer.close(mono=mono)
        self._tell_held(wall)
        self._blur_pipe(wall)
        if self._job is not None:
            return
        today = day_of(wall)
        if self.day is not None and self.day < today and self.counts.visits >= LEAST and self._is_over(wall):
            self._finish_day()
        elif _week_of(today) != self.week:
            self._finish_week(_week_of(today))
        elif mono >= self._due and (bucket := self.gatherer.hand_out(wall=wall)):
            self._due = mono + random.uniform(0, self._longest_delay)  # noqa: S311  hides an order, keeps no secret
            self._start(bucket)

    def _is_over(self, wall: float) -> bool:
        """Return whether no visit of the counted day can still come: the steps of it are all handed out."""
        assert self.day is not None  # noqa: S101  asked by who knows it
        first = min(self.gatherer.ended, default=None)
        quiet = wall % 86_400 > 2 * 3600
        return quiet if first is None else day_of(first * STEP) > self.day

    def _start(self, bucket: Bucket) -> None:
        """Let a child count and write a bucket."""

        def work() -> Counts | None:
            counts = count_visits(bucket.visits, read_networks(self.folder))
            if counts.visits < LEAST:
                return None
            write_bucket(self.folder, start=bucket.start, end=bucket.end, visits=counts.visits, views=counts.views)
            return counts

        def keep(counts: Counts) -> None:
            self.day = self.day or day_of(bucket.start)
            self.counts.add(counts)

        self._fork(work, done=keep, failed=lambda: self.gatherer.take_back(bucket))

    def _finish_day(self, *, part: str = "") -> None:
        """Let a child write the day that is over; it may have waited for others to be large enough."""
        counts, day = self.counts, self.day
        assert day is not None  # noqa: S101  there are counts
        self.counts, self.day = Counts(), None

        def hold_again() -> None:
            self.day = day
            self.counts.add(counts)

        self._fork(lambda: self.write_day(day, counts, part=part), done=_heed_nothing, failed=hold_again)

    def write_day(self, day: date, counts: Counts, *, part: str = "") -> Counts:
        """Write the tables of a day, and drop what is too old."""
        write_counts(self.folder, day, counts, policy=self.policy, origin=part)
        if self.policy.address_days:
            write_requests(self.folder, day, counts, origin=part)
        if not part:
            merge_buckets(self.folder, day)
        drop_old_requests(self.folder, today=day_of(self._wall()), days=self.policy.address_days)
        return Counts()

    def _finish_week(self, week: date, *, part: str = "") -> None:
        """Let a child write the members' routes of a week; too few of them wait for the next one."""
        members, visits, of = self.gatherer.members, self.gatherer.member_visits, self.week
        self.week = week
        if visits < LEAST:
            return
        self.gatherer.members, self.gatherer.member_visits = type(members)(), 0

        def hold_again() -> None:
            self.gatherer.members.update(members)
            self.gatherer.member_visits += visits

        def work() -> Counts:
            write_members(self.folder, of, members, name=f"{of}{part}")
            return Counts()

        self._fork(work, done=_heed_nothing, failed=hold_again)

    def _fork(
        self, work: Callable[[], Counts | None], *, done: Callable[[Counts], None], failed: Callable[[], None]
    ) -> None:
        answer, end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            os.close(end)
            self._job = Job(pid, answer, done, failed, bytearray())
            return
        status = 1
        try:
            os.close(answer)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            with sharing():
                result = pickle.dumps(work())
            with os.fdopen(end, "wb") as out:
                out.write(result)
            status = 0
        except BaseException:
            log.exception("A part of the web log could not be written; it is held and tried again.")
        finally:
            os._exit(status)

    def _hear(self) -> None:
        """Take what the child says; when it is done, keep its counts, or hold again what it could not write."""
        job = self._job
        assert job is not None  # noqa: S101  asked by who knows it
        data = os.read(job.answer, READ)
        job.received += data
        if not data:
            os.close(job.answer)
            _, status = os.waitpid(job.pid, 0)
            self._job = None
            counts = pickle.loads(job.received) if status == 0 and job.received else None  # noqa: S301  our own child
            if counts is None:
                job.failed()
            else:
                job.done(counts)

    # -- The end ------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """At a stop: end all visits, write what is large enough, forget the rest, and say how much that was."""
        deadline = time.monotonic() + PATIENCE
        self._wait(deadline)
        wall = self._wall()
        self.gatherer.close(mono=self._mono(), all_of_them=True)
        if bucket := self.gatherer.hand_out(wall=wall, all_of_them=True):
            self._start(bucket)
            self._wait(deadline)
        part = f".{int(wall % 86_400 // 60):04d}"
        if self.day is not None and self.counts.visits >= LEAST:
            self._finish_day(part=part)
            self._wait(deadline)
        self._finish_week(self.week, part=part)
        self._wait(deadline)
        if forgotten := self.gatherer.count_held() + self.counts.visits:
            log.info("Visits too few to be written were forgotten at the stop.", extra={"facts": {"visits": forgotten}})
        (self.folder / HELD).unlink(missing_ok=True)

    def _wait(self, deadline: float) -> None:
        while self._job is not None and time.monotonic() < deadline:
            ready, _, _ = select.select([self._job.answer], [], [], 0.1)
            if ready:
                self._hear()

    # -- What a fall would lose ---------------------------------------------------------------------------------------

    def _tell_held(self, wall: float) -> None:
        """Put down about how many visits are held, once each step of time."""
        step = int(wall // STEP)
        if step == self._told:
            return
        self._told = step
        held = self.gatherer.count_held() + self.counts.visits
        rounded = max(-(-held // ROUND), 1) * ROUND
        with contextlib.suppress(OSError):
            write_private(self.folder / HELD, json.dumps({"visits": rounded, "until": step * STEP}))

    def _blur_pipe(self, wall: float) -> None:
        """Let the pipe bear the time of its step, and not that of the last hit."""
        with contextlib.suppress(OSError):
            os.utime(self.folder / PIPE, (wall // STEP * STEP, wall // STEP * STEP))

    def say_lost(self) -> int:
        """Say what the last fall lost, if the program did not end by itself; return about how many visits."""
        path = self.folder / HELD
        try:
            told = json.loads(path.read_text())
        except (OSError, ValueError):
            return 0
        path.unlink(missing_ok=True)
        if lost := int(told["visits"]):
            facts = {"visits_at_most": lost, "until": told["until"]}
            log.warning("The web log's collector fell, and forgot what it held.", extra={"facts": facts})
            gaps = self.folder / "gaps.jsonl"
            before = gaps.read_text() if gaps.exists() else ""
            write_private(gaps, f"{before}{json.dumps(told)}\n")
        return lost


def _heed_nothing(_counts: Counts) -> None:
    """Take note of a child that has written."""


def _week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def run_collector(folder: Path, policy: Policy) -> None:
    """Gather until told to stop."""
    os.nice(5)
    Collector(folder, policy).run()
