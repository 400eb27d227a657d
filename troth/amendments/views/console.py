"""Changes of the statement in the console: written, decided by two others, published, watched until they govern."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.amendments import drafting, publishing
from troth.amendments.drafting import begin_amendment, earliest_day, edit_section, find_findings, set_terms
from troth.amendments.forms import ApprovalForm, DenialForm, SectionForm, TermsForm, list_sections, name_language
from troth.amendments.kinds import NEEDED, OPEN, AmendmentState
from troth.amendments.models import Amendment
from troth.amendments.queries import (
    compare_amendment,
    count_waiting,
    find_amendment,
    find_uneven,
    list_amendments,
    list_letters,
)
from troth.amendments.reviewing import count_voices, review_amendment
from troth.amendments.telling import count_untold
from troth.announcements.api import MailTemplate, describe_progress, make_templates, send_notice
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, may
from troth.statement.api import say_finding
from troth.ui.api import turn_page

_READ = f"staff:{Permission.READ_NOTICES}"
_WRITE = f"staff:{Permission.WRITE_NOTICES}"
_REVIEW = f"staff:{Permission.REVIEW}"
_STEPS = {
    "submit": drafting.submit_amendment,
    "publish": publishing.publish_amendment,
    "withdraw": publishing.withdraw_amendment,
}


@page(_READ)
def list_all(request: HttpRequest) -> HttpResponse:
    """Show every change, and how to begin one."""
    context = {
        "shown": turn_page(request, cast("Sequence[Amendment]", list_amendments())),
        "may_write": _may(request, Permission.WRITE_NOTICES),
        "is_open": Amendment.objects.filter(state__in=(*OPEN, AmendmentState.ANNOUNCED)).exists(),
        "letters": list_letters().count(),
        "waiting": count_waiting(),
    }
    return render(request, "amendments/console/list.jinja", context)


@page(_WRITE, methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a change, from the version in force or from the operator's files."""
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        amendment = begin_amendment(from_files=request.POST.get("from") == "files")
    return redirect("amendments:amendment", amendment_id=amendment.pk)


@page(_READ)
def show(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Show a change: what it alters, what the checks say, who decided, and how far it is."""
    return _render(request, _find(amendment_id), None, None)


@page(_WRITE, methods=("GET", "POST"))
def edit(request: HttpRequest, amendment_id: UUID, slug: str) -> HttpResponse:
    """Edit one section in every language, beside what is in force."""
    amendment = _find(amendment_id)
    titles = dict(list_sections(amendment))
    if slug not in titles or amendment.state not in OPEN:
        raise Http404
    form = SectionForm(request.POST or None, amendment=amendment, slug=slug)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            edit_section(amendment, slug, form.markdown)
        return redirect("amendments:amendment", amendment_id=amendment.pk)
    context = {"amendment": amendment, "form": form, "title": titles[slug], "name_language": name_language}
    return render(request, "amendments/console/section.jinja", context)


@page(_WRITE, methods=("GET", "POST"))
def edit_terms(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Say why it changes, whether it is material, and from when it is to govern."""
    amendment = _find(amendment_id)
    if amendment.state not in OPEN:
        raise Http404
    form = TermsForm(request.POST or None, amendment=amendment)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            set_terms(amendment, form.terms)
        return redirect("amendments:amendment", amendment_id=amendment.pk)
    context = {
        "amendment": amendment,
        "form": form,
        "findings": [say_finding(each) for each in find_findings(amendment)],
    }
    return render(request, "amendments/console/terms.jinja", context)


@page(_WRITE, methods=("POST",))
def move(request: HttpRequest, amendment_id: UUID, step: str) -> HttpResponse:
    """Take a step with a change: hand it over, publish it, withdraw it, throw a draft away."""
    amendment = _find(amendment_id)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        if step == "discard":
            drafting.discard_amendment(amendment)
            return redirect("amendments:amendments")
        if step not in _STEPS:
            raise Http404
        amendment = _STEPS[step](amendment)
    if step == "publish" and amendment.notice:
        send_notice.enqueue(str(amendment.notice.pk))
    return redirect("amendments:amendment", amendment_id=amendment.pk)


@page(_REVIEW, methods=("POST",))
def review(request: HttpRequest, amendment_id: UUID) -> HttpResponse:
    """Decide on a change as it was read."""
    amendment, approves = _find(amendment_id), request.POST.get("decision") == "approve"
    approval = ApprovalForm(request.POST, amendment=amendment) if approves else None
    denial = None if approves else DenialForm(request.POST, amendment=amendment)
    form = approval or denial
    if form is None or not form.is_valid():
        return _render(request, amendment, approval, denial)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        review_amendment(
            amendment,
            approve=approves,
            content_hash=form.cleaned_data["content_hash"],
            remark=form.cleaned_data.get("remark", ""),
        )
    return redirect("amendments:amendment", amendment_id=amendment.pk)


def _render(
    request: HttpRequest, amendment: Amendment, approval: ApprovalForm | None, denial: DenialForm | None
) -> HttpResponse:
    member, draft = current_member(request), drafting.read_amended(amendment)
    waits = amendment.state == AmendmentState.IN_REVIEW
    wrote = str(member.id) in {*amendment.editors, amendment.written_by}
    decided = amendment.reviews.filter(reviewer=str(member.id), content_hash=amendment.content_hash).exists()
    is_open, compared = amendment.state in OPEN, compare_amendment(amendment)
    context = {
        "amendment": amendment,
        "is_open": is_open,
        "sections": list_sections(amendment),
        "compared": compared,
        "uneven": find_uneven(compared) if compared else (),
        "name_language": name_language,
        "problems": draft.problems if is_open else (),
        "gaps": draft.gaps if is_open else (),
        "findings": [say_finding(each) for each in (find_findings(amendment) if is_open else amendment.findings)],
        "templates": _list_mails(amendment),
        "reviews": list(amendment.reviews.order_by("at")),
        "voices": count_voices(amendment) if amendment.content_hash else 0,
        "needed": NEEDED,
        "earliest": earliest_day(),
        "progress": describe_progress(amendment.notice) if amendment.notice else None,
        "untold": count_untold(amendment) if amendment.state == AmendmentState.ANNOUNCED else 0,
        "letters": list_letters().filter(number=amendment.version.number).count() if amendment.version else 0,
        "may_write": _may(request, Permission.WRITE_NOTICES),
        "may_review": waits and not wrote and not decided and _may(request, Permission.REVIEW),
        "approval": approval or ApprovalForm(amendment=amendment),
        "denial": denial or DenialForm(amendment=amendment),
    }
    return render(request, "amendments/console/amendment.jinja", context)


def _list_mails(amendment: Amendment) -> dict[str, MailTemplate]:
    """Return the mail in each language, the operator's first one first."""
    mails = make_templates(amendment.notice) if amendment.notice else {}
    return {language: mails[language] for language in read_operator().languages if language in mails}


def _may(request: HttpRequest, permission: Permission) -> bool:
    return may(current_member(request).role, permission)


def _find(amendment_id: UUID) -> Amendment:
    found = find_amendment(amendment_id)
    if found is None:
        raise Http404
    return found
