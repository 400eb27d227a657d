"""Which provider and which country a network belongs to: a compact table that comes with the program.

It is made of the public tables of ``ip-location-db`` by ``scripts/make_networks`` or by ``troth weblog networks``. An
address is cut before it is looked up. What the table does not know stays unknown.
"""

import ipaddress
import json
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

OWN_FILE = Path(__file__).parent / "data" / "networks.zst"
NEWER = "networks.zst"
"""The name, in the web log's folder, of a table that the operator put in."""
MAGIC = b"troth networks 1\n"
V4_CUT, V6_CUT = 24, 48


def cut_address(text: str) -> str:
    """Return the address's network, /24 or /48; an empty string where it is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    cut = V4_CUT if address.version == 4 else V6_CUT
    return str(
        ipaddress.ip_network((int(address) >> (address.max_prefixlen - cut) << (address.max_prefixlen - cut), cut))
    )


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a network: its provider's name and its country's code; empty where it is unknown."""

    provider: str
    country: str


@dataclass(frozen=True, slots=True)
class Ranges:
    """Where the ranges of one family start, and the number of the place of each."""

    starts: "array[int]"
    places: "array[int]"


class Networks:
    """A table in memory; some five megabytes, held only while something is counted."""

    def __init__(self, *, day: str, source: str, v4: Ranges, v6: Ranges, places: list[tuple[str, str]]) -> None:
        self.day = day
        self.source = source
        self._ranges = {4: v4, 6: v6}
        self._places = places
        self.find = lru_cache(maxsize=100_000)(self._find)

    def _find(self, network: str) -> Place:
        """Return what is known of a network as ``cut_address`` returns it."""
        try:
            found = ipaddress.ip_network(network)
        except ValueError:
            return Place("", "")
        cut = V4_CUT if found.version == 4 else V6_CUT
        start = int(found.network_address) >> (found.max_prefixlen - cut)
        ranges = self._ranges[found.version]
        at = bisect_right(ranges.starts, start) - 1
        return Place(*self._places[ranges.places[at]]) if at >= 0 else Place("", "")


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int) -> Networks:
    import zstandard

    packed = path.read_bytes()
    raw = zstandard.ZstdDecompressor().decompress(packed)
    if not raw.startswith(MAGIC):
        raise ValueError("this is no table of networks")
    end = raw.index(b"\n", len(MAGIC))
    head = json.loads(raw[len(MAGIC) : end])
    at = end + 1
    arrays: list[array[int]] = []
    for kind, count in (("I", head["v4"]), ("I", head["v4"]), ("Q", head["v6"]), ("I", head["v6"])):
        values = array(kind)
        size = values.itemsize * count
        values.frombytes(raw[at : at + size])
        at += size
        if kind != "I" or len(arrays) % 2 == 0:
            _undo_steps(values)
        arrays.append(values)
    names = raw[at:].decode().split("\n")
    places = [(name.partition("\t")[2], name.partition("\t")[0]) for name in names]
    v4, v6 = Ranges(arrays[0], arrays[1]), Ranges(arrays[2], arrays[3])
    return Networks(day=head["day"], source=head["source"], v4=v4, v6=v6, places=places)


def read_head(path: Path) -> dict[str, str]:
    """Return the source and the day of a table, without reading all of it."""
    import zstandard

    with path.open("rb") as file:
        start = zstandard.ZstdDecompressor().stream_reader(file).read(2000)
    head: dict[str, str] = json.loads(start[len(MAGIC) : start.index(b"\n", len(MAGIC))])
    return head


def _undo_steps(values: "array[int]") -> None:
    """Turn the steps between the starts, as they are stored, into the starts."""
    total = 0
    for place, step in enumerate(values):
        total += step
        values[place] = total


def find_file(folder: Path) -> Path:
    """Return the table in use: the operator's newer one, or the program's own."""
    newer = folder / NEWER
    return newer if newer.is_file() else OWN_FILE


def read_networks(folder: Path) -> Networks:
    """Return the table in use; an empty one where there is none."""
    path = find_file(folder)
    if not path.is_file():
        nothing = Ranges(array("I"), array("I"))
        return Networks(day="", source="", v4=nothing, v6=nothing, places=[])
    return _load(path, path.stat().st_mtime_ns)
