"""What everybody can read of a transition: who, what, when, the days that are left; and how a client objects."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.accounts.api import current_subject
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.pages import CLIENT, PUBLIC, page
from troth.kernel.purposes import Purpose
from troth.transitions.actions import object_to, take_back
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Transition
from troth.transitions.queries import find_objection, find_opening, list_shown
from troth.transitions.wording import group_labels


@page(PUBLIC)
def list_past(request: HttpRequest) -> HttpResponse:
    """Show all transitions that were ever announced."""
    return render(request, "transitions/past.jinja", {"shown": list(list_shown()[:100])})


@page(PUBLIC)
def show(request: HttpRequest, transition_id: UUID) -> HttpResponse:
    """Show one transition, with the days that are left; to a client also how it stands to it."""
    found, subject_id = _find(transition_id), current_subject(request)
    opening = find_opening(found)
    left = max((opening - clock.now()).days + 1, 0) if opening and opening > clock.now() else 0
    context = {
        "found": found,
        "tables": group_labels(found.labels),
        "opening": opening,
        "days_left": left,
        "signed_in": subject_id is not None,
        "objection": find_objection(found, subject_id) if subject_id else None,
        "in_time": found.state == TransitionState.ANNOUNCED,
    }
    return render(request, "transitions/transition.jinja", context)


@page(CLIENT, methods=("POST",))
def object_(request: HttpRequest, transition_id: UUID) -> HttpResponse:
    """Note that the client does not wish to be in it."""
    found, subject_id = _find(transition_id), _require_subject(request)
    with acting(actor=client(subject_id), purpose=Purpose.RIGHTS):
        object_to(found, subject_id)
    return redirect("transitions:transition", transition_id=found.pk)


@page(CLIENT, methods=("POST",))
def agree(request: HttpRequest, transition_id: UUID) -> HttpResponse:
    """Take an objection back."""
    found, subject_id = _find(transition_id), _require_subject(request)
    with acting(actor=client(subject_id), purpose=Purpose.RIGHTS):
        take_back(found, subject_id)
    return redirect("transitions:transition", transition_id=found.pk)


def _require_subject(request: HttpRequest) -> UUID:
    subject_id = current_subject(request)
    if subject_id is None:
        raise Http404
    return subject_id


def _find(transition_id: UUID) -> Transition:
    found = list_shown().filter(pk=transition_id).first()
    if found is None:
        raise Http404
    return found
