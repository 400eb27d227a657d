"""The second person at a request by mail or letter: asked for here, answered on the page of all reviews (L2, L3)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.rights.actions.requests import ask_confirmation
from troth.rights.cases import case_of
from troth.rights.queries import find_request
from troth.staff.api import Permission, acting_as_staff, current_member, require_trained


@page(f"staff:{Permission.HANDLE_REQUESTS}", methods=("POST",))
def ask(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Ask a second person to make sure of the sender as well."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    found = find_request(request_id)
    if found is None or found.taken_by != member.id:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(found)):
        ask_confirmation(found)
    return redirect("rights:handle_request", request_id=found.id)
