"""The console's first page: what to do next, by task; and the views that a member saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import as_client
from troth.kernel import clock
from troth.kernel.console import MOST_URGENT, Room, Work, my_work
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.staff.actions.access import list_paused
from troth.staff.forms import ViewForm
from troth.staff.gates import current_member
from troth.staff.models import SavedView, StaffMember
from troth.staff.queries import views_of
from troth.staff.roles import Permission
from troth.staff.ways import Ways, is_console_page

_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do next, as the desk shows it."""

    words: Words
    summary: Words
    url: str
    count: int
    oldest_at: datetime | None


@page(f"staff:{Permission.ENTER}")
def show_desk(request: HttpRequest) -> HttpResponse:
    """Show what to do next: what the member took, by its clock; what nobody took, the longest wait first."""
    member, ways = current_member(request), Ways(current_member(request))
    waiting = [(room, task) for room in ways.rooms if (task := _make_task(room, member)).count]
    busy = {room.key for room, _task in waiting}
    now, until = clock.now(), member.certificate_until
    mine, count = _list_mine(member)
    context = {
        "member": member,
        "certified": until is not None and until > now,
        "ends_soon": until is not None and now < until and (until - now).days < _SOON_DAYS,
        "now": now,
        "mine": mine,
        "mine_count": count,
        "tasks": sorted((task for _room, task in waiting), key=_by_wait),
        "quiet": [(words, rest) for words, opened in ways.by_task if (rest := _leave_out(busy, opened))],
        "views": _read_views(request, member),
        "paused": list_paused(member),
        "may_search": ways.may_search,
    }
    return render(request, "staff/desk.jinja", context)


@page(f"staff:{Permission.ENTER}", methods=("GET", "POST"))
def keep_view(request: HttpRequest) -> HttpResponse:
    """Save a list of the console under a name."""
    member = current_member(request)
    path = request.POST.get("path") or request.GET.get("path", "")
    if not is_console_page(path):
        return render(request, "staff/view.jinja", {"path": ""})
    form = ViewForm(request.POST or None, initial={"path": path})
    if request.method == "POST" and form.is_valid() and member.subject_id is not None:
        view = SavedView(subject_id=member.subject_id, path=path)
        form.put_into(view)
        with as_client(request, purpose=Purpose.ACCOUNT):
            view.save()
        return redirect("staff:desk")
    return render(request, "staff/view.jinja", {"form": form, "path": path})


@page(f"staff:{Permission.ENTER}", methods=("POST",))
def drop_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Remove a saved view of one's own."""
    view = next((view for view in views_of(current_member(request)) if view.id == view_id), None)
    if view is None:
        raise Refused(_("This view is not yours, or is gone already."))
    with as_client(request, purpose=Purpose.ACCOUNT):
        view.delete()
    return redirect("staff:desk")


def _read_views(request: HttpRequest, member: StaffMember) -> list[tuple[SavedView, str]]:
    found = views_of(member)
    with as_client(request, purpose=Purpose.ACCOUNT):
        return [(view, view.open("name").show("name")) for view in found]


def _make_task(room: Room, member: StaffMember) -> Task:
    count = room.count_waiting() if room.count_for is None else room.count_for(member.id)
    return Task(room.do or room.words, room.summary, room.url, count, room.oldest_at() if count else None)


def _leave_out(busy: set[str], opened: Sequence[Room]) -> list[Room]:
    return [room for room in opened if room.key not in busy]


def _list_mine(member: StaffMember) -> tuple[list[Work], int]:
    """Return what the member took and has not finished, what is due first, and how much that is in all rooms."""
    parts = [find(member.id) for find in my_work]
    urgent = sorted((work for part in parts for work in part.most_urgent), key=_by_due)
    return urgent[:MOST_URGENT], sum(part.count for part in parts)


def _by_due(work: Work) -> tuple[bool, datetime]:
    return work.due_at is None, work.due_at or clock.now()


def _by_wait(task: Task) -> tuple[bool, datetime]:
    return task.oldest_at is None, task.oldest_at or clock.now()
