"""The attacker: holds the files of the web log as they lie on the disk, and all that the accounts' side knows.

It knows of each member every moment of signing in. For the score alone we also know who each visit was.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from pathlib import Path

from troth.weblog.attack.replaying import replay
from troth.weblog.attack.scoring import Score
from troth.weblog.attack.simulating import DAY, Event, Person, Site
from troth.weblog.naming import describe
from troth.weblog.networks import cut_address, read_networks
from troth.weblog.store import COLUMNS, Policy, connect, day_of, list_files, sharing
from troth.weblog.suppression import FEW

NAIVE_LEAST = 0.9
"""What the attacker must reach on the usual layout; below it the attacker is too weak to say anything."""

COPIED = 10
"""Days beyond those of the site for which its log of requests is there for the attacker."""
SEEN_AGAIN = 0.95
"""How sure the attacker is that a network is seen in an hour in which its member acted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attack found.

    Arguments:
        naive: the attack on the usual layout: exact times and a visit's own rows.
        scores: the attacks on our files, one of each method.
        visits: how many visits there were.
    """

    naive: Score
    scores: Sequence[Score]
    visits: int

    @property
    def is_void(self) -> bool:
        """Whether the attacker was too weak for the run to count."""
        return self.naive.share < NAIVE_LEAST or not all(score.tried for score in self.scores)


def attack(site: Site, folder: Path, policy: Policy) -> Verdict:
    """Let the site be gathered into ``folder`` by the collector, then attack the files, and the usual layout beside.

    The attacker copied the log of requests each day, so that nothing of it is gone for the attack.
    """
    replay(site, folder, replace(policy, address_days=max(policy.address_days, site.days + COPIED)))
    with sharing():
        tables = {table: read_table(folder, table) for table in COLUMNS}
    known = _Known(site)
    return Verdict(
        naive=_attack_naive(site),
        scores=[
            _by_time_and_network(tables["request"], known),
            _by_order(tables["request"], known),
            _by_repeated_hours(tables["request"], known),
            *(
                _by_counts(tables["dim"], kind, known, truth)
                for kind, truth in (
                    ("browser", lambda person: describe(person.agent).browser),
                    ("system", lambda person: describe(person.agent).system),
                    ("provider", _provider_of(folder)),
                    ("entry", lambda person: person.page),
                )
            ),
            _by_rare_path(tables["path"], known),
        ],
        visits=len(site.visits),
    )


def read_table(folder: Path, table: str) -> list[tuple]:  # type: ignore[type-arg]
    """Return the rows of a table in the order in which they lie in the files."""
    rows: list[tuple] = []  # type: ignore[type-arg]
    with connect() as connection:
        for path in list_files(folder, table):
            rows += connection.execute("select * from read_parquet(?)", [str(path)]).fetchall()
    return rows


class _Known:
    """What the accounts' side knows, and what we know for the score."""

    def __init__(self, site: Site) -> None:
        self.people = site.people
        self.events: Sequence[Event] = site.events
        self.days: dict[int, set[str]] = defaultdict(set)
        for event in site.events:
            self.days[event.member].add(str(day_of(event.at)))


def _provider_of(folder: Path) -> Callable[[Person], str]:
    networks = read_networks(folder)
    return lambda person: networks.find(cut_address(person.address)).provider


def _attack_naive(site: Site) -> Score:
    """Name for each sign-in the visit with a sign-in at the nearest time: rows of visits, and exact times, as usual."""
    rows = [
        (visit.at + offset, place)
        for place, visit in enumerate(site.visits)
        for offset, route in visit.steps
        if route == "accounts:sign_in"
    ]
    right = 0
    for event in site.events:
        _distance, place = min((abs(at - event.at), place) for at, place in rows)
        right += site.visits[place].person.number == event.member
    return Score("naive", len(site.events), right, 1 / max(len(site.visits) / site.days, 1))


def _by_time_and_network(rows: Sequence[tuple], known: _Known) -> Score:  # type: ignore[type-arg]
    """Name the network of a sign-in: the rarest one in the log of requests at that hour."""
    at: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    commonest: Counter[str] = Counter()
    for day, hour, network, _status, n in rows:
        at[day, hour][network] += n
        commonest[network] += n
    return _guess_networks(known, "time and network", at, lambda found, _place: min(found, key=lambda x: (found[x], x)))


def _by_order(rows: Sequence[tuple], known: _Known) -> Score:  # type: ignore[type-arg]
    """Name the network that stands, in the file's order, where the event stands among those of its day."""
    at: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for day, hour, network, _status, n in rows:
        at[day, hour][network] += n
    return _guess_networks(known, "order", at, lambda found, place: list(found)[place % len(found)])


def _by_repeated_hours(rows: Sequence[tuple], known: _Known) -> Score:  # type: ignore[type-arg]
    """Name the network of a member: the one that is seen in the hours of its sign-ins, and else seldom."""
    hours: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for day, hour, network, _status, _n in rows:
        hours[network].add((day, hour))
    seen_at_all = set[tuple[str, int]]().union(*hours.values()) if hours else set()
    acted: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for event in known.events:
        acted[event.member].add((str(day_of(event.at)), int(event.at % DAY // 3600)))
    tried = right = 0
    for member, moments in acted.items():
        there = moments & seen_at_all
        if len(there) < 3:
            continue
        tried += 1
        guess = max(sorted(hours), key=lambda network: _likelihood(hours[network], there, len(seen_at_all)))
        right += guess == cut_address(known.people[member].address)
    return Score("repeated hours", tried, right, _commonest_share(known))


def _likelihood(seen: set[tuple[str, int]], there: set[tuple[str, int]], hours: int) -> float:
    """Return the logarithm of how much likelier the sightings are where the network is the member's."""
    usual = min(max(len(seen) / hours, 1e-6), 1 - 1e-6)
    hit = len(seen & there)
    return hit * log(SEEN_AGAIN / usual) + (len(there) - hit) * log((1 - SEEN_AGAIN) / (1 - usual))


def _guess_networks(
    known: _Known,
    method: str,
    at: Mapping[tuple[str, int], Counter[str]],
    choose: Callable[[Counter[str], int], str],
) -> Score:
    tried = right = 0
    chance = 0.0
    for place, event in enumerate(known.events):
        found = at.get((str(day_of(event.at)), int(event.at % DAY // 3600)))
        if not found:
            continue
        tried += 1
        network = cut_address(known.people[event.member].address)
        right += choose(found, place) == network
        chance += found[network] / found.total() if network in found else 0.0
        # Guessing blindly in proportion to what is seen; somebody of that network was there anyway.
    chance_share = chance / tried if tried else 0.0
    return Score(method, tried, right, max(chance_share, _commonest_share(known)))


def _commonest_share(known: _Known) -> float:
    networks = Counter(cut_address(person.address) for person in known.people.values())
    return networks.most_common(1)[0][1] / max(len(known.people), 1)


def _by_counts(
    rows: Sequence[tuple],  # type: ignore[type-arg]
    kind: str,
    known: _Known,
    truth: Callable[[Person], str],
) -> Score:
    """Name what a member uses: the value counted more on days when it signed in (statistical disclosure)."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    days: set[str] = set()
    for day, each, value, n in rows:
        if each == kind:
            days.add(day)
            if value != FEW:
                counts[value][day] = counts[value].get(day, 0) + n
    real = {number: truth(person) for number, person in known.people.items()}
    baseline = Counter(real.values()).most_common(1)[0][1] / max(len(real), 1)
    tried = right = 0
    for member, acted in known.days.items():
        if len(acted & days) < 3 or not counts:
            continue
        tried += 1
        guess = max(sorted(counts), key=lambda value: _surprise(counts[value], acted & days, days))
        right += guess == real[member]
    return Score(f"counts by {kind}", tried, right, baseline)


def _surprise(of_day: Mapping[str, int], acted: set[str], days: set[str]) -> float:
    """Return by how many deviations a value is counted more on the days when somebody acted."""
    numbers = [of_day.get(day, 0) for day in days]
    mean = sum(numbers) / len(numbers)
    deviation = sqrt(sum((n - mean) ** 2 for n in numbers) / len(numbers)) or 1e9
    there = sum(of_day.get(day, 0) for day in acted) / len(acted)
    return (there - mean) / (deviation / sqrt(len(acted)))


def _by_rare_path(rows: Sequence[tuple], known: _Known) -> Score:  # type: ignore[type-arg]
    """Name the page that a member likes: the one with which the rarest ways of its days begin."""
    of_day: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for day, steps, n in rows:
        if steps != FEW:
            of_day[day].append((n, steps.partition(" > ")[0]))
    rng = random.Random(1)  # noqa: S311  ties of a guess
    tried = right = 0
    for member, acted in known.days.items():
        guesses = Counter(min(of_day[day])[1] for day in sorted(acted) if of_day.get(day))
        if not guesses:
            continue
        tried += 1
        best = max(guesses.values())
        guess = rng.choice(sorted(page for page, n in guesses.items() if n == best))
        right += guess == known.people[member].page
    pages = Counter(person.page for person in known.people.values())
    return Score("rare path", tried, right, pages.most_common(1)[0][1] / max(len(known.people), 1))
