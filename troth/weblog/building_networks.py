"""Makes the compact table of networks of two downloaded tables: who announces a network, and in which country.

The sources are the CSV files of ``ip-location-db``: ``asn`` (start, end, number, organisation) and ``asn-country``
(start, end, code), in IPv4 and IPv6. Starts are kept to /24 and /48, as addresses are cut before they are looked up.
"""

import csv
import io
import ipaddress
import json
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from troth.weblog.networks import MAGIC, V4_CUT, V6_CUT

type Range = tuple[int, int, str]
"""First and last network, in units of the cut, and what is said of them."""


def build(*, asn: Iterable[Path], country: Iterable[Path], day: str, source: str) -> bytes:
    """Return the packed table.

    Arguments:
        asn: the CSV files of providers, IPv4 and IPv6 in any order.
        country: those of countries.
        day: the day of the data.
        source: whom to name on every page that shows it.
    """
    import zstandard

    providers, countries = _read_all(asn, 3), _read_all(country, 2)
    names: dict[str, int] = {"\t": 0}
    body = io.BytesIO()
    counts = {}
    for version, kind in ((4, "I"), (6, "Q")):
        starts, places = array(kind), array("I")
        before = 0
        for start, words in _overlay(providers[version], countries[version]):
            place = names.setdefault(words, len(names))
            if places and places[-1] == place:
                continue
            starts.append(start - before)
            places.append(place)
            before = start
        counts[f"v{version}"] = len(starts)
        body.write(starts.tobytes() + places.tobytes())
    head = json.dumps({"day": day, "source": source, **counts}).encode()
    raw = MAGIC + head + b"\n" + body.getvalue() + "\n".join(names).encode()
    return zstandard.ZstdCompressor(level=19).compress(raw)


def _read_all(paths: Iterable[Path], column: int) -> dict[int, list[Range]]:
    found: dict[int, list[Range]] = {4: [], 6: []}
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                first, last = ipaddress.ip_address(row[0]), ipaddress.ip_address(row[1])
                shift = first.max_prefixlen - (V4_CUT if first.version == 4 else V6_CUT)
                words = row[column].replace("\t", " ").strip()
                found[first.version].append((int(first) >> shift, int(last) >> shift, words))
    for ranges in found.values():
        ranges.sort()
    return found


def _overlay(providers: list[Range], countries: list[Range]) -> Iterator[tuple[int, str]]:
    """Yield where what is known of a network changes, and what it is from there on: country, tab, provider."""
    edges = sorted({at for ranges in (providers, countries) for first, last, _ in ranges for at in (first, last + 1)})
    provider, country = _Walk(providers), _Walk(countries)
    for at in edges:
        yield at, f"{country.at(at)}\t{provider.at(at)}"


class _Walk:
    """Walks along ranges that are in order."""

    def __init__(self, ranges: list[Range]) -> None:
        self._ranges = ranges
        self._place = 0

    def at(self, point: int) -> str:
        """Return what is said of a point; points are asked in order."""
        while self._place < len(self._ranges) and self._ranges[self._place][1] < point:
            self._place += 1
        if self._place < len(self._ranges) and self._ranges[self._place][0] <= point:
            return self._ranges[self._place][2]
        return ""
