"""By schedule: keep the queue itself in order. What of it goes by age goes with the nightly retention (``queue``)."""

from datetime import timedelta

from crontask import cron
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
