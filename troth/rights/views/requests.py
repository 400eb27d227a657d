"""The client's own requests: ask, read the state and the answer, take back (L1, A11)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import as_client, require_subject
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.rights.actions.requests import open_own_request, revoke_request
from troth.rights.forms import OwnRequestForm
from troth.rights.held import read_row
from troth.rights.kinds import Kind
from troth.rights.models import Request
from troth.rights.queries import find_request_of
from troth.staff.api import describe_members


@page(CLIENT, methods=("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for something in one's own words, where no button on the Admin page does it."""
    form = OwnRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with as_client(request, purpose=Purpose.ACCOUNT):
            asked = open_own_request(
                subject_id=require_subject(request), kind=Kind(form.cleaned_data["kind"]), text=form.values["text"]
            )
        return redirect("rights:request", request_id=asked.id)
    return render(request, "rights/ask.jinja", {"form": form})


@page(CLIENT)
def show_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request with its state, its clock, who has it, and the answer."""
    found = _find(request, request_id)
    with as_client(request, purpose=Purpose.ACCOUNT):
        held = read_row(Request, found.subject_id, found.id)
    taken_by = describe_members([str(found.taken_by)]).get(str(found.taken_by), "") if found.taken_by else ""
    values = {value.name: value for value in held.values} if held else {}
    return render(request, "rights/request.jinja", {"asked": found, "values": values, "taken_by": taken_by})


@page(CLIENT, methods=("POST",))
def revoke(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take a request back."""
    found = _find(request, request_id)
    with as_client(request, purpose=Purpose.ACCOUNT):
        revoke_request(found)
    return redirect("rights:request", request_id=found.id)


def _find(request: HttpRequest, request_id: UUID) -> Request:
    found = find_request_of(require_subject(request), request_id)
    if found is None:
        raise Http404
    return found
