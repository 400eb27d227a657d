"""By schedule: keep the queue itself in order."""

from datetime import timedelta

from crontask import cron
from django.core.management import call_command
from django.tasks import task

from troth.config.queue import reclaim_tasks
from troth.kernel import clock

LONGEST_TASK = timedelta(minutes=30)
"""No task of ours runs longer; one that stands as running for longer lost its worker."""


@cron("*/10 * * * *")
@task
def reclaim_lost() -> int:
    """Put the tasks back that lost their worker; return how many."""
    return reclaim_tasks(begun_before=clock.now() - LONGEST_TASK)


@cron("10 4 * * *")
@task
def prune_queue() -> None:
    """Remove tasks that ended well a week ago, and those that failed a month ago."""
    call_command("prune_db_task_results", queue_name="*", min_age_days=7, failed_min_age_days=30, verbosity=0)
