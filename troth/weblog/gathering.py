"""The visits of now, in memory: held until they end, forgotten when they turn out to be somebody's.

A visit is recognised by a keyed digest of address and browser; the key is random, drawn anew each day, and never
written. Of the address only its network is held. The time that decides whether a visit is over is the machine's
monotonic one, so that a clock that is set, forward or back, ends none and doubles none.
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise

from troth.weblog.hits import Hit
from troth.weblog.naming import is_robotish
from troth.weblog.networks import cut_address

STEP = 900
"""Seconds of a step of time; a bucket is as many of them as it takes to hold ``LEAST`` visits."""
LEAST = 20
IDLE = 1800
LONGEST = 12 * 3600
"""Seconds after which a visit is over: since its last hit, and since its first."""
MOST_OPEN = 200_000
"""Visits that are held at the same time; beyond it (a flood) a new one is not held, and counted as lost."""
MOST_STEPS = 100
SLOW = 1000
DAY = 86_400


@dataclass(slots=True)
class Visit:
    """One visit, while it is held.

    Arguments:
        network: the address cut to /24 or /48.
        seen, began: the monotonic time of the last and the first hit.
        at: the step of time in which its last hit was.
        views: the routes of its pages in their order, at most ``MOST_STEPS`` of them.
        answers: route and class of status → hits, bytes, milliseconds, how many were slow.
        personal: it left, or may have left, a trace beside an account; from then on only its routes are kept.
        robotish: it names itself a robot at first sight.
        quiet: its browser asks not to be tracked: it is counted, and nothing else of it is kept.
    """

    network: str
    agent: str
    language: str
    referrer: str
    campaign: str
    began: float
    seen: float
    at: int
    personal: bool = False
    quiet: bool = False
    robotish: bool = False
    hits: int = 0
    viewed: int = 0
    views: list[str] = field(default_factory=list)
    answers: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    hours: Counter[tuple[int, str]] = field(default_factory=Counter)


@dataclass(slots=True)
class Bucket:
    """What may be written together: the visits of some steps of time, at least ``LEAST`` of people among them.

    Arguments:
        start, end: seconds since 1970, whole steps.
        visits: the visits that ended in it.
        lost: how many hits were lost meanwhile.
    """

    start: int
    end: int
    visits: list[Visit]
    lost: int = 0

    def count_people(self) -> int:
        """Return how many of the visits are not robots' at first sight."""
        return sum(1 for visit in self.visits if not visit.robotish)


class Gatherer:
    """Holds what is open. Time is handed in: ``wall`` in seconds since 1970, ``mono`` of the monotonic clock."""

    def __init__(self, *, wall: float) -> None:
        self._key, self._old_key = os.urandom(32), b""
        self._day = int(wall // DAY)
        self._floor = int(wall // STEP)
        self.open: dict[bytes, Visit] = {}
        self.ended: dict[int, list[Visit]] = {}
        self.members: Counter[tuple[str, str]] = Counter()
        self.member_visits = 0
        self.lost = 0

    def take(self, hit: Hit, *, wall: float, mono: float) -> None:
        """Take one hit in."""
        self.lost += hit.lost
        step = self._step(wall)
        visit = self._find(hit, mono=mono)
        if visit is None:
            if len(self.open) >= MOST_OPEN:
                self.lost += 1
                return
            visit = self._begin(hit, mono=mono, step=step)
        visit.seen, visit.at = mono, step
        visit.hits += 1
        visit.viewed += hit.view
        if hit.quiet and not visit.quiet:
            visit.quiet, visit.robotish = True, False
            _forget(visit, but_views=False)
        if hit.personal and not visit.personal:
            visit.personal = True
            _forget(visit, but_views=True)
        if not visit.quiet or visit.personal:
            _keep(visit, hit, hour=int(wall // 3600))

    def close(self, *, mono: float, all_of_them: bool = False) -> None:
        """End the visits that are over, or at a stop all of them."""
        over = [
            key
            for key, visit in self.open.items()
            if all_of_them or mono - visit.seen >= IDLE or mono - visit.began >= LONGEST
        ]
        for key in over:
            self._end(self.open.pop(key))

    def hand_out(self, *, wall: float, all_of_them: bool = False) -> Bucket | None:
        """Return the next bucket that is complete and large enough, or None; what it holds is held here no longer."""
        last = self._step(wall) - IDLE // STEP - 1
        steps = sorted(step for step in self.ended if all_of_them or step < last)
        people, until = 0, -1
        for place, step in enumerate(steps):
            people += sum(1 for visit in self.ended[step] if not visit.robotish)
            if people >= LEAST and not (all_of_them and place + 1 < len(steps)):
                until = place
                break
        if until < 0:
            return None
        chosen = steps[: until + 1]
        visits = [visit for step in chosen for visit in self.ended.pop(step)]
        lost, self.lost = self.lost, 0
        return Bucket(start=chosen[0] * STEP, end=(chosen[-1] + 1) * STEP, visits=visits, lost=lost)

    def take_back(self, bucket: Bucket) -> None:
        """Hold a bucket again that could not be written, or was found too small; it grows by what follows."""
        self.lost += bucket.lost
        for visit in bucket.visits:
            self.ended.setdefault(visit.at, []).append(visit)

    def count_held(self) -> int:
        """Return how many visits are held, those of members among them."""
        return len(self.open) + sum(map(len, self.ended.values())) + self.member_visits

    def _find(self, hit: Hit, *, mono: float) -> Visit | None:
        """Return the open visit of this browser; one that is over is ended first."""
        for key in (self._key, self._old_key):
            if not key:
                continue
            visit = self.open.get(_digest(key, hit))
            if visit is not None and mono - visit.seen < IDLE and mono - visit.began < LONGEST:
                return visit
            if visit is not None:
                self._end(self.open.pop(_digest(key, hit)))
        return None

    def _begin(self, hit: Hit, *, mono: float, step: int) -> Visit:
        visit = Visit(
            network=cut_address(hit.address),
            agent=hit.agent,
            language=hit.language,
            referrer=hit.referrer,
            campaign=hit.campaign,
            began=mono,
            seen=mono,
            at=step,
            robotish=is_robotish(hit.agent),
        )
        self.open[_digest(self._key, hit)] = visit
        return visit

    def _end(self, visit: Visit) -> None:
        if visit.personal:
            self.member_visits += 1
            self.members.update({("", route) for route in visit.views})
            self.members.update(set(pairwise(visit.views)))
        elif visit.hits:
            self.ended.setdefault(visit.at, []).append(visit)

    def _step(self, wall: float) -> int:
        """Return the step of time, never an earlier one than before; at a new day draw a new key."""
        day = int(wall // DAY)
        if day != self._day:
            self._day, self._old_key, self._key = day, self._key, os.urandom(32)
        self._floor = max(self._floor, int(wall // STEP))
        return self._floor


def _digest(key: bytes, hit: Hit) -> bytes:
    return blake2b(f"{hit.address}\x1f{hit.agent}".encode("utf-8", "replace"), key=key, digest_size=16).digest()


def _forget(visit: Visit, *, but_views: bool) -> None:
    """Drop what is held of a visit; its routes stay where they are counted without anything beside them."""
    visit.network = visit.agent = visit.language = visit.referrer = visit.campaign = ""
    visit.answers.clear()
    visit.hours.clear()
    if not but_views:
        visit.views.clear()


def _keep(visit: Visit, hit: Hit, *, hour: int) -> None:
    if hit.view and len(visit.views) < MOST_STEPS:
        visit.views.append(hit.route)
    if visit.personal:
        return
    status = f"{hit.status // 100}xx"
    if len(visit.answers) < MOST_STEPS or (hit.route, status) in visit.answers:
        row = visit.answers.setdefault((hit.route, status), [0, 0, 0, 0])
        row[0] += 1
        row[1] += hit.size
        row[2] += hit.milliseconds
        row[3] += hit.milliseconds >= SLOW
    if len(visit.hours) < MOST_STEPS or (hour, status) in visit.hours:
        visit.hours[hour, status] += 1


def count_people(visits: Iterable[Visit]) -> int:
    """Return how many of the visits are not robots' at first sight."""
    return sum(1 for visit in visits if not visit.robotish)
