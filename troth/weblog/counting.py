"""From visits to counts: one count a field, never two fields of one visitor in a row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from troth.weblog.gathering import Visit
from troth.weblog.naming import describe
from troth.weblog.networks import Networks

NONE = "none"
"""What stands where a visit has no such thing, so that each field counts every visit once."""
LONGEST_PATH = 5
ARROW = " > "

KINDS = (
    "browser",
    "system",
    "device",
    "provider",
    "country",
    "language",
    "referrer",
    "campaign",
    "entry",
    "exit",
    "length",
    "signal",
)
"""The fields of a visit. Each counts every visit of a person once; ``robot`` counts the others."""

type Dim = tuple[str, str]
"""A kind, such as ``browser``, and a value of it."""


@dataclass(slots=True)
class Counts:
    """What was counted of the people and the robots of a time.

    Arguments:
        visits, views: of people: visits, pages.
        robots: visits of robots.
        dims: kind and value → visits.
        pages: route and class of status → visits, hits, bytes, milliseconds, slow answers.
        edges: route and next route → visits. paths: the first routes of a visit → visits.
        requests: hour, network and class of status → hits; for the log of requests, which is kept a few days.
    """

    visits: int = 0
    views: int = 0
    robots: int = 0
    dims: Counter[Dim] = field(default_factory=Counter)
    pages: dict[Dim, list[int]] = field(default_factory=dict)
    edges: Counter[Dim] = field(default_factory=Counter)
    paths: Counter[tuple[str, ...]] = field(default_factory=Counter)
    requests: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def add(self, other: "Counts") -> None:
        """Add the counts of another time."""
        for name in ("visits", "views", "robots"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.dims.update(other.dims)
        self.edges.update(other.edges)
        self.paths.update(other.paths)
        self.requests.update(other.requests)
        for key, row in other.pages.items():
            _add_row(self.pages, key, row)


def count_visits(visits: Iterable[Visit], networks: Networks) -> Counts:
    """Return the counts of some visits."""
    counts = Counts()
    for visit in visits:
        if visit.quiet:
            _count_quiet(counts, visit)
            continue
        described = describe(visit.agent)
        counts.requests.update({(hour, visit.network, status): n for (hour, status), n in visit.hours.items()})
        if described.robot:
            counts.robots += 1
            counts.dims["robot", described.robot] += 1
            continue
        counts.visits += 1
        counts.views += visit.viewed
        place = networks.find(visit.network)
        values = {
            "browser": described.browser,
            "system": described.system,
            "device": described.device,
            "provider": place.provider,
            "country": place.country,
            "language": visit.language,
            "referrer": visit.referrer,
            "campaign": visit.campaign,
            "entry": visit.views[0] if visit.views else "",
            "exit": visit.views[-1] if visit.views else "",
            "length": name_length(visit.viewed),
            "signal": "",
        }
        for kind, value in values.items():
            counts.dims[kind, value or NONE] += 1
        for key, row in visit.answers.items():
            _add_row(counts.pages, key, [1, *row])
        counts.edges.update(set(pairwise(visit.views)))
        if visit.views:
            counts.paths[tuple(visit.views[:LONGEST_PATH])] += 1
    return counts


def name_length(pages: int) -> str:
    """Return how many pages a visit had, in few classes."""
    return "1" if pages <= 1 else "2-4" if pages < 5 else "5-9" if pages < 10 else "10+"


def _count_quiet(counts: Counts, visit: Visit) -> None:
    """Count a visit that asks not to be tracked: as one, with its pages; of each field it says nothing."""
    counts.visits += 1
    counts.views += visit.viewed
    counts.dims.update({(kind, NONE) for kind in KINDS if kind != "signal"})
    counts.dims["signal", "asked"] += 1


def _add_row(rows: dict[Dim, list[int]], key: Dim, row: list[int]) -> None:
    there = rows.get(key)
    if there is None:
        rows[key] = list(row)
    else:
        for place, number in enumerate(row):
            there[place] += number
