"""What is bought: orders a second through to paid, events taken, invoices drawn, renewals among many memberships.

``BENCH_POSTGRES_URL``, such as ``postgres://user@host:5432``, measures on three databases of that server instead of on
SQLite; they are ``bench``, ``bench_keys`` and ``bench_index``, and exist already.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from bench.measuring import Spread
from bench.report import Figure
from bench.sites import ROOT, Site, SiteFailedError, make_environment, make_place_environment

PROCESSES = 2
_LONGEST_START = 30.0


class Run(Protocol):
    """What of a run of the bench is needed here (``bench.measures.Run``)."""

    places: Path
    clients: int
    rounds: int
    seconds: float

    def tell(self, line: str, /) -> None:
        """Say one line of progress."""


def measure_money(run: Run) -> Iterator[Figure]:
    """Buy with two processes on one place, take events, draw invoices, and run renewals among many memberships."""
    place = run.places / f"till-{secrets.token_hex(4)}"
    place.mkdir(parents=True)
    bare_place = run.places / "calibration"
    bare_place.mkdir(parents=True, exist_ok=True)
    bare = make_environment(settings="bench.calibration.settings", BENCH_PLACE=str(bare_place))
    with ExitStack() as stack:
        environment = make_place_environment(place) | stack.enter_context(_card_processor(place)) | _databases()
        sites = [
            stack.enter_context(Site(f"till {number}", module="bench.till.commands", environment=environment))
            for number in range(PROCESSES)
        ]
        calibration = stack.enter_context(Site("calibration", module="bench.calibration.commands", environment=bare))
        page = Spread.of([calibration.ask("measure_page", seconds=run.seconds)["wall"] for _round in range(3)]).median
        yield from _measure_orders(run, sites, page)
        first = sites[0]
        yield _beside("one event of the card processor taken", _ask(run, first, "take_events"), page)
        yield _beside("one invoice drawn as PDF", _ask(run, first, "draw_invoices"), page)
        run.tell(f"Renewals among {run.clients:,} memberships …")
        run.tell("  (they are made first)")
        walls = [first.ask("run_renewals", members=run.clients)["wall"] for _round in range(2)]
        yield Figure(
            f"renewals run, none due of {run.clients:,} memberships",
            Spread.of([wall * 1e3 for wall in walls]),
            "ms",
            walls[-1] / page,
            "× calibration",
        )
        run.tell("Renewals that are due …")
        charged = first.ask("charge_due")
        if not charged["count"]:
            raise SiteFailedError("No renewal that was due was charged.")
        each = charged["wall"] / charged["count"]
        yield Figure(
            f"one due renewal charged at the card stand-in, {run.clients:,} memberships beside",
            Spread.of([each * 1e3]),
            "ms",
            each / page,
            "× calibration",
        )


def _measure_orders(run: Run, sites: list[Site], page: float) -> Iterator[Figure]:
    rates = []
    with ThreadPoolExecutor(len(sites)) as together:
        for number in range(run.rounds + 1):
            run.tell(f"Orders, round {number} of {run.rounds} …" if number else "Orders, warming up …")
            asked = [together.submit(site.ask, "buy", seconds=run.seconds * 4) for site in sites]
            done = [each.result() for each in asked]
            if number:
                rates.append(sum(each["count"] / each["wall"] for each in done))
    words = (
        "ordered, page opened, paid at the card stand-in and looked up, all over HTTP; the stand-in shares the machine"
    )
    yield Figure(
        f"orders through to paid, {PROCESSES} processes",
        Spread.of(rates),
        "orders/s",
        1 / Spread.of(rates).median / page,
        "× calibration, each",
        note=words,
    )


def _ask(run: Run, site: Site, what: str) -> list[dict[str, Any]]:
    run.tell(f"{what} …")
    return [site.ask(what, seconds=run.seconds) for _round in range(run.rounds)]


def _beside(name: str, samples: list[dict[str, Any]], page: float) -> Figure:
    spread = Spread.of([sample["wall"] * 1e3 for sample in samples])
    return Figure(name, spread, "ms", spread.median / 1e3 / page, "× calibration")


def _databases() -> dict[str, str]:
    server = os.environ.get("BENCH_POSTGRES_URL", "")
    names = {"DATABASE_URL": "bench", "KEYS_DATABASE_URL": "bench_keys", "INDEX_DATABASE_URL": "bench_index"}
    return {name: f"{server}/{database}" for name, database in names.items()} if server else {}


@contextmanager
def _card_processor(place: Path) -> Iterator[dict[str, str]]:
    """Run the invented card processor; give the environment of a site that speaks to it."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    key, secret = f"sk_test_{secrets.token_hex(8)}", f"whsec_{secrets.token_hex(8)}"
    command = [sys.executable, "-m", "troth.standins", "card", "--port", str(port), "--folder", str(place / "card")]
    given = {**os.environ, "STANDIN_KEY": key, "STANDIN_SECRET": secret}
    process = subprocess.Popen([*command, "--target", ""], cwd=ROOT, env=given)
    try:
        _wait_for(port)
        yield {
            "TROTH_CARD_URL": f"http://127.0.0.1:{port}",
            "TROTH_CARD_KEY": key,
            "TROTH_CARD_WEBHOOK_SECRET": secret,
        }
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _LONGEST_START
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SiteFailedError("The invented card processor did not answer.")
