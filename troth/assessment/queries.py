"""Reads: the state of each control and clause, and the history behind it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django.db.models import Max

from troth.assessment.models import Closure, Drill, Outcome, Run
from troth.assessment.states import DRILL_LIFE, LastDrill, LastRun, judge_clause, judge_control
from troth.cookies.api import GpcSupport
from troth.kernel import clock
from troth.kernel.ports import Control, controls
from troth.statement.api import ClauseState, State, clauses


@dataclass(frozen=True, slots=True)
class ControlReport:
    """A control with all that is known of it.

    Arguments:
        control: the control itself.
        state: kept, broken, unproven or stale, and ``reason`` says why where it is not kept.
        run: its newest run, or None.
        drills: the newest drill of each sabotage that had one.
    """

    control: Control
    state: State
    reason: str
    run: LastRun | None
    drills: Sequence[LastDrill]

    @property
    def drilled_at(self) -> datetime | None:
        """When the control was last broken on purpose and caught it."""
        return max((drill.at for drill in self.drills if drill.caught), default=None)


@dataclass(frozen=True, slots=True)
class ClauseReport:
    """A clause with its state and the controls behind it."""

    id: str
    state: State
    controls: Sequence[ControlReport] = field(default=())

    @property
    def examined(self) -> int:
        """How many things the newest runs looked at, all controls together."""
        return sum(report.run.examined for report in self.controls if report.run)

    @property
    def checked_at(self) -> datetime | None:
        """When the oldest of its evidence was gathered."""
        return min((report.run.finished_at for report in self.controls if report.run), default=None)

    @property
    def drilled_at(self) -> datetime | None:
        """When it was last broken on purpose: the oldest of its controls' drills."""
        times = [report.drilled_at for report in self.controls]
        return None if None in times else min((time for time in times if time), default=None)


def report_controls() -> list[ControlReport]:
    """Return every registered control with its state."""
    now = clock.now()
    runs, drills = _newest_runs(), _newest_drills(now)
    reports = []
    for control in sorted(controls, key=lambda each: each.key):
        run, done = runs.get(control.key), drills[control.key]
        state, reason = judge_control(control=control, run=run, drills=done, now=now)
        reports.append(ControlReport(control=control, state=state, reason=reason, run=run, drills=done))
    return reports


def report_clauses() -> dict[str, ClauseReport]:
    """Return every clause of the closed list with its state, in the list's order."""
    behind: dict[str, list[ControlReport]] = defaultdict(list)
    for report in report_controls():
        for clause in report.control.clauses:
            behind[clause].append(report)
    return {
        clause: ClauseReport(
            id=clause, state=judge_clause(r.state for r in behind[clause]), controls=tuple(behind[clause])
        )
        for clause in (each.id for each in clauses())
    }


def read_clause_states() -> Mapping[str, ClauseState]:
    """Return clause id to state, for the margins of other rooms' pages; at most ``_REMEMBERED`` seconds old.

    The promises' own pages, the interlock and ``gpc.json`` never read it: they look anew each time.
    """
    if _remembered and monotonic() - _remembered[0][0] < _REMEMBERED:
        return _remembered[0][1]
    states = {
        clause: ClauseState(state=report.state, checked_at=report.checked_at, examined=report.examined)
        for clause, report in report_clauses().items()
    }
    _remembered[:] = [(monotonic(), states)]
    return states


def forget_clause_states() -> None:
    """Let the next page of this process read the states anew; a run of a control calls it."""
    _remembered.clear()


_REMEMBERED = 5.0
_remembered: list[tuple[float, Mapping[str, ClauseState]]] = []


def history_of(control_key: str, *, limit: int = 30) -> list[Run]:
    """Return the control's newest runs, newest first."""
    return list(Run.objects.filter(control=control_key).order_by("-finished_at")[:limit])


def due_controls(now: datetime) -> list[Control]:
    """Return the controls whose last run is older than their period, the longest waiting first."""
    newest = dict(Run.objects.values_list("control").annotate(Max("finished_at")))
    waiting = [c for c in controls if c.key not in newest or now - newest[c.key] >= c.every]
    return sorted(waiting, key=lambda control: (newest.get(control.key) is not None, newest.get(control.key)))


def undrilled_controls() -> list[Control]:
    """Return the controls that were never broken on purpose."""
    drilled = set(Drill.objects.values_list("control", flat=True).distinct())
    return [control for control in controls if control.key not in drilled]


def open_closures() -> list[Closure]:
    """Return the closures in force."""
    return list(Closure.objects.filter(reopened_at__isnull=True).order_by("closed_at"))


def count_closures() -> int:
    """Return how many closures are in force."""
    return Closure.objects.filter(reopened_at__isnull=True).count()


def _newest_runs() -> dict[str, LastRun]:
    """Return control to its newest run: one short look into the index each, however long the history is."""
    newest = {
        control.key: Run.objects.filter(control=control.key).order_by("-finished_at").first() for control in controls
    }
    return {
        key: LastRun(
            finished_at=row.finished_at,
            is_broken=row.outcome == Outcome.BROKEN,
            examined=row.examined,
            failures=row.failures,
        )
        for key, row in newest.items()
        if row is not None
    }


def _newest_drills(now: datetime) -> dict[str, list[LastDrill]]:
    """Return control to the newest drill of each of its sabotages, as far back as a drill can still prove something."""
    newest: dict[tuple[str, str], LastDrill] = {}
    for row in Drill.objects.filter(at__gte=now - DRILL_LIFE).order_by("at"):
        newest[row.control, row.sabotage] = LastDrill(sabotage=row.sabotage, at=row.at, caught=row.caught)
    drills: dict[str, list[LastDrill]] = defaultdict(list)
    for (control, _sabotage), drill in newest.items():
        drills[control].append(drill)
    return drills


def read_gpc_support() -> GpcSupport:
    """Return whether J5 is kept now, and the day on which that was last seen; ``gpc.json`` says no more than this."""
    report = report_clauses()["J5"]
    seen = report.checked_at or clock.now()
    return GpcSupport(abides=report.state is State.KEPT, since=seen.date())
