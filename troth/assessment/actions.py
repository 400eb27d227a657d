"""Running controls and closing what a broken one closes."""

import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from troth.assessment.alerts import is_news, tell_staff
from troth.assessment.events import Event
from troth.assessment.models import Closure, Outcome, Run
from troth.assessment.queries import forget_clause_states
from troth.kernel import clock
from troth.kernel.acting import Acting, acting, system
from troth.kernel.errors import Refused
from troth.kernel.ports import Control, Feature, Observation
from troth.kernel.purposes import Purpose
from troth.ledger.api import record

JOB = "assessor"
_MOST_FAILURES = 20
_WHOLE_HISTORY = timedelta(days=30)


def run_control(control: Control) -> Run:
    """Run one control on the live system, keep what it saw, and close what it closes if it is broken.

    An exception inside a control counts as broken: a check that cannot look proves nothing (rule g of the checks).
    """
    started = clock.now()
    with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        observation = observe(control)
        run = Run(
            control=control.key,
            started_at=started,
            finished_at=clock.now(),
            outcome=_outcome_of(observation),
            examined=observation.examined,
            failures=list(observation.failures[:_MOST_FAILURES]),
            evidence=dict(observation.evidence),
        )
        with transaction.atomic():
            run.save(force_insert=True)
            if run.outcome == Outcome.BROKEN:
                _close_features(control)
            if is_news(run):
                tell_staff.enqueue(str(run.id))
    forget_clause_states()
    return run


def thin_history(now: datetime) -> int:
    """Remove the successful runs older than ``_WHOLE_HISTORY`` but the last of each day; return how many went.

    What was broken stays for good; what was kept is still shown for every day.
    """
    old = Run.objects.filter(outcome=Outcome.KEPT, finished_at__lt=now - _WHOLE_HISTORY)
    days = old.annotate(day=TruncDate("finished_at")).values("control", "day").annotate(last=Max("finished_at"))
    lasting = {(row["control"], row["last"]) for row in days}
    gone = [
        run_id
        for run_id, control, at in old.values_list("id", "control", "finished_at")
        if (control, at) not in lasting
    ]
    for some in batched(gone, 500):
        Run.objects.filter(id__in=some).delete()
    return len(gone)


def observe(control: Control) -> Observation:
    """Return what the control sees; an exception becomes a failure that names its kind and place, never its text."""
    try:
        return control.observe()
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        return Observation(examined=0, failures=[f"The check itself failed: {type(error).__name__} at {where}"])


def run_controls(chosen: Iterable[Control], *, tell: Callable[[Run], None] | None = None) -> list[Run]:
    """Run these controls one after the other; ``tell`` is called after each."""
    runs = []
    for control in chosen:
        run = run_control(control)
        if tell:
            tell(run)
        runs.append(run)
    return runs


def reopen_feature(feature: Feature, *, by: str) -> int:
    """Open a feature again by a person's decision; return how many closures ended.

    Raises:
        Refused: a control that closes it is still broken; reopening would only be closed again.
    """
    still = [c for c in Closure.objects.filter(feature=feature, reopened_at__isnull=True) if _is_broken(c.control)]
    if still:
        raise Refused(
            _("The promise is still broken."),
            kept=_("Nothing was opened."),
            next_step=_("Mend it, and run the check again."),
        )
    with transaction.atomic():
        ended = Closure.objects.filter(feature=feature, reopened_at__isnull=True).update(
            reopened_at=clock.now(), reopened_by=by
        )
        if ended:
            record(event=Event.FEATURE_REOPENED, object_type="feature", object_id=feature)
    return ended


def act_as_operator() -> Acting:
    """Return the context of the operator at the command line, for ``ledger.record``."""
    return Acting(actor=system("operator"), purpose=Purpose.UPKEEP)


def _outcome_of(observation: Observation) -> Outcome:
    if observation.failures:
        return Outcome.BROKEN
    return Outcome.KEPT if observation.examined else Outcome.NOTHING


def _close_features(control: Control) -> None:
    for feature in control.closes if control.critical else ():
        closure, is_new = Closure.objects.get_or_create(
            feature=feature, control=control.key, reopened_at=None, defaults={"closed_at": clock.now()}
        )
        if is_new:
            record(event=Event.FEATURE_CLOSED, object_type="feature", object_id=closure.feature)


def _is_broken(control_key: str) -> bool:
    newest = Run.objects.filter(control=control_key).order_by("-finished_at").first()
    return newest is None or newest.outcome == Outcome.BROKEN
