"""The vault's scheduled work. Each may run twice, and goes on where a killed run was."""

from crontask import cron
from django.tasks import task

from troth.kernel.queues import LONG
from troth.vault.erasure.run import run_erasures
from troth.vault.retention import run_retention
from troth.vault.rotation import read_key_status, rotate_keys, sweep_orphans
from troth.vault.upkeep import reconcile_index


@cron("*/10 * * * *")
@task(queue_name=LONG)
def settle_index() -> None:
    """Settle claims of look-ups that were never settled."""
    reconcile_index()


@cron("30 2 * * *")
@task(queue_name=LONG)
def erase_due() -> None:
    """Run the erasures that are due, with one search for all of them; the night is when the fewest wait for a table."""
    run_erasures()


@cron("15 3 * * *")
@task(queue_name=LONG)
def purge_due() -> None:
    """Remove what is past its time."""
    run_retention()


@cron("45 3 * * *")
@task(queue_name=LONG)
def renew_keys() -> None:
    """Begin a new epoch where the present one has lasted as long as it may; sweep keys that belong to nobody."""
    try:
        sweep_orphans()
    finally:
        if read_key_status().is_due:
            rotate_keys()


@cron("*/30 * * * *")
@task(queue_name=LONG)
def resume_erasures() -> None:
    """Finish erasures that were begun and interrupted, so that none waits a day half done."""
    run_erasures(only_interrupted=True)
