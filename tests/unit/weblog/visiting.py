"""Invented visits for the tests of the web log, and a collector whose time is told."""

from dataclasses import dataclass
from pathlib import Path

import duckdb  # noqa: F401  loaded here, so that no child has to
import ua_parser  # noqa: F401

from troth.weblog.collector import Collector
from troth.weblog.hits import Hit, pack
from troth.weblog.places import make_folders
from troth.weblog.store import Policy, connect, list_files

NOON = 1_790_000_000 // 86_400 * 86_400 + 43_200
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Clock:
    """Both clocks, which move together unless a test sets one of them alone."""

    wall: float = NOON
    mono: float = 1000.0

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.mono += seconds


def make_collector(folder: Path, clock: Clock) -> Collector:
    """Return a collector that waits for nothing."""
    make_folders(folder)
    policy = Policy(least=10, address_days=7)
    return Collector(folder, policy, wall=lambda: clock.wall, mono=lambda: clock.mono, longest_delay=0)


def visit(number: int, *routes: str, **changes: object) -> bytes:
    """Return the messages of one visit from an address of its own."""
    about = {"address": f"203.0.{number % 250}.{number // 250 + 1}", "agent": FIREFOX, "size": 1000} | changes
    return b"".join(pack(Hit(route=route, **about)) for route in routes or ("home",))  # type: ignore[arg-type]


def pass_time(collector: Collector, clock: Clock, *, hours: float) -> None:
    """Let time pass in steps of a quarter of an hour, and whatever is due be written."""
    for _step in range(int(hours * 4)):
        clock.move(900)
        settle(collector)


def settle(collector: Collector) -> None:
    """Let the collector do what is due, until no child is at work."""
    for _time in range(6):
        collector.tick()
        collector._wait(float("inf"))


def read_table(folder: Path, table: str) -> list[tuple]:
    """Return all rows of a table."""
    files = [str(path) for path in list_files(folder, table)]
    if not files:
        return []
    with connect() as connection:
        return connection.execute(f"select * from read_parquet({files}) order by all").fetchall()  # noqa: S608
