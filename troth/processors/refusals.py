"""What the door refuses is counted, written into the record, and told to staff once a day for each cause."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from troth.kernel import clock
from troth.kernel.acting import Acting, current_acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.processors.errors import SendRefused
from troth.processors.events import Event
from troth.processors.models import RefusalCount, StrayConnection

JOB = "door-out"
"""The system job in whose name the door itself writes."""
KEPT = timedelta(days=400)


def note_refusal(refusal: SendRefused) -> None:
    """Count a refusal, write its row, and have staff told, if they were not told today."""
    from troth.processors.tasks import tell_refusals

    context = current_acting() or Acting(actor=system(JOB), purpose=Purpose.UPKEEP)
    with transaction.atomic():
        row, is_new = RefusalCount.objects.get_or_create(
            day=clock.today(),
            processor=refusal.processor[:60],
            operation=refusal.operation[:100],
            cause=refusal.cause,
            defaults={"detail": refusal.detail[:300]},
        )
        RefusalCount.objects.filter(pk=row.pk).update(count=F("count") + 1)
        record(
            event=Event.SENDING_REFUSED,
            object_type=refusal.operation,
            object_id=f"{refusal.processor}/{refusal.cause}",
            acting=context,
        )
        if is_new:
            tell_refusals.enqueue()


def note_stray(host: str) -> None:
    """Count a connection that was stopped, and have staff told, if they were not told today."""
    from troth.processors.tasks import tell_strays

    with transaction.atomic():
        row, is_new = StrayConnection.objects.get_or_create(day=clock.today(), host=host[:255])
        StrayConnection.objects.filter(pk=row.pk).update(count=F("count") + 1)
        if is_new:
            tell_strays.enqueue()


def thin_out() -> int:
    """Remove counts that are more than a year old; return how many."""
    gone, _by_model = RefusalCount.objects.filter(day__lt=clock.today() - KEPT).delete()
    return gone
