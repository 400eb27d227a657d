"""Finding a client, and its record opened for a case: numbers and states; a value when it is needed, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Account, Profile
from troth.kernel import clock
from troth.kernel.acting import Acting, ActorKind, Case, staff_member
from troth.kernel.console import ClientCase, ClientPanel, client_panels, number_finders, open_cases
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.ports import AccessRequest, OpenCase, Words
from troth.kernel.purposes import Purpose
from troth.ledger.api import Entry, looks_at, record
from troth.staff.actions.access import break_glass as open_without_case
from troth.staff.cases import case_of
from troth.staff.events import Event
from troth.staff.forms import NUMBER, GlassForm, SearchForm
from troth.staff.gates import acting_as_staff, current_member
from troth.staff.judge import StaffJudge, find_case, may_look_for, require_trained
from troth.staff.models import StaffMember
from troth.staff.queries import describe_members
from troth.staff.roles import Permission, may
from troth.vault.api import Attribute, SealedModel, find_subjects, get_attribute

_SEARCH = f"staff:{Permission.SEARCH}"
_FOUND = signing.TimestampSigner(salt="staff.found")
"""Signs whom a search found, and for what, so that the pages after it cannot be pointed at another."""
_FOUND_LIFE = 15 * 60
_MOST_FOUND = 20
_MOST_WRITTEN = 8


@dataclass(frozen=True, slots=True)
class FoundClient:
    """One client that a search found: a state and numbers, and no value."""

    state: Words
    cases: Sequence[ClientCase]
    token: str


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a row of the record: masked, until it was revealed on this page."""

    attribute: Attribute
    row_id: UUID
    model: str
    revealed: bool
    shown: str


@page(_SEARCH, methods=("GET", "POST"))
def search(request: HttpRequest) -> HttpResponse:
    """Find a client by one exact value or number; each search is a row in the ledger, with its purpose."""
    member = current_member(request)
    form = SearchForm(request.POST or None, purposes=may_look_for(member))
    found: list[FoundClient] | None = None
    if request.method == "POST" and form.is_valid():
        require_trained(str(member.id), at=clock.now())
        purpose = Purpose(form.cleaned_data["purpose"])
        subjects = _find(form.cleaned_data["by"], form.cleaned_data["value"])
        with acting_as_staff(request, purpose=purpose):
            _record_search(form.cleaned_data["by"], subjects)
        found = [_show_found(subject_id, purpose) for subject_id in subjects[:_MOST_FOUND]]
    context = {"form": form, "found": found, "member": member, "by": form.cleaned_data.get("by") if found else ""}
    return render(request, "staff/clients/search.jinja", context)


@page(f"staff:{Permission.BREAK_GLASS}", methods=("GET", "POST"))
def break_glass(request: HttpRequest) -> HttpResponse:
    """Open a record without a case, for a reason that the client reads; a second person is told at once."""
    token = request.POST.get("client") or request.GET.get("client") or ""
    subject_id, purpose = _read_found(token)
    form = GlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=purpose):
            glass = open_without_case(
                current_member(request), subject_id=subject_id, purpose=purpose, reason=form.values["reason"] or ""
            )
        return redirect(record_url(case_of(glass)))
    minutes = read_operator().numbers.break_glass_minutes
    context = {"form": form, "token": token, "purpose": purpose, "minutes": minutes}
    return render(request, "staff/clients/glass.jinja", context)


@page(_SEARCH, methods=("GET", "POST"))
def show_record(request: HttpRequest, kind: str, ref: str) -> HttpResponse:
    """Show a client's record for a case that this member took; a POST reveals the values that it names.

    The judge is asked before anything is shown, also of a page that stayed open: what is refused is in the ledger.
    """
    member, case = current_member(request), Case(kind, ref)
    found, acting = _judge(member, case)
    panels = [each for each in _list_panels(member) if acting.purpose in each.purposes]
    chosen = _choose(panels, request.POST.get("panel") or request.GET.get("panel", ""))
    with acting_as_staff(request, purpose=acting.purpose, case=case):
        values = _reveal(request, chosen, found.subject_id, acting.purpose) if chosen else []
    opened = _find_case_page(found.subject_id, case)
    context = {
        "member": member,
        "case": case,
        "case_words": found.words,
        "case_number": opened.number if opened else found.words,
        "case_url": opened.url if opened else "",
        "written": _list_written(found.subject_id, case),
        "purpose": acting.purpose,
        "panels": panels,
        "chosen": chosen,
        "lines": chosen.lines(found.subject_id) if chosen else (),
        "values": values,
        "revealed": [value for value in values if value.revealed],
        "state": _state_of(found.subject_id),
    }
    return render(request, "staff/clients/record.jinja", context)


def record_url(case: Case) -> str:
    """Return the page of a client's record for a case."""
    return reverse("staff:record", kwargs={"kind": case.kind, "ref": case.ref})


def _find_case_page(subject_id: UUID, case: Case) -> ClientCase | None:
    """Return the case as its room shows it in the console, or None for a case that has no page there."""
    list_cases = open_cases.get(case.kind)
    return next((each for each in list_cases(subject_id) if each.case == case), None) if list_cases else None


def _list_written(subject_id: UUID, case: Case) -> list[tuple[Entry, str, str]]:
    """Return what the client reads of this case so far: the line, who, and the names of the values."""
    lines = [entry for entry in looks_at(subject_id) if entry.case == case][:_MOST_WRITTEN]
    names = describe_members(entry.actor.ref for entry in lines if entry.actor.kind is ActorKind.STAFF)
    return [(entry, names.get(entry.actor.ref, ""), _name_values(entry)) for entry in lines]


def _name_values(entry: Entry) -> str:
    return ", ".join(str(_name_value(entry.object_type, name)) for name in entry.fields)


def _name_value(label: str, name: str) -> Words:
    try:
        return get_attribute(label, name).label
    except LookupError:
        return name.replace("_", " ")


def _judge(member: StaffMember, case: Case) -> tuple[OpenCase, Acting]:
    """Return the case and the context of a look on it; raise AccessDenied where the judge says no."""
    found = find_case(case)
    offered = [purpose for purpose in may_look_for(member) if found and purpose in found.purposes]
    acting = Acting(actor=staff_member(member.id), purpose=offered[0] if offered else Purpose.SUPPORT, case=case)
    subject_id = found.subject_id if found else None
    if found is None or subject_id is None:
        # Whose case it was only its room knows; what is refused here names nobody.
        require_trained(str(member.id), at=clock.now())
        record(event=Event.LOOK_REFUSED, ground="case_closed", acting=acting)
        raise Http404
    StaffJudge().judge(
        AccessRequest(acting=acting, subject_id=subject_id, model="accounts.Profile", fields=(), at=clock.now())
    )
    return found, acting


def _reveal(request: HttpRequest, panel: ClientPanel, subject_id: UUID, purpose: Purpose) -> list[ShownValue]:
    """Return the panel's values, masked but for those that the POST names; what is named is opened through the door."""
    named = set(request.POST.getlist("value")) if request.method == "POST" else set()
    shown: list[ShownValue] = []
    for row in panel.rows(subject_id):
        fitting = [a for a in row.sealed_attributes.values() if _is_shown(a, purpose)]
        wanted = [a.name for a in fitting if f"{row.pk}.{a.name}" in named]
        opened = row.open(*wanted) if wanted else None
        shown += [_show_value(row, a, opened) for a in fitting]
    return shown


def _show_value(row: SealedModel, attribute: Attribute, opened: Any) -> ShownValue:
    revealed = opened is not None and attribute.name in opened
    return ShownValue(
        attribute=attribute,
        row_id=row.pk,
        model=row._meta.label,
        revealed=revealed,
        shown=opened.show(attribute.name) if revealed else "",
    )


def _is_shown(attribute: Attribute, purpose: Purpose) -> bool:
    return attribute.kind not in {"json", "file"} and (purpose is Purpose.RIGHTS or purpose in attribute.purposes)


def _find(by: str, value: str) -> list[UUID]:
    if by == NUMBER:
        return sorted({subject for finder in number_finders for subject in finder(value)})
    return find_subjects(getattr(Profile, by), value)


def _record_search(by: str, subjects: Sequence[UUID]) -> None:
    about: list[UUID | None] = [*subjects[:_MOST_FOUND]] or [None]
    for subject_id in about:
        record(event=Event.CLIENT_SOUGHT, subject_id=subject_id, fields=[by], object_type="accounts.Profile",
               count=len(subjects))  # fmt: skip


def _show_found(subject_id: UUID, purpose: Purpose) -> FoundClient:
    cases = [case for list_cases in open_cases for case in list_cases(subject_id)]
    token = _FOUND.sign(f"{subject_id}.{purpose}")
    return FoundClient(state=_state_of(subject_id), cases=cases, token=token)


def _state_of(subject_id: UUID) -> Words:
    account = Account.objects.filter(id=subject_id).first()
    return account.get_state_display() if account else _("no account")


def _list_panels(member: StaffMember) -> list[ClientPanel]:
    return sorted((panel for panel in client_panels if may(member.role, panel.permission)), key=lambda each: each.order)


def _choose(panels: Sequence[ClientPanel], key: str) -> ClientPanel | None:
    return next((panel for panel in panels if panel.key == key), panels[0] if panels else None)


def _read_found(token: str) -> tuple[UUID, Purpose]:
    try:
        subject, purpose = _FOUND.unsign(token, max_age=_FOUND_LIFE).split(".")
        return UUID(subject), Purpose(purpose)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
