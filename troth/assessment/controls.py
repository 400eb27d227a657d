"""The assessment watches itself: every control runs in time, can fail, and was seen to (A12); refusals close (A13)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from troth.assessment.models import Closure, Outcome, Run
from troth.kernel import clock
from troth.kernel.errors import Closed
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Feature, Observation, Sabotage, controls, interlocks, require_open

_FIRST_DAY = timedelta(minutes=10)
"""A control that was never run counts as late only after this, so that a fresh site is not called broken."""


def register() -> None:
    """Register the controls of the assessment."""
    for control in (SELF_WATCH, INTERLOCKS):
        controls.register(control.key, control)


# -- A12: nothing is late, and nothing says "kept" of nothing ---------------------------------------------------------


def observe_self() -> Observation:
    """Look at the newest run of every other control: its age, its count, and whether the control can be sabotaged."""
    others = [control for control in controls if control.key != SELF_WATCH.key]
    oldest = Run.objects.order_by("finished_at").values_list("finished_at", flat=True).first()
    failures, examined = [], 0
    for control in others:
        newest = Run.objects.filter(control=control.key).order_by("-finished_at").first()
        if not control.sabotages:
            failures.append(f"{control.key} has no sabotage, so nobody could see it fail")
        if newest is None:
            if oldest is not None and clock.now() - oldest > max(_FIRST_DAY, 2 * control.every):
                failures.append(f"{control.key} never ran")
            continue
        examined += 1
        if clock.now() - newest.finished_at > max(_FIRST_DAY, 2 * control.every):
            failures.append(f"{control.key} last ran too long ago")
        if newest.outcome == Outcome.KEPT and newest.examined == 0:
            failures.append(f"{control.key} was called kept with nothing examined")
    return Observation(examined=examined, failures=failures, evidence={"controls": len(others)})


@contextmanager
def _stop_the_schedule() -> Iterator[None]:
    """Give one control a newest run that lies two days back, as a stopped scheduler leaves it."""
    victim = next(control for control in controls if control.key != SELF_WATCH.key)
    before = list(Run.objects.filter(control=victim.key))
    Run.objects.filter(control=victim.key).delete()
    long_ago = clock.now() - max(2 * victim.every, _FIRST_DAY) - timedelta(days=2)
    late = Run.objects.create(
        control=victim.key, started_at=long_ago, finished_at=long_ago, outcome=Outcome.KEPT, examined=1
    )
    try:
        yield
    finally:
        late.delete()
        Run.objects.bulk_create(before)


@contextmanager
def _praise_nothing() -> Iterator[None]:
    """Call a control kept that looked at nothing."""
    victim = next(control for control in controls if control.key != SELF_WATCH.key)
    now = clock.now() + timedelta(seconds=1)
    empty = Run.objects.create(
        id=new_id(), control=victim.key, started_at=now, finished_at=now, outcome=Outcome.KEPT, examined=0
    )
    try:
        yield
    finally:
        empty.delete()


@contextmanager
def _register_unbreakable() -> Iterator[None]:
    """Register a control that always says kept and has no sabotage."""
    careless = replace(INTERLOCKS, key="assessment.careless", sabotages=(), observe=lambda: Observation(examined=1))
    controls.register(careless.key, careless)
    try:
        yield
    finally:
        controls.withdraw(careless.key)


SELF_WATCH = Control(
    key="assessment.self_watch",
    clauses=("A12",),
    words=_("Every check runs in time, looks at something, and can be seen to fail"),
    observe=observe_self,
    every=timedelta(minutes=5),
    sabotages=(
        Sabotage("stopped_schedule", _("The schedule is stopped for two days"), _stop_the_schedule),
        Sabotage("praised_nothing", _("A check that looked at nothing says “kept”"), _praise_nothing),
        Sabotage("unbreakable", _("A check that cannot fail is added"), _register_unbreakable),
    ),
)


# -- A13: a broken promise closes what depends on it ------------------------------------------------------------------


def observe_interlocks() -> Observation:
    """Look at each critical control (is it closed while it is broken?), and at each closure (does it hold?)."""
    failures, examined = [], 0
    for control in controls:
        for feature in control.closes if control.critical else ():
            examined += 1
            newest = Run.objects.filter(control=control.key).order_by("-finished_at").first()
            if newest and newest.outcome == Outcome.BROKEN and not _is_shut(feature):
                failures.append(f"{control.key} is broken and {feature} is open")
    for closure in Closure.objects.filter(reopened_at__isnull=True):
        examined += 1
        if not _is_shut(Feature(closure.feature)):
            failures.append(f"{closure.feature} stands as closed and is open")
    return Observation(examined=examined, failures=failures)


def _is_shut(feature: Feature) -> bool:
    try:
        require_open(feature)
    except Closed:
        return True
    return False


class _AlwaysOpen:
    """An interlock that closes nothing."""

    def reason_closed(self, feature: Feature) -> str:
        """Say that all is open."""
        return ""


@contextmanager
def _disarm_interlock() -> Iterator[None]:
    """Put an interlock in place that closes nothing, while a closure is in force."""
    closure = Closure.objects.create(feature=Feature.EXPORTS, control="assessment.interlocks", closed_at=clock.now())
    honest = interlocks.withdraw("assessment")
    interlocks.register("assessment", _AlwaysOpen())
    try:
        yield
    finally:
        interlocks.withdraw("assessment")
        interlocks.register("assessment", honest)
        closure.delete()


@contextmanager
def _break_without_closing() -> Iterator[None]:
    """Leave a critical control's newest run broken, with nothing closed."""
    victim = next(control for control in controls if control.critical and control.closes)
    now = clock.now() + timedelta(seconds=1)
    run = Run.objects.create(
        control=victim.key, started_at=now, finished_at=now, outcome=Outcome.BROKEN, examined=1, failures=["on purpose"]
    )
    try:
        yield
    finally:
        run.delete()


INTERLOCKS = Control(
    key="assessment.interlocks",
    clauses=("A12", "A13"),
    words=_("A broken promise closes the features that depend on it"),
    observe=observe_interlocks,
    every=timedelta(minutes=5),
    sabotages=(
        Sabotage("disarmed", _("The interlock is replaced by one that closes nothing"), _disarm_interlock),
        Sabotage("left_open", _("A promise is broken, and nothing closes"), _break_without_closing),
    ),
)
