"""By schedule: run the controls that are due each minute, and drill all of them each night."""

from crontask import cron
from django.tasks import task

from troth.assessment.actions import run_controls
from troth.assessment.drills import run_drill
from troth.assessment.queries import due_controls
from troth.kernel import clock


@cron("* * * * *")
@task
def assess_due() -> int:
    """Run the controls that are due; return how many."""
    return len(run_controls(due_controls(clock.now())))


@cron("40 3 * * *")
@task
def drill_all() -> int:
    """Drill every control in a scratch place; return how many sabotages were caught."""
    return sum(result.caught for result in run_drill(chosen=[]))
