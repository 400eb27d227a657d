"""The list of sites that may ask, in the console."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from troth.connect.actions import parties
from troth.connect.claims import claims_of
from troth.connect.forms import PartyForm
from troth.connect.models import Party
from troth.connect.queries import list_parties
from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, require_trained
from troth.ui.api import absolute_url

_READ = f"staff:{Permission.READ_PROCESSORS}"
_CHANGE = f"staff:{Permission.CHANGE_PROCESSORS}"


@page(_READ)
def show_parties(request: HttpRequest) -> HttpResponse:
    """Show every site, how many clients connected it, and whether it may still ask."""
    return render(request, "connect/console/parties.jinja", {"parties": list_parties(), "claims_of": claims_of})


@page(_CHANGE, methods=("GET", "POST"))
def register(request: HttpRequest) -> HttpResponse:
    """Register a site, and show its secret once."""
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _require_trained(request)
        try:
            with acting_as_staff(request, purpose=Purpose.UPKEEP):
                made = parties.register_party(**form.party())
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.next_step}".strip())
        else:
            return render(request, "connect/console/secret.jinja", _secret(made))
    context = {"form": form}
    return render(request, "connect/console/register.jinja", context, status=422 if form.errors else 200)


@page(_CHANGE, methods=("POST",))
def renew_secret(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Give a site a new secret, and show it once."""
    _require_trained(request)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        made = parties.renew_secret(get_object_or_404(Party, pk=party_id))
    return render(request, "connect/console/secret.jinja", _secret(made))


@page(_CHANGE, methods=("POST",))
def end(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """End a site: it is told nothing more."""
    _require_trained(request)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        parties.end_party(get_object_or_404(Party, pk=party_id))
    return HttpResponseRedirect(reverse("connect:parties"), status=303)


def _secret(made: parties.Registered) -> dict[str, object]:
    return {"made": made, "url_of_discovery": absolute_url(reverse("connect:discovery"))}


def _require_trained(request: HttpRequest) -> None:
    require_trained(str(current_member(request).id), at=clock.now())
