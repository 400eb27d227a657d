"""Notices in the console: written by one, read by another, sent, and watched."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from troth.announcements.audience import count_audience
from troth.announcements.budget import is_correctable, read_budget
from troth.announcements.deliverability import look_now
from troth.announcements.drafting import discard_notice, edit_notice, submit_notice, write_notice
from troth.announcements.forms import NoticeForm, RefusalForm, ReviewForm
from troth.announcements.kinds import REVIEWED_HERE, WRITTEN_HERE, NoticeClass, NoticeState, rules_of
from troth.announcements.models import Notice
from troth.announcements.pace import estimate_span
from troth.announcements.queries import describe_progress, find_about_url, list_notices, pick_text
from troth.announcements.reviewing import count_approvals, count_needed, review_notice
from troth.announcements.running import begin_notice, cancel_notice, pause_notice, resume_notice
from troth.announcements.tasks import send_notice
from troth.announcements.texts import make_templates
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, may
from troth.ui.api import turn_page

_READ = f"staff:{Permission.READ_NOTICES}"
_WRITE = f"staff:{Permission.WRITE_NOTICES}"
_REVIEW = f"staff:{Permission.REVIEW}"
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""A mail brings its styles along, as it has no other place; the page that shows it is nothing but the mail."""
_WITH_ITS_THING = frozenset({"submit", "send", "discard"})
"""Steps that a notice of another room's thing takes with that thing, and not here."""


@page(_READ)
def list_all(request: HttpRequest) -> HttpResponse:
    """Show all notices, those that wait first, and what is left of the year's number."""
    context = {
        "shown": turn_page(request, cast("Sequence[Notice]", list_notices())),
        "title_of": _title_of,
        "budget": read_budget(),
        "classes": WRITTEN_HERE,
        "may_write": _may(request, Permission.WRITE_NOTICES),
    }
    return render(request, "announcements/console/notices.jinja", context)


@page(_WRITE, methods=("GET", "POST"))
def write(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a notice of a class; the class cannot be changed after."""
    if kind not in WRITTEN_HERE:
        raise Http404
    form = NoticeForm(request.POST or None, kind=NoticeClass(kind))
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            notice = write_notice(NoticeClass(kind), form.particulars, form.texts)
        return redirect("announcements:notice", notice_id=notice.pk)
    context = {"form": form, "kind": NoticeClass(kind), "notice": None, "corrected": "", "budget": read_budget()}
    return render(request, "announcements/console/write.jinja", context)


@page(_WRITE, methods=("GET", "POST"))
def correct(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Write what corrects an announcement; it is read by another like any other."""
    corrected = _find_own(notice_id)
    if corrected.kind != NoticeClass.SERVICE or not is_correctable(corrected, clock.now()):
        raise Http404
    form = NoticeForm(request.POST or None, kind=NoticeClass.SERVICE, corrects=corrected)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            notice = write_notice(NoticeClass.SERVICE, form.particulars, form.texts)
        return redirect("announcements:notice", notice_id=notice.pk)
    context = {"form": form, "kind": NoticeClass.SERVICE, "notice": None, "corrected": _title_of(corrected)}
    return render(request, "announcements/console/write.jinja", context)


@page(_WRITE, methods=("GET", "POST"))
def edit(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Change a notice that is not being sent; every review of it is void then."""
    notice = _find_own(notice_id, WRITTEN_HERE)
    form = NoticeForm(request.POST or None, kind=NoticeClass(notice.kind), notice=notice)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            edit_notice(notice, form.particulars, form.texts)
        return redirect("announcements:notice", notice_id=notice.pk)
    context = {
        "form": form,
        "kind": NoticeClass(notice.kind),
        "notice": notice,
        "corrected": _title_of(notice.corrects) if notice.corrects else "",
        "budget": read_budget(),
    }
    return render(request, "announcements/console/write.jinja", context)


@page(_READ)
def show(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show a notice as its readers will get it, who reviewed it, and how far it is."""
    return _render(request, _find(notice_id), None, None)


@page(_READ)
def look_at_domain(request: HttpRequest) -> HttpResponse:
    """Show what the world's mail servers find when they look at our mail domain now."""
    context = {"findings": look_now(), "address": read_operator().mail.from_address}
    return render(request, "announcements/console/domain.jinja", context)


@page(_READ)
def preview(_request: HttpRequest, notice_id: UUID, language: str) -> HttpResponse:
    """Show the mail itself in one language, in a page of its own that loads nothing."""
    template = make_templates(_find(notice_id)).get(language)
    if template is None:
        raise Http404
    return HttpResponse(template.html, headers={"Content-Security-Policy": MAIL_POLICY})


@page(_WRITE, methods=("POST",))
def move(request: HttpRequest, notice_id: UUID, step: str) -> HttpResponse:
    """Take a step with a notice: hand it over, send it, pause, go on, cancel, throw a draft away."""
    notice = _find_own(notice_id) if step in _WITH_ITS_THING else _find(notice_id)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        if step == "submit":
            submit_notice(notice)
        elif step == "send":
            begin_notice(notice)
        elif step == "pause":
            pause_notice(notice)
        elif step == "resume":
            resume_notice(notice)
        elif step == "cancel":
            cancel_notice(notice)
        elif step == "discard":
            discard_notice(notice)
            return redirect("announcements:notices")
        else:
            raise Http404
    if step in ("send", "resume"):
        send_notice.enqueue(str(notice.pk))
    return redirect("announcements:notice", notice_id=notice.pk)


@page(_REVIEW, methods=("POST",))
def review(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Say of a text that it may be sent, or what should be otherwise."""
    notice, approves = _find_own(notice_id), request.POST.get("decision") == "approve"
    review_form = ReviewForm(request.POST, notice=notice) if approves else None
    refusal_form = None if approves else RefusalForm(request.POST, notice=notice)
    form = review_form or refusal_form
    if form is None or not form.is_valid():
        return _render(request, notice, review_form, refusal_form)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        review_notice(
            notice,
            approve=approves,
            content_hash=form.cleaned_data["content_hash"],
            remark=form.cleaned_data.get("remark", ""),
        )
    return redirect("announcements:notice", notice_id=notice.pk)


def _render(
    request: HttpRequest, notice: Notice, review_form: ReviewForm | None, refusal_form: RefusalForm | None
) -> HttpResponse:
    member, languages = current_member(request), read_operator().languages[:1]
    is_own = notice.kind in REVIEWED_HERE
    waits = is_own and notice.state == NoticeState.IN_REVIEW
    audience = notice.frozen_count if notice.frozen_count is not None else count_audience(notice)
    context = {
        "notice": notice,
        "is_own": is_own,
        "is_written_here": notice.kind in WRITTEN_HERE,
        "about_url": find_about_url(notice),
        "corrections": [(each, _title_of(each)) for each in notice.corrections.order_by("made_at")],
        "may_correct": is_own and notice.corrects_id is None and is_correctable(notice, clock.now()),
        "title": _title_of(notice),
        "texts": sorted(notice.texts.all(), key=lambda each: (each.language not in languages, each.language)),
        "templates": make_templates(notice),
        "rules": rules_of(notice.kind),
        "reviews": list(notice.reviews.order_by("at")),
        "approvals": count_approvals(notice),
        "needed": count_needed(notice),
        "may_write": _may(request, Permission.WRITE_NOTICES),
        "may_review": waits and _may(request, Permission.REVIEW) and str(member.id) != notice.written_by,
        "review_form": review_form or ReviewForm(notice=notice),
        "refusal_form": refusal_form or RefusalForm(notice=notice),
        "progress": describe_progress(notice),
        "audience": audience,
        "span": estimate_span(audience),
        "budget": read_budget(),
    }
    return render(request, "announcements/console/notice.jinja", context)


def _title_of(notice: Notice) -> str:
    text = pick_text(notice, get_language() or "")
    return text.subject if text else notice.get_kind_display()


def _may(request: HttpRequest, permission: Permission) -> bool:
    return may(current_member(request).role, permission)


def _find(notice_id: UUID) -> Notice:
    found = Notice.objects.filter(pk=notice_id).first()
    if found is None:
        raise Http404
    return found


def _find_own(notice_id: UUID, kinds: Sequence[NoticeClass] = REVIEWED_HERE) -> Notice:
    """Return a notice that is sent in this room; raise Http404 for one that goes with another room's thing."""
    found = _find(notice_id)
    if found.kind not in kinds:
        raise Http404
    return found
