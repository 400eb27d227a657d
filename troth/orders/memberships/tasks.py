"""What memberships do after a commit, and by schedule. Tasks carry ids only, and may run twice."""

import logging
from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.kernel.queues import LONG
from troth.orders.memberships import books, charging, queries, renewals

log = logging.getLogger(__name__)


@task
def cancel_unpaid_order(order_id: str) -> bool:
    """Cancel an order that will not be paid any more; return whether it was."""
    return books.cancel_now(UUID(order_id))


@cron("23 * * * *")
@task(queue_name=LONG)
def run_renewals() -> dict[str, int]:
    """Announce, charge, remind and close what is due today; return how many of each.

    It runs each hour, so that a run that was killed is taken up soon; what is due is judged by the day.
    """
    day = queries.today()
    done = {"announced": renewals.announce_due(day), "warned": renewals.warn_of_cards(day)}
    for renewal_id in renewals.list_due(day):
        step = charging.take_step(renewal_id, day)
        done[step] = done.get(step, 0) + 1
    log.info("Renewals were run.", extra={"facts": done})
    return done
