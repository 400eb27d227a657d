"""Requests that object to a change of ownership, for the room that keeps the objections (N2, L2, L3)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from troth.rights.cases import case_of
from troth.rights.guard import may_execute
from troth.rights.kinds import OPEN_STATES, Channel, Kind
from troth.rights.models import Request
from troth.transitions.api import WrittenObjection


def list_objecting(member_id: UUID) -> Sequence[WrittenObjection]:
    """Return the requests that object, that the member took, and that were not answered yet, the oldest first."""
    taken = Request.objects.filter(taken_by=member_id, kind=Kind.OBJECT, state__in=OPEN_STATES)
    return [
        WrittenObjection(
            id=request.pk,
            subject_id=request.subject_id,
            taken_by=request.taken_by,
            objects=request.kind == Kind.OBJECT,
            received_at=request.received_at,
            channel=Channel(request.channel).label,
            case=case_of(request),
            require_sure=partial(may_execute, request),
        )
        for request in taken.order_by("received_at")
    ]
