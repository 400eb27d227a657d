"""The page on which a client says what a site may learn, claim by claim, and the page of all connected sites."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from troth.accounts.api import Account, as_client, current_account, require_subject
from troth.connect.actions import consent
from troth.connect.actions.telling import find_consent
from troth.connect.claims import PSEUDONYM, claims_of
from troth.connect.models import Party
from troth.connect.queries import list_connections
from troth.connect.server import Asked, SentBack, allow, read_request, refuse
from troth.kernel.errors import AccessDenied
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose


@page(CLIENT, methods=("GET", "POST"))
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the client what the site may learn, and lead back to it with a code or with a no.

    The address of the page is the site's request, also where the form is sent: it is judged anew each time.
    """
    try:
        asked = read_request(request)
        if request.method == "POST":
            return _decide(request, asked)
        return _show_or_go_on(request, asked)
    except SentBack as back:
        return HttpResponseRedirect(back.url)


def _show_or_go_on(request: HttpRequest, asked: Asked) -> HttpResponse:
    subject_id = require_subject(request)
    decided = consent.find_decided(party=asked.party, subject_id=subject_id, asked=asked.scopes)
    if decided is not None and not asked.prompt & {"consent", "login", "select_account"}:
        return HttpResponseRedirect(allow(request, asked, _account(request), decided))
    if "none" in asked.prompt:
        return HttpResponseRedirect(refuse(asked, "consent_required"))
    claims = [claim for claim in claims_of(asked.scopes) if claim is not PSEUDONYM]
    agreed = {claim.scope for claim in claims if find_consent(subject_id, asked.party, claim)}
    context = {
        "party": asked.party,
        "claims": claims,
        "agreed": agreed,
        "address": request.get_full_path(),
    }
    return render(request, "connect/consent.jinja", context)


def _decide(request: HttpRequest, asked: Asked) -> HttpResponse:
    if request.POST.get("answer") != "yes":
        return _lead_back(request, asked, refuse(asked, "access_denied"))
    subject_id = require_subject(request)
    with as_client(request, purpose=Purpose.ORDERS):
        scopes = consent.connect(
            party=asked.party, subject_id=subject_id, asked=asked.scopes, agreed=request.POST.getlist("learns")
        )
    return _lead_back(request, asked, allow(request, asked, _account(request), scopes))


def _account(request: HttpRequest) -> Account:
    account = current_account(request)
    if account is None:
        raise AccessDenied("Nobody is signed in.")
    return account


def _lead_back(request: HttpRequest, asked: Asked, url: str) -> HttpResponse:
    """Lead on by a header and not by the form's answer: the policy lets our forms lead to our own pages alone."""
    response = render(request, "connect/lead_back.jinja", {"party": asked.party, "back_url": url})
    response["Refresh"] = f"0; url={url}"
    response["Cache-Control"] = "no-store"
    return response


@page(CLIENT)
def show_connected(request: HttpRequest) -> HttpResponse:
    """Show every connected site, what it may learn until when, and the way to take it back."""
    return render(request, "connect/connected.jinja", {"connections": list_connections(require_subject(request))})


@page(CLIENT, methods=("POST",))
def take_back(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Take back one claim, or the whole connection where none is named."""
    party, subject_id = get_object_or_404(Party, pk=party_id), require_subject(request)
    claims = claims_of([request.POST.get("claim", "")]) or [PSEUDONYM]
    with as_client(request, purpose=Purpose.ORDERS):
        consent.take_back(party=party, subject_id=subject_id, claim=claims[0])
    return HttpResponseRedirect(reverse("connect:connected"), status=303)
