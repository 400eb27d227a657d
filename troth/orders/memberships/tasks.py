"""What memberships do after a commit, and by schedule. Tasks carry ids only, and may run twice."""

import logging
from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.kernel.queues import LONG
from troth.orders.memberships import books, charging, holding, queries, renewals

log = logging.getLogger(__name__)


@task
def cancel_unpaid_order(order_id: str) -> bool:
    """Cancel an order that will not be paid any more; return whether it was."""
    return books.cancel_now(UUID(order_id))


@task
def take_renewal_step(renewal_id: str) -> str:
    """Take the step of one renewal now, as what it waited for is there; return which. May run twice."""
    return charging.take_step(UUID(renewal_id), queries.today())


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
    done["held"] = holding.hold_graces(day)
    log.info("Renewals were run.", extra={"facts": done})
    return done
