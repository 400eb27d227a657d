"""Sealing by schedule."""

from crontask import cron
from django.tasks import task

from troth.ledger.sealing import seal_entries


@cron("*/5 * * * *")
@task
def seal_ledger() -> None:
    """Seal what was recorded since the last time."""
    seal_entries()


@cron("40 2 * * *")
@task
def sweep_ledger() -> None:
    """Seal also what committed so late that the quick sealing no longer looks for it."""
    seal_entries(sweep=True)
