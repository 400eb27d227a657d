"""How runs and drills become a state."""

from datetime import UTC, datetime, timedelta

import pytest

from troth.assessment.states import DRILL_LIFE, LastDrill, LastRun, judge_clause, judge_control
from troth.kernel.ports import Control, Observation, Sabotage
from troth.statement.api import State

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTROL = Control(
    key="tests.control",
    clauses=("A12",),
    words="Tests",
    observe=lambda: Observation(examined=1),
    sabotages=(Sabotage("one", "One", lambda: None), Sabotage("two", "Two", lambda: None)),
    every=timedelta(hours=1),
)
GOOD_RUN = LastRun(finished_at=NOW - timedelta(minutes=5), is_broken=False, examined=3)
GOOD_DRILLS = (LastDrill("one", NOW - timedelta(days=1), True), LastDrill("two", NOW - timedelta(days=1), True))


def judge(run=GOOD_RUN, drills=GOOD_DRILLS, control=CONTROL):
    return judge_control(control=control, run=run, drills=drills, now=NOW)[0]


def test_fresh_run_with_every_sabotage_caught_is_kept():
    assert judge() is State.KEPT


def test_no_run_is_unproven():
    assert judge(run=None) is State.UNPROVEN


def test_failure_is_broken_even_when_the_run_is_old():
    assert judge(run=LastRun(NOW - timedelta(days=9), is_broken=True, examined=0)) is State.BROKEN


def test_nothing_examined_is_unproven():
    assert judge(run=LastRun(GOOD_RUN.finished_at, is_broken=False, examined=0)) is State.UNPROVEN


@pytest.mark.parametrize(
    ("age", "state"), [(timedelta(hours=2), State.KEPT), (timedelta(hours=2, seconds=1), State.STALE)]
)
def test_evidence_is_stale_after_twice_its_period(age, state):
    assert judge(run=LastRun(NOW - age, is_broken=False, examined=3)) is state


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (LastDrill("two", NOW - DRILL_LIFE, True), State.KEPT),
        (LastDrill("two", NOW - DRILL_LIFE - timedelta(seconds=1), True), State.UNPROVEN),
        (LastDrill("two", NOW, False), State.UNPROVEN),
        (LastDrill("other", NOW, True), State.UNPROVEN),
    ],
)
def test_each_sabotage_must_be_caught_within_a_week(second, state):
    assert judge(drills=(GOOD_DRILLS[0], second)) is state


def test_control_without_sabotage_is_never_kept():
    careless = Control(key="tests.careless", clauses=("A12",), words="", observe=CONTROL.observe, sabotages=())
    assert judge(control=careless, drills=()) is State.UNPROVEN


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], State.UNPROVEN),
        ([State.KEPT], State.KEPT),
        ([State.KEPT, State.UNPROVEN], State.UNPROVEN),
        ([State.UNPROVEN, State.STALE], State.STALE),
        ([State.KEPT, State.STALE, State.BROKEN], State.BROKEN),
    ],
)
def test_clause_stands_as_its_worst_control(states, expected):
    assert judge_clause(states) is expected
