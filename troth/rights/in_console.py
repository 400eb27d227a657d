"""What this room hands in to a client's record in the console: numbers and states of requests."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from troth.kernel.console import MOST_URGENT, ClientCase, MyWork, PanelLine, Work
from troth.rights.cases import case_of
from troth.rights.kinds import OPEN_STATES
from troth.rights.models import Request
from troth.rights.queries import waiting_requests
from troth.staff.api import Clock

_MOST = 20


def list_open_cases(subject_id: UUID) -> Sequence[ClientCase]:
    """Return the client's open requests."""
    rows = Request.objects.defer("sealed").filter(subject_id=subject_id, state__in=OPEN_STATES).order_by("received_at")
    return [
        ClientCase(
            case=case_of(row),
            number=row.number,
            words=f"{row.get_kind_display()}, {row.get_state_display()}",
            taken_by=row.taken_by,
            url=_url(row),
        )
        for row in rows[:_MOST]
    ]


def list_request_lines(subject_id: UUID) -> Sequence[PanelLine]:
    """Return the numbers and states of the client's requests, the newest first."""
    rows = Request.objects.defer("sealed").filter(subject_id=subject_id).order_by("-received_at")[:_MOST]
    return [
        PanelLine(row.number, f"{row.get_kind_display()}, {row.get_state_display()}", row.received_at, _url(row))
        for row in rows
    ]


def find_my_work(member_id: UUID) -> MyWork:
    """Return the requests that a member took and has not closed, what is due first."""
    rows = Request.objects.defer("sealed").filter(state__in=OPEN_STATES, taken_by=member_id).order_by("received_at")
    urgent = [
        Work(row.number, f"{row.get_kind_display()}, {row.get_state_display()}", row.due_at, _url(row))
        for row in rows[:MOST_URGENT]
    ]
    return MyWork(urgent, len(urgent) if len(urgent) < MOST_URGENT else rows.count())


def list_clocks() -> list[Clock]:
    """Return until when the oldest open requests are answered, for the privacy officer's board."""
    return [Clock(row.number, row.get_kind_display(), row.due_at, _url(row)) for row in waiting_requests()[:_MOST]]


def find_by_number(number: str) -> Sequence[UUID]:
    """Return whose open request has this number: the end of its id, which no index holds, so the open ones are read."""
    wanted = number.strip().upper().replace("-", "")
    if len(wanted) != 8:
        return ()
    rows = Request.objects.filter(state__in=OPEN_STATES).values_list("id", "subject_id")
    return [subject_id for row_id, subject_id in rows.iterator() if row_id.hex[-8:].upper() == wanted]


def _url(row: Request) -> str:
    return reverse("rights:handle_request", kwargs={"request_id": row.id})
