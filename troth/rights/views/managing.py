"""Managing an account for its client, who asks for it in an inquiry: a request is made of it, and done at that (G2)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.rights.actions.departures import unlock_for_client
from troth.rights.actions.requests import open_from_inquiry
from troth.rights.cases import case_of
from troth.rights.forms import FromInquiryForm
from troth.rights.kinds import Kind
from troth.rights.queries import find_request
from troth.staff.api import Permission, acting_as_staff, current_member, require_trained
from troth.support.api import Case

_HANDLE = f"staff:{Permission.HANDLE_REQUESTS}"


@page(_HANDLE, methods=("GET", "POST"))
def begin(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose what the client asks for, in an inquiry that the member has."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    inquiry = Case.objects.defer("sealed").filter(pk=case_id, taken_by=member.id, has_account=True).first()
    if inquiry is None:
        raise Http404
    form = FromInquiryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.RIGHTS, case=inquiry.as_case):
            made = open_from_inquiry(
                inquiry,
                kind=Kind(form.cleaned_data["kind"]),
                text=_("As asked in the inquiry %(number)s.") % {"number": inquiry.number},
            )
        return redirect("rights:handle_request", request_id=made.id)
    return render(request, "rights/console/from_inquiry.jinja", {"form": form, "inquiry": inquiry})


@page(_HANDLE, methods=("POST",))
def unlock(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Let the client sign in again, as the verified request asks."""
    member = current_member(request)
    require_trained(str(member.id), at=clock.now())
    found = find_request(request_id)
    if found is None or found.taken_by != member.id:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(found)):
        unlock_for_client(found)
    return redirect("rights:handle_request", request_id=found.id)
