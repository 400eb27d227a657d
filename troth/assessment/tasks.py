"""By schedule: run the controls that are due each minute, drill all of them each night, and new ones soon."""

from crontask import cron
from django.tasks import task

from troth.assessment.actions import run_controls, thin_history
from troth.assessment.drills import run_drill
from troth.assessment.queries import due_controls, undrilled_controls
from troth.kernel import clock
from troth.kernel.queues import LONG

DRILL_SPELL = 30.0
"""Seconds of drilling by day before other long work may have its turn."""


@cron("* * * * *")
@task(queue_name=LONG)
def assess_due() -> int:
    """Run the controls that are due; return how many."""
    return len(run_controls(due_controls(clock.now())))


@cron("40 3 * * *")
@task(queue_name=LONG)
def drill_all() -> int:
    """Drill every control in a scratch place; return how many sabotages were caught."""
    return sum(result.caught for result in run_drill(chosen=[]))


@cron("*/3 * * * *")
@task(queue_name=LONG)
def drill_new() -> int:
    """Drill controls that never were: a fresh site need not wait for the night. Return how many sabotages were caught.

    A few at a time, since erasures and checks wait in the same queue.
    """
    keys = [control.key for control in undrilled_controls()]
    return sum(result.caught for result in run_drill(chosen=keys, longest=DRILL_SPELL)) if keys else 0


@cron("20 4 * * *")
@task(queue_name=LONG)
def thin_out() -> int:
    """Keep one successful run a day of what is older than a month; return how many went."""
    return thin_history(clock.now())
