"""The page of the saved card: shown by its last digits, saved or replaced at the card processor's own page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from troth.accounts.api import Profile, as_client, require_subject
from troth.kernel.acting import acting, system
from troth.kernel.ids import new_id
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.cards import remove_card, save_card
from troth.orders.memberships.changes import renew_by_card
from troth.orders.memberships.contacts import describe_card
from troth.orders.memberships.renewals import find_card
from troth.orders.processor import card_processor
from troth.ui.api import absolute_url

_SESSION = "card_setup"


@page(CLIENT)
def show(request: HttpRequest) -> HttpResponse:
    """Show the saved card by what its owner knows it by, and what can be done with it."""
    with as_client(request, purpose=Purpose.BILLING):
        card = describe_card(require_subject(request))
    return render(request, "orders/memberships/saved_card.jinja", {"card": card})


@page(CLIENT, methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Go on to the processor's page, on which a card is saved; its number never comes here."""
    subject_id = require_subject(request)
    with as_client(request, purpose=Purpose.BILLING):
        profile = Profile.objects.get(subject_id=subject_id)
        card_page = card_processor().start_saving(
            setup_id=new_id(),
            subject_id=subject_id,
            payer={"name": profile.name, "email": profile.email},
            return_url=absolute_url(reverse("memberships:card_return")),
            cancel_url=absolute_url(reverse("memberships:card_page")),
        )
    request.session[_SESSION] = card_page.session_ref
    return HttpResponseRedirect(card_page.url, status=303)


@page(CLIENT)
def come_back(request: HttpRequest) -> HttpResponse:
    """Ask the processor what became of its page, and note the card that it saved."""
    session_ref, subject_id = request.session.pop(_SESSION, None), require_subject(request)
    if session_ref:
        with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
            outcome = card_processor().find_checkout(str(session_ref), subject_id=subject_id)
            if not outcome.saved_card_ref or outcome.card is None:
                return HttpResponseRedirect(reverse("memberships:card_page"), status=303)
            save_card(subject_id=subject_id, outcome=outcome)
        with as_client(request, purpose=Purpose.ORDERS):
            renew_by_card(subject_id)
    return HttpResponseRedirect(reverse("memberships:card_page"), status=303)


@page(CLIENT, methods=("POST",))
def remove(request: HttpRequest) -> HttpResponse:
    """Remove the saved card, here and at the processor."""
    card = find_card(require_subject(request))
    if card is not None:
        with as_client(request, purpose=Purpose.BILLING):
            remove_card(card)
    return HttpResponseRedirect(reverse("memberships:card_page"), status=303)
