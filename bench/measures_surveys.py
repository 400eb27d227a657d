"""What surveys are measured at: answers taken a second, and the release and audit of a hundred thousand answers."""

from collections.abc import Iterator

from bench.measures import MEASURES, Run
from bench.measuring import Spread
from bench.report import Figure, Goal
from bench.sites import Site, make_environment, make_place_environment

ANSWERS = 100_000
MOST_SECONDS = 60.0
"""The audit's goal (research, section 6): under a minute."""
LEAST_ANSWERS = 200
"""Answers a second (the same place), on a machine of its own."""
_MANY = 200


def measure_surveys(run: Run) -> Iterator[Figure]:
    """Take answers in turn with bare rows of the same size, then release and audit."""
    bare_place = run.places / "calibration"
    bare_place.mkdir(parents=True, exist_ok=True)
    bare = make_environment(settings="bench.calibration.settings", BENCH_PLACE=str(bare_place))
    environment = make_place_environment(run.places / "polls")
    with (
        Site("calibration", module="bench.calibration.commands", environment=bare) as calibration,
        Site("surveys", module="bench.polls.commands", environment=environment) as site,
    ):
        page = Spread.of([calibration.ask("measure_page", seconds=run.seconds)["wall"] for _round in range(3)]).median
        rates: dict[str, list[float]] = {"rows": [], "anonymous": [], "confidential": []}
        for number in range(run.rounds + 1):
            run.tell(f"Answers, round {number} of {run.rounds} …" if number else "Answers, warming up …")
            for name, found in rates.items():
                asked = ("rows", {}) if name == "rows" else ("answer", {"mode": name})
                told = site.ask(asked[0], count=_MANY, **asked[1])
                if number:
                    found.append(_MANY / told["took"])
        run.tell(f"A release of {ANSWERS:,} answers …")
        releases = [site.ask("release", answers=ANSWERS) for _round in range(min(run.rounds, 3))]
    yield from _judge_answers({name: Spread.of(found) for name, found in rates.items()}, page)
    first = releases[0]
    yield Figure(
        f"tables made of {ANSWERS:,} answers", Spread.of([each["made"] for each in releases]), "s",
        note="every question by itself and one pair crossed, in memory; opening the answers is not in it",
    )  # fmt: skip
    audited = Spread.of([each["audited"] for each in releases])
    yield Figure(
        f"release audit, {ANSWERS:,} answers", audited, "s", audited.median / page, "× calibration",
        Goal(f"under {MOST_SECONDS:.0f} s", audited.most < MOST_SECONDS),
        f"two releases together; {first['hidden']:.0f} of {first['cells']:.0f} cells hidden",
    )  # fmt: skip


def _judge_answers(rates: dict[str, Spread], page: float) -> Iterator[Figure]:
    rows = rates["rows"].median
    yield Figure("bare rows of an answer’s size, a commit each (calibration)", rates["rows"], "rows/s")
    for mode in ("anonymous", "confidential"):
        rate = rates[mode]
        yield Figure(
            f"answers taken, {mode}", rate, "answers/s", rate.median / rows, "× bare rows",
            Goal(f"at least {LEAST_ANSWERS}/s", rate.median >= LEAST_ANSWERS) if mode == "anonymous" else None,
            f"judged, sealed and committed each; one takes {1 / rate.median / page:.1f} pages of the calibration",
        )  # fmt: skip


MEASURES["surveys"] = measure_surveys
