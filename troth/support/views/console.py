"""The console's cases: lists without any value, and one case with its thread, its clock and what to do."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import Acting, acting, staff_member
from troth.kernel.console import case_ways
from troth.kernel.errors import Refused
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.staff.api import Event as StaffEvent
from troth.staff.api import Permission, Role, acting_as_staff, current_member, describe_members, may, require_trained
from troth.support.actions import handling
from troth.support.actions.opening import SENDER_VALUES, Inquiry, enter_inquiry
from troth.support.files import sniff_all
from troth.support.forms import AnswerForm, EnterForm, FindForm, IdentityForm, MacroForm, MergeForm, NoteForm
from troth.support.macros import MACROS
from troth.support.models import Case
from troth.support.queries import (
    closed_cases,
    find_by_number,
    find_case,
    find_thread,
    late_cases,
    merged_cases,
    my_cases,
    unassigned_cases,
)
from troth.support.showing import show_thread
from troth.support.views.files import hand_out
from troth.support.words import Origin, Topic, Trust
from troth.ui.api import turn_page
from troth.vault.api import find_subjects

HANDLE = f"staff:{Permission.HANDLE_CASES}"
_FOUND = signing.Signer(salt="support.found")
"""Signs the account that a search found, so that the form after it cannot be pointed at another."""
_LISTS = {"mine": None, "new": unassigned_cases, "late": late_cases, "closed": closed_cases}


@page(HANDLE)
def list_cases(request: HttpRequest) -> HttpResponse:
    """Show my cases, those that nobody has, the late ones or the closed ones; nothing is opened."""
    member = current_member(request)
    chosen = request.GET.get("list", "mine")
    find = _LISTS.get(chosen)
    found = find() if find is not None else my_cases(member.id)
    shown = turn_page(request, cast("Sequence[Case]", found))
    owners = describe_members(str(each.taken_by) for each in shown if each.taken_by)
    context = {"shown": shown, "chosen": chosen if chosen in _LISTS else "mine", "owners": owners, "now": clock.now()}
    context |= {name: int(told) for name in ("taken", "missed") if (told := request.GET.get(name, "0")[:3]).isdigit()}
    return render(request, "support/console/list.jinja", context)


@page(HANDLE, methods=("GET", "POST"))
def show_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one case; to the member who took it also what was said, and take the answer."""
    case, member = _find(case_id), current_member(request)
    mine = case.is_live and case.taken_by == member.id
    before, is_recent = handling.note_opened(case, by=member.id)
    thread: list[Any] = []
    said: dict[str, str] = {}
    form = AnswerForm(request.POST or None)
    if mine:
        with on_case(request, case):
            messages = find_thread(case)
            newest = str(messages[-1].id) if messages else ""
            if request.method == "POST" and form.is_valid() and _answer(case, form):
                return redirect("support:case", case_id=case.id)
            said = _open_said(case)
            thread = show_thread(messages)
        if request.method != "POST":
            form = AnswerForm(initial={"text": _begin(request), "seen": newest})
    names = describe_members(str(each) for each in (case.taken_by, before) if each)
    context = {
        "case": case,
        "mine": mine,
        "said": said,
        "thread": thread,
        "form": form,
        "unsent": request.POST.get("text", "") if not mine else "",
        "owner": names.get(str(case.taken_by), ""),
        "writing": names.get(str(before), "") if is_recent else "",
        "merged": merged_cases(case),
        "near": my_cases(member.id)[:12],
    }
    if mine:
        context |= {
            "note_form": NoteForm(),
            "macro_form": MacroForm(),
            "merge_form": MergeForm(),
            "begins": [way for way in case_ways if may(Role(member.role), way.permission)] if case.has_account else [],
            "identity_form": IdentityForm() if case.trust != Trust.CLIENT and case.has_account else None,
        }
    return render(request, "support/console/case.jinja", context)


def _open_said(case: Case) -> dict[str, str]:
    """Return the case's title, and what the client said of how content it was, where it did."""
    given = case.dates_of_values()
    names = ["title", *(name for name in ("rating", "remark") if name in given)]
    opened = case.open(*names)
    return {name: opened.show(name) for name in names}


def _begin(request: HttpRequest) -> str:
    macro = MACROS.get(request.GET.get("macro", ""))
    return str(macro.text) if macro else ""


def _answer(case: Case, form: AnswerForm) -> bool:
    """Send the answer; where it is refused, the form says why and keeps the text."""
    seen = form.cleaned_data["seen"]
    try:
        handling.answer_case(
            case,
            text=form.cleaned_data["text"],
            seen=UUID(seen) if seen else None,
            close=form.cleaned_data["close"],
        )
    except (Refused, ValueError) as refusal:
        form.add_error(None, " ".join([str(refusal), getattr(refusal, "next_step", "")]))
        return False
    return True


@page(HANDLE, methods=("POST",))
def change_case(request: HttpRequest, case_id: UUID, verb: str) -> HttpResponse:
    """Take, release, note, close, open again, vouch for, join or part a case."""
    case, member = _find(case_id), current_member(request)
    if verb not in _VERBS:
        raise Http404
    require_trained(str(member.id), at=clock.now())
    with acting(actor=staff_member(member.id), purpose=Purpose.SUPPORT, case=case.as_case):
        _VERBS[verb](request, case)
    return redirect("support:case", case_id=case.id)


def _note(request: HttpRequest, case: Case) -> None:
    form = NoteForm(request.POST)
    if form.is_valid():
        handling.add_note(case, text=form.cleaned_data["note"])


def _identify(request: HttpRequest, case: Case) -> None:
    form = IdentityForm(request.POST)
    if form.is_valid():
        handling.record_identity(case, how=form.cleaned_data["how"])


def _merge(request: HttpRequest, case: Case) -> None:
    form = MergeForm(request.POST)
    into = find_by_number(form.cleaned_data["number"]) if form.is_valid() else None
    if into is None:
        raise Refused(
            _("There is no case with this number."),
            kept=_("Both are as they were."),
            next_step=_("Look at the number once more; it stands in the list of cases."),
        )
    handling.merge_cases(case, into=into)


_VERBS: dict[str, Any] = {
    "take": lambda _request, case: handling.take_case(case),
    "release": lambda _request, case: handling.release_case(case),
    "close": lambda _request, case: handling.close_case(case),
    "reopen": lambda _request, case: handling.reopen_case(case),
    "part": lambda _request, case: handling.unmerge_case(case),
    "note": _note,
    "identify": _identify,
    "join": _merge,
}


@page(HANDLE)
def show_file(request: HttpRequest, case_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file of a case that the member took, sandboxed."""
    case = _find(case_id)
    with on_case(request, case):
        return hand_out(case, file_id)


@page(HANDLE, methods=("GET", "POST"))
def find(request: HttpRequest) -> HttpResponse:
    """Find the account of somebody who called or wrote, by one exact value; the search is a row in the record."""
    form = FindForm(request.POST or None)
    found: list[UUID] | None = None
    if request.method == "POST" and form.is_valid():
        require_trained(str(current_member(request).id), at=clock.now())
        attribute = getattr(Profile, form.cleaned_data["by"])
        found = find_subjects(attribute, form.cleaned_data["value"])
        with acting_as_staff(request, purpose=Purpose.SUPPORT):
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
    return render(request, "support/console/find.jinja", {"form": form, "found": found, "links": links})


@page(HANDLE, methods=("GET", "POST"))
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a call or a letter, for the account that was found or for somebody without one."""
    token = request.POST.get("client") or request.GET.get("client") or ""
    subject_id = _read_found(token)
    form = EnterForm(request.POST or None, request.FILES or None, is_client=subject_id is not None)
    if request.method == "POST" and form.is_valid():
        require_trained(str(current_member(request).id), at=clock.now())
        try:
            files = sniff_all(request.FILES.getlist("file"))
        except Refused as refusal:
            form.add_error("file", f"{refusal.message} {refusal.next_step}")
        else:
            given = form.cleaned_data
            inquiry = Inquiry(
                title=form.values["title"],
                body=given["body"],
                topic=Topic(given["topic"]),
                sender={name: form.values.get(name) for name in SENDER_VALUES},
                files=files,
            )
            with acting_as_staff(request, purpose=Purpose.SUPPORT):
                case = enter_inquiry(
                    subject_id=subject_id,
                    inquiry=inquiry,
                    origin=Origin(given["origin"]),
                    received_at=given["received_on"],
                )
            return redirect("support:case", case_id=case.id)
    context = {"form": form, "token": token, "has_client": subject_id is not None}
    return render(request, "support/console/enter.jinja", context)


def on_case(request: HttpRequest, case: Case) -> AbstractContextManager[Acting]:
    """Act as the member that the gate let in, on this case."""
    return acting_as_staff(request, purpose=Purpose.SUPPORT, case=case.as_case)


def _find(case_id: UUID) -> Case:
    case = find_case(case_id)
    if case is None:
        raise Http404
    return case


def _read_found(token: str) -> UUID | None:
    if not token:
        return None
    try:
        return UUID(_FOUND.unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
