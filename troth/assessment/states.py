"""How runs and drills become a state. Pure: no tables, no clock.

A promise is *kept* only while a fresh look found at least one thing and nothing wrong, and its control caught each of
its sabotages within a week. Nothing examined is *unproven*; so is a control that nobody saw fail. Old evidence is
*stale*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from troth.kernel.ports import Control
from troth.statement.api import State

DRILL_LIFE = timedelta(days=7)
"""A sabotage that was last caught longer ago proves nothing any more."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a control: when it ended, what it came to, how much it saw, and its lines of failure."""

    finished_at: datetime
    is_broken: bool
    examined: int
    failures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LastDrill:
    """The newest drill of one sabotage."""

    sabotage: str
    at: datetime
    caught: bool


def judge_control(
    *, control: Control, run: LastRun | None, drills: Iterable[LastDrill], now: datetime
) -> tuple[State, str]:
    """Return a control's state, and why in a few words for staff."""
    if run is None:
        return State.UNPROVEN, _("has not run yet")
    if run.is_broken:
        return State.BROKEN, "; ".join(run.failures[:3])
    if now - run.finished_at > 2 * control.every:
        return State.STALE, _("its last run is too old")
    if run.examined == 0:
        return State.UNPROVEN, _("there was nothing to examine")
    caught = {drill.sabotage for drill in drills if drill.caught and now - drill.at <= DRILL_LIFE}
    missed = [sabotage.key for sabotage in control.sabotages if sabotage.key not in caught]
    if missed or not control.sabotages:
        names = ", ".join(missed) or _("nothing was thought of that it must catch")
        return State.UNPROVEN, _("not seen to fail within a week: %(missed)s") % {"missed": names}
    return State.KEPT, ""


_WORST_FIRST = (State.BROKEN, State.STALE, State.UNPROVEN, State.KEPT)


def judge_clause(states: Iterable[State]) -> State:
    """Return a clause's state: that of its worst control; unproven where it has none."""
    found = set(states)
    return next((state for state in _WORST_FIRST if state in found), State.UNPROVEN)
