"""What is done after a change, and by schedule. Tasks carry ids only, and may run twice."""

import logging
from datetime import timedelta
from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import TrothError
from troth.kernel.purposes import Purpose
from troth.kernel.queues import LONG
from troth.orders import jobs
from troth.orders.memberships import tasks as membership_tasks  # noqa: F401  their schedules are registered by it
from troth.orders.models import Paper, RefundDecision

log = logging.getLogger(__name__)
_LATE = timedelta(minutes=5)


def ask_for_refund(decision: RefundDecision) -> None:
    """Have the money of a decision moved by the program, where the rule allows; in the caller's transaction."""
    move_refund.enqueue(decision_id=str(decision.pk))


@task
def move_refund(decision_id: str) -> bool:
    """Move the money of one decision, where the program may; return whether it has begun to move."""
    from troth.orders.actions.taking_back import find_refunds_by_rule, is_payable_by_rule, pay_refund

    decision = find_refunds_by_rule().filter(pk=UUID(decision_id)).first()
    if decision is None or not is_payable_by_rule(decision):
        return False
    try:
        with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
            pay_refund(decision)
    except TrothError as error:
        # The next run of ``move_due_refunds`` tries again; staff see it in the list of refunds to pay until then.
        log.warning("A refund could not be moved yet.", extra={"facts": {"error": type(error).__name__}})
        return False
    return True


@cron("*/10 * * * *")
@task
def move_due_refunds() -> int:
    """Move what the program may move, and follow up what began to move; return how many were seen to."""
    from troth.orders.actions.sweeping import sweep_refunds
    from troth.orders.actions.taking_back import find_refunds_by_rule, is_payable_by_rule

    due = [decision for decision in find_refunds_by_rule()[:200] if is_payable_by_rule(decision)]
    moved = sum(bool(move_refund.call(decision_id=str(decision.pk))) for decision in due)
    return moved + sweep_refunds()


@cron("*/10 * * * *")
@task
def look_up_open_payments() -> int:
    """Ask what became of payments that began a while ago and of which no news came; return how many were asked for."""
    from troth.orders.actions.sweeping import sweep_attempts

    return sweep_attempts()


@cron("25 3 * * *")
@task
def close_unpaid() -> int:
    """Close orders that nobody paid within the published days; return how many."""
    from troth.orders.actions.sweeping import close_unpaid_orders

    return close_unpaid_orders()


@cron("40 3 * * *")
@task(queue_name=LONG)
def compare_books() -> int:
    """Compare our books with the card processor's, and tell the operator of what is new; return how many differ."""
    from troth.orders.books.telling import check_and_tell

    return check_and_tell()


@task
def draw_paper(paper_id: str) -> bool:
    """Draw one invoice or credit note; return whether it is there."""
    from troth.orders.papers.draw import draw_as_keeper

    if not Paper.objects.filter(pk=UUID(paper_id)).exists():
        return False
    return draw_as_keeper(UUID(paper_id)).is_drawn


@cron("*/5 * * * *")
@task
def draw_left_papers() -> int:
    """Draw what no task came to; return how many there were."""
    left = Paper.objects.filter(digest=b"", made_at__lt=clock.now() - _LATE).order_by("made_at")
    ids = list(left.values_list("pk", flat=True)[:200])
    return sum(bool(draw_paper.call(paper_id=str(paper_id))) for paper_id in ids)
