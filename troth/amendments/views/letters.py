"""The letters about a change: a list without a value, and one letter at a time for whoever took it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.amendments.letters import case_of, note_posted, print_letter, take_letter
from troth.amendments.models import NoticeLetter
from troth.amendments.queries import find_by_number, list_letters
from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, require_trained
from troth.ui.api import turn_page

_HANDLE = f"staff:{Permission.HANDLE_CASES}"


@page(_HANDLE)
def list_all(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait: numbers and causes, and nothing of a client."""
    context = {
        "shown": turn_page(request, cast("Sequence[NoticeLetter]", list_letters())),
        "member_id": current_member(request).id,
    }
    return render(request, "amendments/console/letters.jinja", context)


@page(_HANDLE, methods=("POST",))
def move(request: HttpRequest, letter_id: UUID, step: str) -> HttpResponse:
    """Take a letter, or note that it was posted."""
    letter = _find(letter_id)
    with acting_as_staff(request, purpose=Purpose.SUPPORT):
        if step == "take":
            take_letter(letter)
        elif step == "posted":
            note_posted(letter)
        else:
            raise Http404
    return redirect("amendments:letters")


@page(_HANDLE)
def show_pdf(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Give the letter as PDF, to whoever took it; nothing of it is stored."""
    member, letter = current_member(request), _find(letter_id)
    require_trained(str(member.id), at=clock.now())
    amendment = find_by_number(letter.number)
    if letter.taken_by != member.id or amendment is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.SUPPORT, case=case_of(letter)):
        content = print_letter(letter, amendment)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="statement-{letter.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _find(letter_id: UUID) -> NoticeLetter:
    found = NoticeLetter.objects.filter(pk=letter_id).first()
    if found is None:
        raise Http404
    return found
