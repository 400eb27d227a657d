"""The console's room of requests: the list without personal values, one request with its case, the answer (L2, L3)."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import cast
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.disclosures.api import AuthorisationAsk, asks_on, name_field
from troth.kernel import clock
from troth.kernel.acting import Acting, acting, staff_member
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.rights.actions.corrections import correct_for_client
from troth.rights.actions.departures import leave_for_client
from troth.rights.actions.requests import (
    deny_request,
    draft_answer,
    enter_request,
    fulfil_request,
    take_request,
    verify_sender,
)
from troth.rights.cases import case_of
from troth.rights.corrections import is_correctable, make_form
from troth.rights.forms import AnswerForm, EnterRequestForm, FindClientForm, VerifyForm
from troth.rights.guard import may_execute
from troth.rights.held import read_row, read_tables
from troth.rights.kinds import CORRECTIONS, Channel, Denial, Kind, Verification
from troth.rights.models import Request
from troth.rights.queries import closed_requests, find_request, waiting_requests
from troth.rights.sealed import find_attribute, find_model
from troth.rights.timeline import name_value
from troth.staff.api import Event as StaffEvent
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members, require_trained
from troth.ui.api import turn_page
from troth.vault.api import Taken, find_subjects

_READ = f"staff:{Permission.READ_REQUESTS}"
_HANDLE = f"staff:{Permission.HANDLE_REQUESTS}"
_FOUND = signing.Signer(salt="rights.found")
"""Signs the account that a search found, so that the form after it cannot be pointed at another."""


@page(_READ)
def list_requests(request: HttpRequest) -> HttpResponse:
    """Show the requests that wait, the oldest first; no personal value."""
    closed = request.GET.get("state") == "closed"
    found = closed_requests() if closed else waiting_requests()
    # A query set is a sequence in all that turning pages asks of it.
    shown = turn_page(request, cast("Sequence[Request]", found))
    owners = describe_members(str(each.taken_by) for each in shown if each.taken_by)
    context = {"shown": shown, "closed": closed, "owners": owners, "member": current_member(request)}
    return render(request, "rights/console/list.jinja", context)


@page(_HANDLE, methods=("GET", "POST"))
def find_client(request: HttpRequest) -> HttpResponse:
    """Find the account of somebody who wrote, by one exact value; the search is a row in the record."""
    form = FindClientForm(request.POST or None)
    found: list[UUID] | None = None
    if request.method == "POST" and form.is_valid():
        _require_trained(request)
        attribute = getattr(Profile, form.cleaned_data["by"])
        found = find_subjects(attribute, form.cleaned_data["value"])
        with acting_as_staff(request, purpose=Purpose.RIGHTS):
            about: list[UUID | None] = [*found] or [None]
            for subject_id in about:
                record(
                    event=StaffEvent.CLIENT_SOUGHT,
                    subject_id=subject_id,
                    fields=[attribute.name],
                    object_type="accounts.Profile",
                    count=len(found),
                )
    links = [_FOUND.sign(str(subject_id)) for subject_id in found or ()]
    return render(request, "rights/console/find.jinja", {"form": form, "found": found, "links": links})


@page(_HANDLE, methods=("GET", "POST"))
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a request that came by mail or letter, for the account that was found or for nobody's."""
    token = request.POST.get("client") or request.GET.get("client") or ""
    subject_id = _read_found(token)
    form = EnterRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _require_trained(request)
        with acting_as_staff(request, purpose=Purpose.RIGHTS):
            entered = enter_request(
                subject_id=subject_id,
                kind=Kind(form.cleaned_data["kind"]),
                channel=Channel(form.cleaned_data["channel"]),
                received_at=form.cleaned_data["received_on"],
                text=form.values["text"],
            )
        return redirect("rights:handle_request", request_id=entered.id)
    context = {"form": form, "token": token, "has_client": subject_id is not None}
    return render(request, "rights/console/enter.jinja", context)


@page(_HANDLE, methods=("GET", "POST"))
def handle(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request; to the member who took it also what it says, and take the answer."""
    found = _find(request_id)
    mine = found.is_open and found.taken_by == current_member(request).id
    form = AnswerForm(request.POST or None)
    text = ""
    if mine:
        with _on_case(request, found):
            text = found.open("text").show("text")
            if request.method == "POST" and form.is_valid():
                _answer(found, form)
                return redirect("rights:handle_request", request_id=found.id)
    context = {
        "asked": found,
        "mine": mine,
        "text": text,
        "about": name_value(found.about_model, found.about_field) if found.about_field else "",
        "form": form,
        "verify_form": VerifyForm(),
        "owner": describe_members([str(found.taken_by)]).get(str(found.taken_by), "") if found.taken_by else "",
        "asks": _list_asks(found) if mine else (),
    }
    return render(request, "rights/console/request.jinja", context)


@page(_HANDLE, methods=("POST",))
def take(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take a waiting request."""
    found, member = _find(request_id), current_member(request)
    _require_trained(request)
    with acting(actor=staff_member(member.id), purpose=Purpose.RIGHTS, case=case_of(found)):
        take_request(found, staff_id=member.id)
    return redirect("rights:handle_request", request_id=found.id)


@page(_HANDLE, methods=("POST",))
def verify(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Record how the sender was verified."""
    found, form = find_mine(request, request_id), VerifyForm(request.POST)
    if form.is_valid():
        with _on_case(request, found):
            verify_sender(found, how=Verification(form.cleaned_data["how"]))
    return redirect("rights:handle_request", request_id=found.id)


@page(_HANDLE)
def show_values(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show what is held about the client, to carry out a verified request; each look is in the client's timeline."""
    found = find_mine(request, request_id)
    may_execute(found)
    with _on_case(request, found):
        tables = read_tables(found.subject_id)
    context = {
        "asked": found,
        "tables": tables,
        "may_correct": found.kind in CORRECTIONS,
        "is_correctable": is_correctable,
    }
    return render(request, "rights/console/values.jinja", context)


@page(_HANDLE, methods=("GET", "POST"))
def correct(request: HttpRequest, request_id: UUID, label: str, row_id: UUID, name: str) -> HttpResponse:
    """Correct one value as the verified request asks."""
    found = find_mine(request, request_id)
    may_execute(found)
    attribute = find_attribute(label, name)
    with _on_case(request, found):
        held = read_row(find_model(label), found.subject_id, row_id)
        if held is None:
            raise Http404
        form = make_form(type(held.row), name)(request.POST or None, request.FILES or None, opened=held.row.open(name))
        if request.method == "POST" and form.is_valid():
            try:
                correct_for_client(request=found, row=held.row, form=form)
                return redirect("rights:request_values", request_id=found.id)
            except Taken:
                form.add_error(None, _("This is taken already; choose another."))
    return render(request, "rights/console/correct.jinja", {"asked": found, "form": form, "attribute": attribute})


@page(_HANDLE, methods=("POST",))
def leave(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Deactivate or delete the account as the verified request asks."""
    found = find_mine(request, request_id)
    with _on_case(request, found):
        leave_for_client(found)
    return redirect("rights:handle_request", request_id=found.id)


@page(_HANDLE)
def show_letter(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the answer as a letter to print, with the client's address where one is held (L3)."""
    found = find_mine(request, request_id)
    with _on_case(request, found):
        # Whom nobody has verified gets a letter without anything of the account; its address is that of the envelope.
        profile = Profile.of(found.subject_id) if found.verified_at else None
        opened = profile.open("name", "address") if profile else None
        said = found.open("text", "answer")
        context = {
            "asked": found,
            "text": said.show("text"),
            "answer": said.show("answer"),
            "name": opened.show("name") if opened else "",
            "address": opened.show("address") if opened else "",
        }
    return render(request, "rights/console/letter.jinja", context)


def _answer(found: Request, form: AnswerForm) -> None:
    outcome, answer = form.cleaned_data["outcome"], form.values["answer"]
    if outcome == "draft":
        draft_answer(found, answer=answer)
    elif outcome == "fulfilled":
        fulfil_request(found, answer=answer)
    else:
        deny_request(found, reason=Denial(outcome), answer=answer)


def _on_case(request: HttpRequest, found: Request) -> AbstractContextManager[Acting]:
    return acting_as_staff(request, purpose=Purpose.RIGHTS, case=case_of(found))


def _find(request_id: UUID) -> Request:
    found = find_request(request_id)
    if found is None:
        raise Http404
    return found


def find_mine(request: HttpRequest, request_id: UUID) -> Request:
    """Return the request if it is the member's own; the door would refuse a colleague's, but this says it sooner.

    Not all that follows passes the door, so the member's training is asked here as well.
    """
    _require_trained(request)
    found = _find(request_id)
    if found.taken_by != current_member(request).id:
        raise Http404
    return found


def _list_asks(found: Request) -> list[tuple[AuthorisationAsk, str]]:
    """Return what the client was asked to allow on a request, each with the names of its values."""
    return [(each, ", ".join(str(name_field(label)) for label in each.labels)) for each in asks_on(str(found.id))]


def _require_trained(request: HttpRequest) -> None:
    require_trained(str(current_member(request).id), at=clock.now())


def _read_found(token: str) -> UUID | None:
    if not token:
        return None
    try:
        return UUID(_FOUND.unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
