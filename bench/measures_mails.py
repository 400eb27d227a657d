"""What the help desk is measured at: mails taken in and contacts decided, a second."""

from collections.abc import Iterator

from bench.measures import MEASURES, Run, members_site
from bench.measuring import Spread
from bench.report import Figure


def measure_mails(run: Run) -> Iterator[Figure]:
    """Take mails in and have the gate decide, in turn with bare rows of the same size, a commit each."""
    most = 100
    with members_site(run, run.few) as site:
        rates: dict[str, list[float]] = {"rows": [], "mails": [], "decisions": []}
        for number in range(1, run.rounds + 1):
            run.tell(f"Mails and decisions, round {number} of {run.rounds} …")
            for name, found in rates.items():
                more = {"first": number * most} if name == "mails" else {}
                told = site.ask("do_job", name=name, count=most, **more)
                found.append(most / told["took"])
    bare = Spread.of(rates["rows"])
    yield Figure("bare rows, a commit each (calibration)", bare, "rows/s")
    for name, words, note in (
        (
            "mails",
            "mails taken in",
            "stored sealed, read, judged, a case made, its receipt decided; one process",
        ),
        ("decisions", "decisions of the gate", "wish read, decision and record written, a commit each"),
    ):
        spread = Spread.of(rates[name])
        yield Figure(words, spread, "/s", ratio=spread.median / bare.median, beside="× bare rows", note=note)


MEASURES["mails"] = measure_mails
