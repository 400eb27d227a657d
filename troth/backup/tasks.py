"""By schedule: whatever backup is due, and what is past its days goes."""

import logging

from crontask import cron
from django.tasks import task

from troth.backup.store import prune
from troth.backup.taking import take_backup, take_due
from troth.kernel.errors import TrothError
from troth.kernel.queues import LONG

log = logging.getLogger(__name__)


@cron("15 4 * * *")
@task(queue_name=LONG)
def back_up() -> int:
    """Make the backup of the night, after the erasures, the purge and the change of keys; return how many were made."""
    return _take(night=True)


@cron("*/10 * * * *")
@task(queue_name=LONG)
def back_up_due() -> int:
    """Make whatever is due: the copy of the keys, or a backup that the night missed; return how many were made."""
    return _take(night=False)


def _take(*, night: bool) -> int:
    try:
        return len(take_backup() if night else take_due())
    except TrothError as error:
        # The checks tell of a backup that is too old; the promised days hold whether or not a new one could be made.
        log.warning("A backup was not made.", extra={"facts": {"error": type(error).__name__}})
        prune()
        return 0
