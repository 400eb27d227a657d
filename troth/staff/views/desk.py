"""The console's first page: what to do next, by task; and the views that a member saved."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from troth.accounts.api import as_client
from troth.kernel import clock
from troth.kernel.console import Room, rooms
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.staff.actions.access import list_paused
from troth.staff.forms import ViewForm
from troth.staff.gates import current_member
from troth.staff.models import SavedView, StaffMember
from troth.staff.queries import views_of
from troth.staff.roles import Permission, may

_PATH = re.compile(r"/console/[a-z0-9/_-]*(\?[A-Za-z0-9_.=&-]*)?")
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
    """Show what to do next, the longest wait first, and the other rooms; nothing about any client."""
    member = current_member(request)
    opened = [room for room in rooms if may(member.role, room.permission)]
    tasks = sorted((task for room in opened if (task := _make_task(room)).count), key=_by_wait)
    now = clock.now()
    until = member.certificate_until
    context = {
        "member": member,
        "certified": until is not None and until > now,
        "ends_soon": until is not None and now < until and (until - now).days < _SOON_DAYS,
        "tasks": tasks,
        "quiet": [room for room in opened if room.words not in {task.summary for task in tasks}],
        "views": _read_views(request, member),
        "paused": list_paused(member),
        "may_search": may(member.role, Permission.SEARCH),
        "may_manage": may(member.role, Permission.READ_STAFF),
    }
    return render(request, "staff/desk.jinja", context)


@page(f"staff:{Permission.ENTER}", methods=("GET", "POST"))
def keep_view(request: HttpRequest) -> HttpResponse:
    """Save a list of the console under a name."""
    member = current_member(request)
    form = ViewForm(request.POST or None, initial={"path": request.GET.get("path", "")})
    if request.method == "POST" and form.is_valid() and member.subject_id is not None:
        path = form.cleaned_data["path"]
        if is_console_page(path):
            view = SavedView(subject_id=member.subject_id, path=path)
            form.put_into(view)
            with as_client(request, purpose=Purpose.ACCOUNT):
                view.save()
            return redirect("staff:desk")
        form.add_error("path", _("This is no list of the console."))
    return render(request, "staff/view.jinja", {"form": form})


@page(f"staff:{Permission.ENTER}", methods=("POST",))
def drop_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Remove a saved view of one's own."""
    view = next((view for view in views_of(current_member(request)) if view.id == view_id), None)
    if view is None:
        raise Refused(_("This view is not yours, or is gone already."))
    with as_client(request, purpose=Purpose.ACCOUNT):
        view.delete()
    return redirect("staff:desk")


def is_console_page(path: str) -> bool:
    """Return whether this is an address of the console, with words of closed lists alone in its query."""
    if not _PATH.fullmatch(path):
        return False
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return False
    return True


def _read_views(request: HttpRequest, member: StaffMember) -> list[tuple[SavedView, str]]:
    found = views_of(member)
    with as_client(request, purpose=Purpose.ACCOUNT):
        return [(view, view.open("name").show("name")) for view in found]


def _make_task(room: Room) -> Task:
    return Task(room.do or room.words, room.words, room.url, room.count_waiting(), room.oldest_at())


def _by_wait(task: Task) -> tuple[bool, datetime]:
    return task.oldest_at is None, task.oldest_at or clock.now()
