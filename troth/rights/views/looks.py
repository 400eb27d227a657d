"""Objecting to a look: one click pauses that member's access, and the answer stands where the look stands (A10, A5)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import as_client, require_subject
from troth.kernel.acting import ActorKind
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.ledger.api import find_entry
from troth.rights.forms import ChallengeForm
from troth.rights.timeline import tell
from troth.staff.api import challenge_look, challenges_of, name_of_looker


@page(CLIENT, methods=("GET", "POST"))
def challenge(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show a look and what came of the objection to it; a POST objects, with or without words."""
    subject_id = require_subject(request)
    entry = find_entry(entry_id)
    if entry is None or entry.subject_id != subject_id or entry.actor.kind is not ActorKind.STAFF:
        raise Http404
    form = ChallengeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with as_client(request, purpose=Purpose.RIGHTS):
            challenge_look(subject_id=subject_id, entry_id=entry_id, text=form.values["text"] or "")
        return redirect("rights:challenge", entry_id=entry_id)
    found = challenges_of(subject_id).get(entry_id)
    said = None
    if found is not None:
        with as_client(request, purpose=Purpose.RIGHTS):
            said = found.open("text", "answer")
    context = {
        "told": tell([entry], subject_id=subject_id),
        "entry_id": entry_id,
        "challenge": found,
        "said": said,
        "name": name_of_looker(found) if found else "",
        "days": read_operator().numbers.challenge_days,
        "form": form,
    }
    return render(request, "rights/challenge.jinja", context)
