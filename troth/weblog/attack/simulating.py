"""Invented visitors and members of a site, and what they do in some days: the truth that an attacker must not find."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from troth.weblog.hits import Hit

BEGIN = 1_790_000_000 // 604_800 * 604_800 + 345_600
"""A Monday."""
DAY = 86_400
AGENTS = tuple(
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{n}.0.0.0 Safari/537.36"
        for n in (140, 139, 138)
    ]
    + [f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0" for n in (143, 142, 128)]
    + [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        f"Version/{n}.0 Mobile/15E148 Safari/604.1"
        for n in (18, 17, 16)
    ]
    + [
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{n}.0.0.0 Mobile Safari/537.36"
        for n in (140, 137)
    ]
)
PAGES = (
    "home",
    "events",
    "plans",
    "help",
    "statement:current",
    "cookies:register",
    "security",
    "shop",
    "news",
    "about",
)
REFERRERS = ("", "", "", "search.example.com", "search.example.com", "museum.example.org", "letters.example.net")
ROBOT = "ExampleBot/2.1 (+https://bot.example.org)"
_HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 13, 12, 12, 12, 11, 11, 11, 12, 13, 13, 10, 6, 3)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes again: a member, or not."""

    number: int
    address: str
    agent: str
    page: str


@dataclass(frozen=True, slots=True)
class SimulatedVisit:
    """What really happened.

    Arguments:
        person: who it was.
        member: whether it signed in.
        at: when it began, in seconds.
        steps: seconds since it began, and the route.
    """

    person: Person
    member: bool
    at: float
    referrer: str
    steps: tuple[tuple[float, str], ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What the accounts' side knows: who signed in, and when exactly."""

    member: int
    at: float


@dataclass(slots=True)
class Site:
    """An invented site.

    Arguments:
        days, visits_a_day, members: how large it is.
        seed: the same seed gives the same site.
    """

    days: int
    visits_a_day: int
    members: int
    seed: int = 1
    visits: list[SimulatedVisit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)

    def fill(self, *, begin: float = BEGIN) -> "Site":
        """Let people come and go."""
        rng = random.Random(self.seed)  # noqa: S311  invented people
        self.people = {number: _person(number, rng) for number in range(self.members)}
        for day in range(self.days):
            for _visit in range(max(1, round(rng.gauss(self.visits_a_day, self.visits_a_day**0.5)))):
                number = self.members + rng.randrange(self.visits_a_day * 8)
                self._visit(_person(number, random.Random(number)), begin + day * DAY, rng, member=False)  # noqa: S311
            for person in self.people.values():
                if rng.random() < 0.15:
                    self._visit(person, begin + day * DAY, rng, member=rng.random() < 0.8)
        self.visits.sort(key=lambda visit: visit.at)
        self.events.sort(key=lambda event: event.at)
        return self

    def _visit(self, person: Person, day: float, rng: random.Random, *, member: bool) -> None:
        at = day + rng.choices(range(24), _HOURS)[0] * 3600 + rng.random() * 3600
        walked, when = [], 0.0
        for _step in range(min(1 + int(rng.expovariate(0.4)), 12)):
            page = person.page if rng.random() < 0.3 else rng.choices(PAGES, range(len(PAGES), 0, -1))[0]
            walked.append((when, page))
            when += 5 + rng.expovariate(1 / 40)
        if member:
            place = rng.randrange(len(walked) + 1)
            moment = walked[place][0] if place < len(walked) else when
            walked.insert(place, (moment, "accounts:sign_in"))
            walked.append((when + 9, "rights:page"))
            self.events.append(Event(member=person.number, at=at + moment))
        visit = SimulatedVisit(person, member, at, rng.choice(REFERRERS), tuple(walked), quiet=rng.random() < 0.03)
        self.visits.append(visit)

    def list_hits(self) -> Iterator[tuple[float, Hit]]:
        """Yield every hit in the order of time: signed in from the sign-in on, as the middleware sees it."""
        hits: list[tuple[float, int, Hit]] = []
        for place, visit in enumerate(self.visits):
            signed_in = False
            for number, (offset, route) in enumerate(visit.steps):
                signed_in = signed_in or route == "accounts:sign_in"
                hit = Hit(
                    address=visit.person.address,
                    agent=visit.person.agent,
                    route=route,
                    size=9000,
                    milliseconds=12,
                    referrer="" if number else visit.referrer,
                    language="en",
                    personal=signed_in,
                    quiet=visit.quiet,
                )
                hits.append((visit.at + offset, place, hit))
        hits.sort(key=lambda each: each[:2])
        return ((at, hit) for at, _place, hit in hits)

    def list_lines(self) -> Iterator[str]:
        """Yield the same as lines of a log in the combined format, robots and files among them."""
        for number, (at, hit) in enumerate(self.list_hits()):
            stamp = datetime.fromtimestamp(at, tz=UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
            path = "/sign-in/" if hit.route == "accounts:sign_in" else f"/{hit.route.replace(':', '/')}"
            method = "POST" if hit.route == "accounts:sign_in" else "GET"
            referrer = f"https://{hit.referrer}/" if hit.referrer else "-"
            yield f'{hit.address} - - [{stamp}] "{method} {path} HTTP/2.0" 200 9000 "{referrer}" "{hit.agent}"'
            if number % 2:
                yield f'{hit.address} - - [{stamp}] "GET /a/site.css HTTP/2.0" 200 900 "-" "{hit.agent}"'
            if number % 5 == 0:
                yield f'198.51.100.{number % 50} - - [{stamp}] "GET {path} HTTP/1.1" 200 9000 "-" "{ROBOT}"'


def _person(number: int, rng: random.Random) -> Person:
    network = min(int(rng.expovariate(0.08)), 120)
    return Person(
        number=number,
        address=f"{_FIRST[network % len(_FIRST)]}.{network}.{rng.randrange(1, 255)}",
        agent=rng.choices(AGENTS, range(len(AGENTS), 0, -1))[0],
        page=rng.choice(PAGES),
    )


_FIRST: Sequence[str] = ("8.8", "81.2", "93.184", "145.97", "193.0", "203.104")
