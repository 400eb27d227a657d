"""Who has an error report: by a rule, at once, and anew where that person cannot see to it any more (A11).

The member who may handle this client's matter and has the fewest open requests gets it; of several the first by
pseudonym. A colleague can take it over. What came by mail or letter is taken by whoever opens the post; where nobody
did, the rule does so within the hour.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.rights import jobs
from troth.rights.cases import case_of
from troth.rights.events import Event
from troth.rights.kinds import CORRECTIONS, OPEN_STATES, State
from troth.rights.models import Request
from troth.staff.api import Permission, list_fit_members

_BATCH = 200


def choose_owner(subject_id: UUID) -> UUID | None:
    """Return the member who gets the next error report of this client, or None where nobody may."""
    fit = [member.id for member in list_fit_members(subject_id=subject_id, permission=Permission.HANDLE_REQUESTS)]
    if not fit:
        return None
    busy = Request.objects.filter(taken_by__in=fit, state__in=OPEN_STATES).values("taken_by").annotate(n=Count("pk"))
    counts = {row["taken_by"]: row["n"] for row in busy}
    return min(fit, key=lambda member_id: counts.get(member_id, 0))


def give_owner(request: Request) -> bool:
    """Give an open error report to whom the rule names; return whether there is somebody."""
    owner = choose_owner(request.subject_id)
    if owner is None or owner == request.taken_by:
        return owner is not None
    state = State.IN_PROGRESS if request.verified_at is not None else State.NEED_VERIFICATION
    with transaction.atomic():
        waiting = Request.objects.filter(pk=request.pk, state=request.state, taken_by=request.taken_by)
        if not waiting.update(taken_by=owner, state=state):
            return False
        request.taken_by, request.state = owner, state
        with acting(actor=system(jobs.REGISTER), purpose=Purpose.RIGHTS, case=case_of(request)):
            record(
                event=Event.REQUEST_GIVEN,
                subject_id=request.subject_id,
                object_type="rights.Request",
                object_id=str(request.id),
            )
    return True


def give_orphans() -> int:
    """Give every error report an owner that has none, or whose owner may not see to it any more; return how many."""
    waiting = Request.objects.filter(state__in=OPEN_STATES, kind__in=CORRECTIONS).defer("sealed")
    given = 0
    for request in waiting.order_by("received_at")[:_BATCH]:
        fit = {
            member.id
            for member in list_fit_members(subject_id=request.subject_id, permission=Permission.HANDLE_REQUESTS)
        }
        if request.taken_by not in fit and fit:
            given += give_owner(request)
    return given


def count_orphans() -> int:
    """Return how many error reports nobody has though the rule would name somebody; for the check."""
    lost = Request.objects.filter(Q(taken_by=None), state__in=OPEN_STATES, kind__in=CORRECTIONS).defer("sealed")
    return sum(choose_owner(request.subject_id) is not None for request in lost[:_BATCH])
