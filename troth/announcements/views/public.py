"""What everybody can read: all announcements of the past, and what is left of the year's number (F1)."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from troth.announcements.budget import read_budget
from troth.announcements.calendar import make_calendar
from troth.announcements.feed import make_feed
from troth.announcements.kinds import MOST_CORRECTIONS
from troth.announcements.models import Notice, NoticeText
from troth.announcements.queries import list_corrections, list_public, pick_text
from troth.announcements.texts import notice_url
from troth.kernel.pages import PUBLIC, page
from troth.ui.api import turn_page


@page(PUBLIC)
def list_past(request: HttpRequest) -> HttpResponse:
    """Show all announcements, the newest first, and the number of the year."""
    shown, language = turn_page(request, cast("Sequence[Notice]", list_public().filter(corrects=None))), get_language()
    context = {
        "shown": shown,
        "lines": [
            (notice, pick_text(notice, language or ""), _read_corrections(notice, language or ""))
            for notice in shown.object_list
        ],
        "most_corrections": MOST_CORRECTIONS,
        "budget": read_budget(),
    }
    return render(request, "announcements/past.jinja", context)


@page(PUBLIC)
def show(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show one announcement as it was sent, with all that corrects it; the page of a correction is the same one."""
    notice, language = _find(notice_id).origin, get_language() or ""
    context = {
        "notice": notice,
        "text": pick_text(notice, language),
        "corrections": _read_corrections(notice, language),
    }
    return render(request, "announcements/announcement.jinja", context)


@page(PUBLIC)
def fetch_calendar(_request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Give its time as a calendar file."""
    notice = _find(notice_id)
    text = pick_text(notice, get_language() or "")
    content = make_calendar(notice, text, url=notice_url(notice)) if text else ""
    if not content:
        raise Http404
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="announcement.ics"'
    return response


@page(PUBLIC)
def show_feed(_request: HttpRequest) -> HttpResponse:
    """Give the announcements as an Atom feed."""
    content = make_feed(list(list_public()[:50]), get_language() or "en")
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def _read_corrections(notice: Notice, language: str) -> list[tuple[Notice, NoticeText | None]]:
    return [(each, pick_text(each, language)) for each in list_corrections(notice)]


def _find(notice_id: UUID) -> Notice:
    found = list_public().filter(pk=notice_id).first()
    if found is None:
        raise Http404
    return found
