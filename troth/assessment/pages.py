"""What the pages of the promises show, gathered from statement, reports and history."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from troth.assessment.models import Outcome, Run
from troth.assessment.queries import ClauseReport, ControlReport, history_of, report_clauses
from troth.statement.api import State, clauses, sections
from troth.ui.api import Chart, Datum, draw_line, format_datetime

_HISTORY = 30


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A paragraph of the statement, with the state of each clause that it promises."""

    html: SafeString
    clauses: Sequence[ClauseReport]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of the statement that promises something."""

    slug: str
    title: str
    promises: Sequence[ShownPromise]


@dataclass(frozen=True, slots=True)
class ShownControl:
    """A control on its clause's page, with the chart of its last runs."""

    report: ControlReport
    chart: Chart
    failures: int

    @property
    def has_history(self) -> bool:
        """Whether there is more than one run to compare; a line of one point says nothing."""
        return len(self.chart.table) > 1


def gather_sections(language: str, reports: dict[str, ClauseReport]) -> list[ShownSection]:
    """Return the statement's promises in its order, each with its state."""
    shown = []
    for section in sections(language):
        promises = [
            ShownPromise(
                html=mark_safe(paragraph.html),  # noqa: S308  cleaned by the statement when it was read
                clauses=[reports[clause] for clause in paragraph.clauses],
            )
            for paragraph in section.paragraphs
            if paragraph.clauses
        ]
        if promises:
            shown.append(ShownSection(slug=section.slug, title=section.title, promises=promises))
    return shown


def count_states(reports: dict[str, ClauseReport]) -> dict[State, int]:
    """Return how many clauses stand in each state; the greys are counted like the rest."""
    counts = dict.fromkeys(State, 0)
    for report in reports.values():
        counts[report.state] += 1
    return counts


def gather_clause(clause: str) -> tuple[ClauseReport, list[ShownControl]] | None:
    """Return a clause and its controls with their history, or None for an unknown id."""
    report = report_clauses().get(clause)
    if report is None:
        return None
    return report, [_show_control(each) for each in report.controls]


def quote_clause(clause: str, language: str) -> list[SafeString]:
    """Return the paragraphs of the statement that make this promise, as they are published."""
    return [
        mark_safe(paragraph.html)  # noqa: S308  cleaned by the statement when it was read
        for section in sections(language)
        for paragraph in section.paragraphs
        if clause in paragraph.clauses
    ]


def name_of(clause: str) -> str:
    """Return a clause's short name."""
    return str(next(each.words for each in clauses() if each.id == clause))


def _show_control(report: ControlReport) -> ShownControl:
    runs = history_of(report.control.key, limit=_HISTORY)
    failed = [run for run in runs if run.outcome == Outcome.BROKEN]
    return ShownControl(report=report, chart=_draw_history(runs), failures=len(failed))


def _draw_history(runs: Sequence[Run]) -> Chart:
    data = [Datum(format_datetime(run.finished_at), run.examined) for run in reversed(runs)]
    return draw_line(
        title=_("How many things each of the last runs looked at"),
        description=_("The newest run is at the right."),
        name_words=_("Run"),
        value_words=_("Examined"),
        data=data,
    )
