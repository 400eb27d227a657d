"""Telling clients of legal requests: at once, or on the day on which a ban ends (H2)."""

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.ports import contact_client
from troth.kernel.purposes import Purpose
from troth.law import jobs
from troth.law.cases import case_of
from troth.law.events import Event
from troth.law.models import Telling
from troth.law.queries import due_tellings, may_be_told
from troth.ledger.api import record

TOLD = "law.request_told"


def tell_due(*, limit: int = 200) -> int:
    """Tell up to ``limit`` clients whose day has come; return how many. May run twice: each is told once."""
    told = 0
    for row in due_tellings(limit):
        if not may_be_told(row.request):
            continue
        case = case_of(row.request)
        with acting(actor=system(jobs.CLERK), purpose=Purpose.LEGAL, case=case), transaction.atomic():
            if not Telling.objects.filter(pk=row.pk, told_at=None).update(told_at=clock.now()):
                continue
            contact_client(subject_id=row.subject_id, about=TOLD, case=case, facts={"request": str(row.request_id)})
            record(
                event=Event.CLIENT_TOLD,
                subject_id=row.subject_id,
                object_type="law.LegalRequest",
                object_id=str(row.request_id),
            )
            told += 1
    return told
