"""What this room hands in to the console: a client's cases in its record, and what a member took on its desk."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from troth.kernel.console import MOST_URGENT, ClientCase, MyWork, PanelLine, Work
from troth.support.models import Case
from troth.support.queries import cases_of, find_by_number, my_cases
from troth.support.words import LIVE, ON_US

_MOST = 20


def list_open_cases(subject_id: UUID) -> Sequence[ClientCase]:
    """Return the client's live cases, the oldest first."""
    rows = Case.objects.filter(subject_id=subject_id, state__in=LIVE).defer("sealed").order_by("received_at")
    return [
        ClientCase(case=row.as_case, number=row.number, words=_say(row), taken_by=row.taken_by, url=_url(row))
        for row in rows[:_MOST]
    ]


def list_case_lines(subject_id: UUID) -> Sequence[PanelLine]:
    """Return the numbers and states of the client's cases, the newest first."""
    return [PanelLine(row.number, _say(row), row.received_at, _url(row)) for row in cases_of(subject_id, limit=_MOST)]


def find_whose(number: str) -> Sequence[UUID]:
    """Return whose case has this number; a case of somebody without an account leads to no record."""
    found = find_by_number(number)
    return [found.subject_id] if found is not None and found.has_account else ()


def find_my_work(member_id: UUID) -> MyWork:
    """Return what a member took and in which the next word is ours, what is due first."""
    rows = my_cases(member_id).filter(state__in=ON_US)
    urgent = [Work(row.number, _say(row), row.due_at, _url(row)) for row in rows[:MOST_URGENT]]
    return MyWork(urgent, len(urgent) if len(urgent) < MOST_URGENT else rows.count())


def _say(row: Case) -> str:
    return f"{row.get_topic_display()}, {row.get_origin_display()}: {row.get_state_display()}"


def _url(row: Case) -> str:
    return reverse("support:case", kwargs={"case_id": row.id})
