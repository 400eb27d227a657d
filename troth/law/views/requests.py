"""Legal requests in the console: registered, narrowed, released, held (H2)."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import cast
from urllib.parse import quote
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import Acting
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.law.actions import holds
from troth.law.actions.release import release_request
from troth.law.actions.requests import close_request, narrow_request, register_request, take_request
from troth.law.cases import case_of
from troth.law.events import Event
from troth.law.forms import FindSubjectForm, HoldForm, RegisterForm
from troth.law.holder import name_item, name_table
from troth.law.kinds import Ban, DemandKind, DemandState, HoldKind, RefusalCause
from troth.law.models import LegalHold, LegalRequest
from troth.law.queries import closed_requests, count_reviews, open_requests
from troth.law.scope import ItemDecision
from troth.ledger.api import record
from troth.staff.api import Event as StaffEvent
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members, may, require_trained
from troth.ui.api import turn_page
from troth.vault.api import SealedModel, find_subjects, sealed_models

_READ = f"staff:{Permission.READ_LAW}"
_HANDLE = f"staff:{Permission.HANDLE_LAW}"
_FOUND = signing.Signer(salt="law.found")
"""Signs the client whom a search found, so that a scope cannot be pointed at another."""


@page(_READ)
def list_requests(request: HttpRequest) -> HttpResponse:
    """Show the legal requests, the most urgent first; nothing of what they say."""
    closed = request.GET.get("state") == "closed"
    shown = turn_page(request, cast("Sequence[LegalRequest]", closed_requests() if closed else open_requests()))
    member = current_member(request)
    context = {
        "shown": shown,
        "closed": closed,
        "owners": describe_members(str(each.taken_by) for each in shown if each.taken_by),
        "may_handle": may(member.role, Permission.HANDLE_LAW),
    }
    return render(request, "law/console/list.jinja", context)


@page(_HANDLE, methods=("GET", "POST"))
def register(request: HttpRequest) -> HttpResponse:
    """Register a document that was served."""
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        _require_trained(request)
        with acting_as_staff(request, purpose=Purpose.LEGAL):
            found = register_request(
                kind=DemandKind(form.cleaned_data["kind"]),
                received_on=form.cleaned_data["received_on"],
                answer_by=form.cleaned_data["answer_by"],
                ban=Ban(form.cleaned_data["ban"]),
                ban_until=form.cleaned_data["ban_until"],
                values=form.values,
            )
        return redirect("law:request", request_id=found.id)
    return render(request, "law/console/register.jinja", {"form": form})


@page(_HANDLE)
def handle(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request; to the member who took it also what it says, its scope and its holds."""
    found = find_or_404(request_id)
    mine = found.is_open and found.taken_by == current_member(request).id
    said = None
    if mine:
        with _on_case(request, found):
            said = LegalRequest.objects.get(id=found.id).open("authority", "demand", "document", "recipient_key")
    context = {
        "asked": found,
        "mine": mine,
        "said": said,
        "items": list_items(found),
        "reviews": count_reviews(found),
        "holds": [(hold, name_table(hold.model)) for hold in found.holds.order_by("set_at")],
        "owner": describe_members([str(found.taken_by)]).get(str(found.taken_by), "") if found.taken_by else "",
        "find_form": FindSubjectForm(),
        "has_package": found.state == DemandState.RELEASED,
    }
    return render(request, "law/console/request.jinja", context)


@page(_HANDLE)
def fetch_document(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the document to the member who took the request."""
    found = _find_mine(request, request_id)
    with _on_case(request, found):
        document = LegalRequest.objects.get(id=found.id).open("document").document
    return answer_with_file(document)


@page(_HANDLE, methods=("POST",))
def take(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take an open request."""
    found = find_or_404(request_id)
    _require_trained(request)
    with acting_as_staff(request, purpose=Purpose.LEGAL, case=case_of(found)):
        take_request(found)
    return redirect("law:request", request_id=found.id)


@page(_HANDLE, methods=("GET", "POST"))
def find_client(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Find a client whom the document names; then choose which values are given and which refused."""
    found, form = _find_mine(request, request_id), FindSubjectForm(request.POST or None)
    tokens: list[str] | None = None
    if request.method == "POST" and form.is_valid():
        attribute = getattr(Profile, form.cleaned_data["by"])
        subjects = find_subjects(attribute, form.cleaned_data["value"])
        with _on_case(request, found):
            sought: list[UUID | None] = [*subjects] or [None]
            for subject_id in sought:
                record(
                    event=StaffEvent.CLIENT_SOUGHT,
                    subject_id=None if found.ban else subject_id,
                    fields=[attribute.name],
                    object_type="accounts.Profile",
                    count=len(subjects),
                )
        tokens = [_FOUND.sign(str(subject_id)) for subject_id in subjects]
    context = {"asked": found, "form": form, "tokens": tokens, "hold_form": HoldForm(), "tables": _list_tables(tokens)}
    return render(request, "law/console/client.jinja", context)


@page(_HANDLE, methods=("POST",))
def narrow(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Set what is given and refused of one client; what was decided of others stays."""
    found, subject_id = _find_mine(request, request_id), _read_token(request)
    kept = [
        ItemDecision(
            item.subject_id, item.model, item.field, RefusalCause(item.refused_for) if item.refused_for else None
        )
        for item in found.items.exclude(subject_id=subject_id)
    ]
    with _on_case(request, found):
        narrow_request(found, decisions=[*kept, *_read_decisions(request, subject_id)])
    return redirect("law:request", request_id=found.id)


@page(_HANDLE, methods=("POST",))
def hold(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Hold back a part of one client's record."""
    found, subject_id, form = _find_mine(request, request_id), _read_token(request), HoldForm(request.POST)
    if not form.is_valid():
        raise Refused(
            _("The hold was not understood."), kept=_("Nothing is held."), next_step=_("Choose a part and a day.")
        )
    with _on_case(request, found):
        holds.set_hold(
            request=found,
            subject_id=subject_id,
            kind=HoldKind(form.cleaned_data["kind"]),
            model=form.cleaned_data["model"],
            until=form.cleaned_data["until"],
        )
    return redirect("law:request", request_id=found.id)


@page(_HANDLE, methods=("POST",))
def lift(request: HttpRequest, request_id: UUID, hold_id: UUID) -> HttpResponse:
    """End a hold."""
    _require_trained(request)
    found = LegalHold.objects.filter(id=hold_id, request_id=request_id).first()
    if found is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.LEGAL):
        holds.lift_hold(found)
    return redirect("law:request", request_id=request_id)


@page(_HANDLE, methods=("POST",))
def release(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give what was granted, through the one door out."""
    found = _find_mine(request, request_id)
    release_request(found, member_id=current_member(request).id)
    return redirect("law:request", request_id=found.id)


@page(_HANDLE)
def fetch_package(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the package that left, to be handed over, to whoever handles legal requests; each time is a row.

    Who took the request may have left by the day on which the authority sends for it.
    """
    _require_trained(request)
    found = LegalRequest.objects.filter(id=request_id, state=DemandState.RELEASED).first()
    if found is None:
        raise Http404
    with _on_case(request, found):
        record(event=Event.PACKAGE_FETCHED, object_type="law.LegalRequest", object_id=str(found.id))
    return answer_with_file(found.read_package())


@page(_HANDLE, methods=("POST",))
def close(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Close a request that is refused or was withdrawn."""
    found = _find_mine(request, request_id)
    wanted = request.POST.get("state", "")
    with _on_case(request, found):
        close_request(found, state=DemandState(wanted) if wanted in DemandState.values else DemandState.RECEIVED)
    return redirect("law:request", request_id=found.id)


def find_or_404(request_id: UUID) -> LegalRequest:
    """Return the request without its sealed part, or answer that there is none."""
    found = LegalRequest.objects.defer("sealed").filter(id=request_id).first()
    if found is None:
        raise Http404
    return found


def list_items(found: LegalRequest) -> list[tuple[str, str, str, str]]:
    """Return the scope for the page: which client (the end of its id), table, value, decision."""
    items = found.items.order_by("subject_id", "model", "field")
    return [
        (
            item.subject_id.hex[-8:].upper(),
            name_table(item.model),
            str(name_item(item)),
            item.get_refused_for_display() if item.refused_for else item.get_state_display(),
        )
        for item in items
    ]


def answer_with_file(document: dict[str, object]) -> HttpResponse:
    """Return a stored file as a download that no browser opens as a page of ours."""
    content = document["content"]
    response = HttpResponse(content if isinstance(content, bytes) else b"", content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(str(document['name']))}"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "no-store"
    return response


def _list_tables(tokens: list[str] | None) -> list[tuple[type[SealedModel], str]]:
    if not tokens:
        return []
    shown = [model for model in sealed_models() if not model._meta.label.startswith("law.")]
    shown.sort(key=lambda model: model is not Profile)
    return [(model, str(model._meta.verbose_name_plural)) for model in shown]


def _read_decisions(request: HttpRequest, subject_id: UUID) -> list[ItemDecision]:
    """Read ``<model>.<field>=granted`` or ``=<cause>`` of the form; what is left blank was not demanded."""
    decisions = []
    for model in sealed_models():
        for name in model.sealed_attributes:
            said = request.POST.get(f"{model._meta.label}.{name}", "")
            if said == "granted":
                decisions.append(ItemDecision(subject_id, model._meta.label, name))
            elif said in RefusalCause.values:
                decisions.append(ItemDecision(subject_id, model._meta.label, name, RefusalCause(said)))
    return decisions


def _read_token(request: HttpRequest) -> UUID:
    try:
        return UUID(_FOUND.unsign(request.POST.get("client", "")))
    except (signing.BadSignature, ValueError):
        raise Http404 from None


def _on_case(request: HttpRequest, found: LegalRequest) -> AbstractContextManager[Acting]:
    return acting_as_staff(request, purpose=Purpose.LEGAL, case=case_of(found))


def _find_mine(request: HttpRequest, request_id: UUID) -> LegalRequest:
    _require_trained(request)
    found = find_or_404(request_id)
    if found.taken_by != current_member(request).id:
        raise Http404
    return found


def _require_trained(request: HttpRequest) -> None:
    require_trained(str(current_member(request).id), at=clock.now())
