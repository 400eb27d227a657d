"""``python -m bench``: measure, print one table of figures and goals, and write the same as JSON."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bench.measures_mails
import bench.measures_surveys  # noqa: F401  adds its measure
from bench.measures import MEASURES, Run
from bench.report import Figure, format_table, read_facts, write_json
from bench.sites import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is named, or all; return 0 also where a goal is missed: the table says so."""
    # Asked to end, it ends the sites and the program that it started, as on Ctrl-C.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    given = _parse(arguments)
    facts = {**read_facts(), "clients": given.clients, "few": given.few, "rounds": given.rounds, "cases": given.cases}
    with _places() as places:
        run = Run(
            places=places,
            clients=given.clients,
            few=given.few,
            rounds=given.rounds,
            seconds=given.seconds,
            values=given.values,
            cases=given.cases,
            tell=lambda line: print(line, file=sys.stderr, flush=True),
        )
        figures: list[Figure] = []
        for name in given.names or MEASURES:
            for passing in ("calibration", "details"):
                shutil.rmtree(places / passing, ignore_errors=True)
            figures += MEASURES[name](run)
    facts["load_after"] = [round(load, 2) for load in os.getloadavg()]
    print(format_table(figures))
    write_json(given.json, figures, facts)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(MEASURES)}; all if none")
    day = str(read_facts()["measured_at"])[:10]
    results = ROOT / "bench" / "results" / f"{day}.json"
    parser.add_argument(
        "--json", type=Path, default=results, help="the file for the figures (bench/results/<date>.json)"
    )
    parser.add_argument("--clients", type=int, default=1_000_000, help="clients of the large site (a million)")
    parser.add_argument("--few", type=int, default=1000, help="clients of the small site (1000)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each thing is measured (7)")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long a page is measured in a round (0.5)")
    parser.add_argument("--values", type=int, default=1_000_000, help="values to seal and to open (a million)")
    parser.add_argument("--cases", type=int, default=200, help="open cases of each member of the console (200)")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(MEASURES):
        parser.error(f"{', '.join(sorted(unknown))}: nothing is called so. There are {', '.join(MEASURES)}.")
    return given


@contextmanager
def _places() -> Iterator[Path]:
    """Return the folder of the sites: TROTH_BENCH_DATA, which is kept, or a temporary one, which is not."""
    if kept := os.environ.get("TROTH_BENCH_DATA"):
        folder = Path(kept).resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="troth-bench-") as temporary:
            yield Path(temporary)


if __name__ == "__main__":
    sys.exit(main())
