"""What this room does by schedule and after a commit. Each may run twice."""

from uuid import UUID

from crontask import cron
from django.tasks import task

from troth.law.actions.breaches import tell_affected
from troth.law.actions.telling import tell_due
from troth.law.models import Breach
from troth.law.queries import clients_to_tell


@cron("7 * * * *")
@task()
def tell_of_legal_requests() -> None:
    """Tell those whose day has come, such as after the end of a ban."""
    while tell_due():
        pass


@task()
def tell_of_breach(breach_id: str) -> None:
    """Tell those whom a breach concerns, in batches."""
    breach = Breach.objects.defer("sealed").filter(id=UUID(breach_id)).first()
    while breach is not None and tell_affected(breach):
        pass


@cron("*/15 * * * *")
@task()
def go_on_telling_of_breaches() -> None:
    """Go on where the telling of a breach was interrupted."""
    waiting = Breach.objects.defer("sealed").filter(high_risk=True, affected__told_at=None, scoped_at__isnull=False)
    for breach in waiting.distinct():
        if breach.scoped_at and clients_to_tell(breach, 1):
            tell_of_breach.enqueue(str(breach.id))
