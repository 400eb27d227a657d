"""Handing something on at a client's request, in the console: ask for the client's word, then act on it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from troth.disclosures.api import asks_on
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.processors.api import list_askable
from troth.rights.actions.passing_on import ask_client, hand_over
from troth.rights.cases import case_of
from troth.rights.forms import PassOnForm
from troth.rights.guard import may_execute
from troth.rights.views.console import find_mine
from troth.staff.api import Permission, acting_as_staff

_HANDLE = f"staff:{Permission.HANDLE_REQUESTS}"


@page(_HANDLE, methods=("GET", "POST"))
def ask(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Choose the organisation, the values and the last day; a POST asks the client."""
    found = find_mine(request, request_id)
    may_execute(found)
    askable = list_askable()
    wanted = request.GET.get("to", askable[0].key if askable else "")
    chosen = next((each for each in askable if each.key == wanted), None)
    form = PassOnForm(request.POST or None, askable=chosen) if chosen else None
    if request.method == "POST" and form is not None and chosen is not None and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(found)):
            ask_client(
                request=found,
                recipient=chosen.key,
                labels=form.cleaned_data["values"],
                last_day=form.cleaned_data["last_day"],
            )
        return redirect("rights:handle_request", request_id=request_id)
    context = {
        "asked": found,
        "form": form,
        "chosen": chosen,
        "tabs_of": [(each.name, f"?to={each.key}", each == chosen) for each in askable],
    }
    return render(request, "rights/console/pass_on.jinja", context)


@page(_HANDLE, methods=("POST",))
def hand(request: HttpRequest, request_id: UUID, ask_id: UUID) -> HttpResponse:
    """Give the paper with what the client allowed; the client reads at once that it left."""
    found = find_mine(request, request_id)
    chosen = next((each for each in asks_on(str(found.id)) if each.pk == ask_id), None)
    if chosen is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(found)):
        number, paper = hand_over(request=found, ask=chosen)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{number}.pdf")
    return response
