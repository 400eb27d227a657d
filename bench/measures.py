"""What is measured, and what was promised of it. Each measure takes the run and yields figures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measuring import Spread
from bench.money import measure_money
from bench.report import Figure, Goal
from bench.served import CONNECTIONS, running_program
from bench.sites import Site, make_environment, make_place_environment

LEAST_THROUGHPUT = 0.6
"""The details' throughput, as a part of the calibration's (issue 2, section 8)."""
MOST_SEALING = 1.10
"""The details' cost sealed, as a multiple of the same page with plain columns."""
MOST_GROWTH = 1.5
"""From a few clients to many, a cost may grow by this and still count as not growing: the trees get a level deeper."""
MOST_MEMORY = 300e6
"""Bytes of ``troth serve``."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the bench is given.

    Arguments:
        places: the folder of the sites' places.
        clients: how many clients the large site has.
        few: how many the small one has.
        rounds: how often each thing is measured.
        seconds: how long one page is measured in one round.
        values: how many values are sealed and opened.
        cases: how many open cases each of the twenty members of the console has.
        tell: says one line of progress.
    """

    places: Path
    clients: int
    few: int
    rounds: int
    seconds: float
    values: int
    cases: int
    tell: Callable[[str], None]


@contextmanager
def members_site(run: Run, clients: int) -> Iterator[Site]:
    """Run a populated site until the block ends; its place is taken as it stands, or made."""
    run.tell(f"A site of {clients:,} clients is made ready …")
    environment = make_place_environment(place_of(run, clients), BENCH_CLIENTS=str(clients))
    with Site(f"{clients} clients", module="bench.members.commands", environment=environment) as site:
        yield site


def place_of(run: Run, clients: int) -> Path:
    """Return the data folder of the populated site of this size."""
    return run.places / f"clients-{clients}"


@contextmanager
def details_site(run: Run) -> Iterator[Site]:
    """Run the site of the two details pages until the block ends."""
    environment = make_place_environment(run.places / "details", settings="bench.details.settings")
    with Site("details", module="bench.details.commands", environment=environment) as site:
        yield site


# -- Pages ------------------------------------------------------------------------------------------------------------


def measure_pages(run: Run) -> Iterator[Figure]:
    """Measure the calibration, the details plain and sealed, and the real pages, all in each round."""
    calibration_place = run.places / "calibration"
    calibration_place.mkdir(parents=True)
    bare = make_environment(settings="bench.calibration.settings", BENCH_PLACE=str(calibration_place))
    with (
        Site("calibration", module="bench.calibration.commands", environment=bare) as calibration,
        details_site(run) as details,
        members_site(run, run.few) as members,
    ):
        asks: dict[str, Callable[[], Any]] = {
            "calibration": lambda: calibration.ask("measure_page", seconds=run.seconds),
            "details": lambda: details.ask("measure_pages", seconds=run.seconds),
            "correction": lambda: details.ask("correct_value", seconds=run.seconds),
            "hash": lambda: members.ask("measure_hash", seconds=run.seconds),
        }
        for name in ("home", "admin", "record", "join", "sign_in"):
            asks[name] = lambda name=name: members.ask("measure_page", name=name, seconds=run.seconds)
        rounds = [{**each, **each["details"]} for each in _ask_rounds(run, asks)]
    yield from _judge_details(rounds)
    beside = "× calibration"
    yield _figure("home page, a visitor", rounds, "home", against="calibration", beside=beside)
    yield _figure("Admin page, ten years", rounds, "admin", against="calibration", beside=beside)
    yield _figure("one page of the record, ten years", rounds, "record", against="calibration", beside=beside)
    yield _figure("one value corrected and saved", rounds, "correction", against="calibration", beside=beside)
    yield _figure("a password's hash, bare", rounds, "hash")
    yield _judge_hashing("sign-in", rounds, "sign_in", "")
    slept = "the answer's time is rounded up to a quarter of a second on purpose"
    yield _judge_hashing("registration", rounds, "join", slept)


type _Rounds = Sequence[dict[str, Any]]
"""What each round gave: by name, the facts of a ``Sample``."""


def _ask_rounds(run: Run, asks: dict[str, Callable[[], Any]]) -> _Rounds:
    """Ask everything in every round; a round before the first warms up and is not counted."""
    rounds = []
    for number in range(run.rounds + 1):
        run.tell(f"Round {number} of {run.rounds} …" if number else "Warming up …")
        rounds.append({name: ask() for name, ask in asks.items()})
    return rounds[1:]


def _judge_details(rounds: _Rounds) -> Iterator[Figure]:
    yield _figure("calibration: fifteen columns, bare Django", rounds, "calibration")
    throughput = Spread.of([each["calibration"]["cpu"] / each["sealed"]["cpu"] for each in rounds]).median
    cost = Spread.of([each["sealed"]["cpu"] / each["plain"]["cpu"] for each in rounds]).median
    yield _figure("details, fifteen plain columns", rounds, "plain", against="calibration", beside="× calibration")
    yield _figure("details, fifteen sealed values", rounds, "sealed", against="calibration", beside="× calibration")
    yield Figure(
        name="· their throughput beside the calibration’s",
        spread=Spread.of([each["calibration"]["cpu"] / each["sealed"]["cpu"] for each in rounds]),
        unit="×",
        goal=Goal(f"at least {LEAST_THROUGHPUT} ×", throughput >= LEAST_THROUGHPUT),
    )
    yield Figure(
        name="· sealed beside plain",
        spread=Spread.of([each["sealed"]["cpu"] / each["plain"]["cpu"] for each in rounds]),
        unit="×",
        goal=Goal(f"at most {MOST_SEALING:.2f} ×", cost <= MOST_SEALING),
    )


def _judge_hashing(name: str, rounds: _Rounds, key: str, note: str) -> Figure:
    left = Spread.of([(each[key]["cpu"] - each["hash"]["cpu"]) * 1e3 for each in rounds])
    words = f"{left.median:.1f} ms are left beside the hash ({left.least:.1f}–{left.most:.1f})"
    figure = _figure(name, rounds, key, against="hash", beside="× the hash")
    return Figure(
        figure.name,
        figure.spread,
        figure.unit,
        figure.ratio,
        figure.beside,
        None,
        "; ".join(filter(None, (words, note))),
    )


def _figure(name: str, rounds: _Rounds, key: str, *, against: str = "", beside: str = "") -> Figure:
    """Return the processor time of one thing, beside that of another of the same round."""
    ratio = Spread.of([each[key]["cpu"] / each[against]["cpu"] for each in rounds]).median if against else None
    wall = Spread.of([each[key]["wall"] * 1e3 for each in rounds])
    return Figure(
        name=name,
        spread=Spread.of([each[key]["cpu"] * 1e3 for each in rounds]),
        unit="ms CPU",
        ratio=ratio,
        beside=beside,
        note=f"{wall.median:.1f} ms by the clock ({wall.least:.1f}–{wall.most:.1f})" if not against else "",
    )


# -- Values -----------------------------------------------------------------------------------------------------------


def measure_values(run: Run) -> Iterator[Figure]:
    """Seal and store, and open through the door, so many values; fifteen a row, each row under a key of its own."""
    with details_site(run) as details:
        run.tell(f"{run.values:,} values are sealed …")
        sealed = details.ask("seal_rows", values=run.values)
        run.tell(f"{run.values:,} values are opened …")
        opened = details.ask("open_rows", values=run.values)
    for what, sample in (("sealed and stored in bulk", sealed), ("opened through the door, row by row", opened)):
        seconds = sample["cpu"] * sample["values"]
        words = f"{sample['cpu'] * 1e6:.1f} µs CPU a value; {sample['wall'] * sample['values']:.1f} s by the clock"
        yield Figure(f"{sample['values']:,} values {what}", Spread.of([seconds]), "s CPU", note=words)


# -- Growth -----------------------------------------------------------------------------------------------------------


def measure_growth(run: Run) -> Iterator[Figure]:
    """Look up, export and erase one client among few and among many, in turn; then assess the large site."""
    with members_site(run, run.few) as small, members_site(run, run.clients) as large:
        asks: dict[str, Callable[[], Any]] = {}
        for size, site in (("few", small), ("many", large)):
            for job in ("look_up", "export"):
                asks[f"{job}/{size}"] = lambda site=site, job=job: site.ask("do_job", name=job, seconds=run.seconds)
        rounds = _ask_rounds(run, asks)
        erased = {}
        for size, site in (("few", small), ("many", large)):
            run.tell(f"Clients are erased among {size} …")
            erased[size] = site.ask("do_job", name="erase", count=max(3, run.rounds))
        facts = large.facts
        yield _judge_growth(run, "a client found by e-mail address", rounds, "look_up")
        yield _judge_growth(run, "a client’s copy of everything", rounds, "export")
        yield from _judge_erasure(run, erased)
        run.tell(f"Every promise is assessed among {run.clients:,} clients …")
        yield _describe_assessment(run, large.ask("do_job", name="assess"))
        words = f"{facts['bytes'] / 1e9:.2f} GB on the disk"
        yield Figure(f"{run.clients:,} invented clients made", Spread.of([facts["took"]]), "s", note=words)


def _judge_growth(run: Run, name: str, rounds: _Rounds, job: str) -> Figure:
    growth = Spread.of([each[f"{job}/many"]["cpu"] / each[f"{job}/few"]["cpu"] for each in rounds]).median
    figure = _figure(f"{name}, among {run.clients:,}", rounds, f"{job}/many")
    goal = Goal(f"at most {MOST_GROWTH} ×", growth <= MOST_GROWTH)
    return Figure(figure.name, figure.spread, figure.unit, growth, f"× among {run.few:,}", goal, figure.note)


def _judge_erasure(run: Run, erased: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    few, many = erased["few"], erased["many"]
    growth = many["cpu"] / few["cpu"]
    words = (
        f"{many['wall'] * 1e3:.0f} ms by the clock; {many['left'] + few['left']} of those asked for were left undone"
    )
    yield Figure(
        f"a client’s erasure, among {run.clients:,}",
        Spread.of([many["cpu"] * 1e3]),
        "ms CPU",
        growth,
        f"× among {run.few:,}",
        Goal(f"at most {MOST_GROWTH} ×", growth <= MOST_GROWTH and not many["left"] and not few["left"]),
        words,
    )
    yield Figure(
        f"the nightly search before erasures, among {run.clients:,}",
        Spread.of([many["search"]]),
        "s",
        many["search"] / few["search"],
        f"× among {run.few:,}",
        note="one pass over every table and file for all who leave that day; it grows with the place, by design",
    )


def _describe_assessment(run: Run, assessed: dict[str, Any]) -> Figure:
    slowest = "; ".join(f"{key} {seconds:.1f} s" for key, seconds, _examined in assessed["slowest"])
    broken = ", ".join(assessed["broken"]) or "none"
    return Figure(
        f"troth assess, among {run.clients:,}",
        Spread.of([assessed["wall"]]),
        "s",
        note=f"slowest: {slowest}; broken here: {broken}",
    )


# -- The whole program ------------------------------------------------------------------------------------------------


def measure_served(run: Run) -> Iterator[Figure]:
    """Ask the real ``troth serve`` for pages over TLS, and then read its memory."""
    with members_site(run, run.few) as site:
        given = site.ask("prepare_serving")
    run.tell("troth serve is started …")
    with running_program(place_of(run, run.few), authority=given["authority"]) as program:
        for name, path, cookie in (
            ("home page", "/", ""),
            ("Admin page, ten years", given["admin"], given["cookie"]),
        ):
            program.measure(path, cookie=cookie, seconds=run.seconds)
            samples = []
            for number in range(1, run.rounds + 1):
                run.tell(f"{name} over TLS, round {number} of {run.rounds} …")
                samples.append(program.measure(path, cookie=cookie, seconds=run.seconds * 2))
            half, late, cpu = (
                Spread.of([getattr(sample, what) * 1e3 for sample in samples]).median
                for what in ("median", "late", "cpu")
            )
            words = f"half within {half:.0f} ms, 99 of 100 within {late:.0f} ms, {cpu:.1f} ms CPU each"
            rate = Spread.of([sample.rate for sample in samples])
            yield Figure(f"{name} over TLS, {CONNECTIONS} connections", rate, "answers/s", note=words)
        memory = program.read_memory()
    words = "PSS of supervisor, web, redirect, worker with scheduler, after those pages; no stand-ins, no mailbox"
    goal = Goal(f"under {MOST_MEMORY / 1e6:.0f} MB", memory < MOST_MEMORY)
    yield Figure("memory of troth serve", Spread.of([memory / 1e6]), "MB", goal=goal, note=words)


def measure_console(run: Run) -> Iterator[Figure]:
    """Measure the console with many clients, and many open cases each for 20 staff, beside the calibration."""
    calibration_place = run.places / "calibration"
    calibration_place.mkdir(parents=True)
    bare = make_environment(settings="bench.calibration.settings", BENCH_PLACE=str(calibration_place))
    pages = ("desk", "cases", "record", "reveal")
    with (
        Site("calibration", module="bench.calibration.commands", environment=bare) as calibration,
        members_site(run, run.clients) as members,
    ):
        rounds: list[dict[str, Any]] = []
        for number in range(run.rounds + 1):
            run.tell(f"Round {number} of {run.rounds} …" if number else f"20 staff take {run.cases} cases each …")
            given = {"seconds": run.seconds, "cases": run.cases}
            found = {page: members.ask("measure_console", page=page, **given) for page in pages}
            rounds.append({**found, "calibration": calibration.ask("measure_page", seconds=run.seconds)})
    yield from (_judge_console(words, page, rounds[1:]) for page, words in zip(pages, _CONSOLE, strict=True))


_CONSOLE = (
    "console: the desk of a member with open cases",
    "console: the list of these cases",
    "console: a client’s record, masked",
    "console: one value of it revealed, and written down",
)


def _judge_console(words: str, page: str, rounds: _Rounds) -> Figure:
    """Return within what time half of the answers came; within what 19 of 20 did stands beside it."""
    half = Spread.of([each[page]["p50"] * 1e3 for each in rounds])
    late = Spread.of([each[page]["p95"] * 1e3 for each in rounds]).median
    beside = Spread.of([each[page]["p50"] / each["calibration"]["wall"] for each in rounds]).median
    return Figure(
        name=words, spread=half, unit="ms", ratio=beside, beside="× calibration",
        note=f"19 of 20 within {late:.1f} ms, by the clock",
    )  # fmt: skip


MEASURES: dict[str, Callable[[Run], Iterator[Figure]]] = {
    "pages": measure_pages,
    "values": measure_values,
    "growth": measure_growth,
    "served": measure_served,
    "money": measure_money,
    "console": measure_console,
}
