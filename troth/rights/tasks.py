"""What this room does by schedule. It may run twice."""

from crontask import cron
from django.tasks import task

from troth.rights import owners


@cron("23 * * * *")
@task
def give_orphans() -> int:
    """Give error reports an owner that have none, as whoever had them left; return how many."""
    return owners.give_orphans()
