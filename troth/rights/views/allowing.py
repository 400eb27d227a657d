"""What the client allowed, is asked to allow, and was told: the three grounds on which something may leave (A6)."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import Account, as_client, require_subject
from troth.disclosures.api import decline_asked, find_ask, list_asks, list_authorisations, list_left_of
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.rights.actions.passing_on import allow, take_back, word_ask
from troth.rights.received import read_received
from troth.statement.api import StatementVersion, versions


@page(CLIENT)
def show_grounds(request: HttpRequest) -> HttpResponse:
    """Show what waits for the client's word, what it allowed, and which version of the statement counted when."""
    subject_id = require_subject(request)
    given = list_authorisations(subject_id)
    left = [each for each in list_left_of(subject_id, limit=500) if each.evidence.startswith("authorisation:")]
    account = Account.objects.get(id=subject_id)
    context = {
        "asks": [(ask, word_ask(ask)) for ask in list_asks(subject_id)],
        "given": [(row, [each for each in left if each.evidence == f"authorisation:{row.pk}"]) for row in given],
        "account": account,
        "versions": _list_versions(account.created_on),
        "informed": [
            (recipient, [value for value in recipient.values if value.url and "statement" in value.url])
            for recipient in read_received(subject_id)
        ],
    }
    return render(request, "rights/allowing.jinja", context)


def _list_versions(since: date) -> list[StatementVersion]:
    """Return the versions that counted on this day or later, the newest first: the last of them counted on it."""
    found = []
    for version in versions():
        found.append(version)
        if version.in_force_at and version.in_force_at.date() <= since:
            break
    return found


@page(CLIENT, methods=("POST",))
def answer(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Take the client's yes or no to a question."""
    ask = find_ask(require_subject(request), ask_id)
    if ask is None or request.POST.get("answer") not in {"allow", "decline"}:
        raise Http404
    with as_client(request, purpose=Purpose.RIGHTS):
        if request.POST["answer"] == "allow":
            allow(ask)
        else:
            decline_asked(ask=ask)
    return redirect("rights:allowing")


@page(CLIENT, methods=("POST",))
def withdraw(request: HttpRequest, authorisation_id: UUID) -> HttpResponse:
    """Take the client's word back, from this second."""
    with as_client(request, purpose=Purpose.RIGHTS):
        take_back(subject_id=require_subject(request), authorisation_id=authorisation_id)
    return redirect("rights:allowing")
