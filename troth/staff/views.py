"""The console's first page: what waits, by task."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel import clock
from troth.kernel.console import rooms
from troth.kernel.pages import page
from troth.staff.gates import current_member
from troth.staff.roles import Permission, may


@page(f"staff:{Permission.ENTER}")
def show_desk(request: HttpRequest) -> HttpResponse:
    """Show the rooms that the member's role opens, with how much waits in each; nothing about any client."""
    member = current_member(request)
    certified = member.certificate_until is not None and member.certificate_until > clock.now()
    opened = [(room, room.count_waiting()) for room in rooms if may(member.role, room.permission)]
    return render(request, "staff/desk.jinja", {"member": member, "certified": certified, "rooms": opened})
