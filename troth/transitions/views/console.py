"""Transitions in the console: registered, reviewed, announced, rehearsed, carried out, cancelled."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.announcements.api import count_approvals, count_needed, describe_progress, make_templates, send_notice
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.staff.api import Permission, acting_as_staff, current_member, may
from troth.transitions import actions
from troth.transitions.events import Event
from troth.transitions.forms import TransitionForm, WordForm
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Transition
from troth.transitions.packing import find_package
from troth.transitions.queries import find_opening, list_transitions, measure
from troth.transitions.tasks import pack_transition
from troth.transitions.wording import group_labels
from troth.transitions.written import WrittenObjection, objection_lists

_READ = f"staff:{Permission.READ_NOTICES}"
_HANDLE = f"staff:{Permission.HANDLE_TRANSITIONS}"
_REVIEW = f"staff:{Permission.REVIEW}"
_REQUESTS = f"staff:{Permission.HANDLE_REQUESTS}"


@page(_READ)
def list_all(request: HttpRequest) -> HttpResponse:
    """Show all transitions, the newest first."""
    context = {
        "shown": list(list_transitions()[:100]),
        "may_handle": may(current_member(request).role, Permission.HANDLE_TRANSITIONS),
    }
    return render(request, "transitions/console/list.jinja", context)


@page(_HANDLE, methods=("GET", "POST"))
def register(request: HttpRequest) -> HttpResponse:
    """Register a transition; nobody is told yet."""
    form = TransitionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            found = actions.register_transition(form.terms)
        return redirect("transitions:handle", transition_id=found.pk)
    return render(request, "transitions/console/register.jinja", {"form": form, "found": None})


@page(_HANDLE, methods=("GET", "POST"))
def change(request: HttpRequest, transition_id: UUID) -> HttpResponse:
    """Change what is registered; every review of it is void then."""
    found = _find(transition_id)
    form = TransitionForm(request.POST or None, transition=found)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            actions.change_transition(found, form.terms)
        return redirect("transitions:handle", transition_id=found.pk)
    return render(request, "transitions/console/register.jinja", {"form": form, "found": found})


@page(_READ)
def show(request: HttpRequest, transition_id: UUID) -> HttpResponse:
    """Show one transition: what everybody reads, how far it is, and a rehearsal of the package."""
    found, member = _find(transition_id), current_member(request)
    notice = found.cancelling if found.state == TransitionState.CANCELLED and found.cancelling else found.notice
    assert notice is not None  # noqa: S101  it is written with the transition
    waits = notice.state == "in_review" and found.written_by != str(member.id)
    context = {
        "found": found,
        "notice": notice,
        "templates": make_templates(notice),
        "tables": group_labels(found.labels),
        "approvals": count_approvals(notice),
        "needed": count_needed(notice),
        "reviews": list(notice.reviews.order_by("at")),
        "progress": describe_progress(notice),
        "opening": find_opening(found),
        "rehearsal": measure(found),
        "hindrances": actions.list_hindrances(found),
        "may_handle": may(member.role, Permission.HANDLE_TRANSITIONS),
        "may_review": waits and may(member.role, Permission.REVIEW),
        "form": WordForm(initial={"content_hash": notice.content_hash}),
        "objecting": _list_objecting(request) if may(member.role, Permission.HANDLE_REQUESTS) else [],
        "has_package": find_package(found) is not None,
    }
    return render(request, "transitions/console/transition.jinja", context)


@page(_REVIEW, methods=("POST",))
def review(request: HttpRequest, transition_id: UUID, word: str) -> HttpResponse:
    """Say of just this text that it is right, or what should be otherwise."""
    found, form = _find(transition_id), WordForm(request.POST)
    if word not in ("approve", "refuse"):
        raise Http404
    if not form.is_valid():
        raise Refused(_("Your word was not understood."), kept=_("Nothing was changed."))
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        actions.review_transition(
            found,
            approve=word == "approve",
            content_hash=form.cleaned_data["content_hash"],
            remark=form.cleaned_data["remark"],
        )
    return redirect("transitions:handle", transition_id=found.pk)


@page(_HANDLE, methods=("POST",))
def move(request: HttpRequest, transition_id: UUID, step: str) -> HttpResponse:
    """Take a step: hand it over for review, announce, cancel, tell of that, carry it out, throw a draft away."""
    found = _find(transition_id)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        if step == "submit":
            actions.submit_transition(found)
        elif step == "announce":
            send_notice.enqueue(str(actions.announce_transition(found).notice_id))
        elif step == "cancel":
            actions.cancel_transition(found)
        elif step == "tell":
            send_notice.enqueue(str(actions.announce_cancelling(found).cancelling_id))
        elif step == "transfer":
            pack_transition.enqueue(str(actions.begin_transfer(found).pk))
        elif step == "discard":
            actions.discard_transition(found)
            return redirect("transitions:all")
        else:
            raise Http404
    return redirect("transitions:handle", transition_id=found.pk)


@page(_REQUESTS, methods=("POST",))
def enter_objection(request: HttpRequest, transition_id: UUID, request_id: UUID) -> HttpResponse:
    """Enter the objection of a client who wrote or called, of a request that one took and whose sender is sure."""
    found = _find(transition_id)
    asked = next((each for each in _list_objecting(request) if each.id == request_id), None)
    if asked is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.RIGHTS, case=asked.case):
        actions.enter_objection(found, asked)
    return redirect("transitions:handle", transition_id=found.pk)


def _list_objecting(request: HttpRequest) -> list[WrittenObjection]:
    """Return the requests that the member took, that object, and that were not answered yet."""
    member_id = current_member(request).id
    return [each for find in objection_lists for each in find(member_id)]


@page(_HANDLE)
def fetch_package(request: HttpRequest, transition_id: UUID) -> HttpResponseBase:
    """Give the sealed package, which nobody here can open; that it was fetched is written down."""
    found = _find(transition_id)
    path = find_package(found)
    if path is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        record(event=Event.FETCHED, object_type="transitions.Transition", object_id=str(found.pk))
    response = FileResponse(path.open("rb"), as_attachment=True, filename="package.zip")
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "no-store"
    return response


def _find(transition_id: UUID) -> Transition:
    found = list_transitions().filter(pk=transition_id).first()
    if found is None:
        raise Http404
    return found
