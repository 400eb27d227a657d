"""The letters about a change: a list without a value, and one letter at a time for whoever took it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.amendments.kinds import LetterState
from troth.amendments.letters import MOST_TOGETHER, note_posted, print_letters, take_letter, take_letters
from troth.amendments.models import NoticeLetter
from troth.amendments.queries import list_letters
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
        "taken": ",".join(str(letter.pk) for letter in _list_taken(request)),
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


@page(_HANDLE, methods=("POST",))
def take_several(request: HttpRequest) -> HttpResponse:
    """Take the oldest letters that nobody took."""
    with acting_as_staff(request, purpose=Purpose.SUPPORT):
        take_letters()
    return redirect("amendments:letters")


@page(_HANDLE, methods=("POST",))
def note_several(request: HttpRequest) -> HttpResponse:
    """Note that the letters that stood on the page were posted."""
    shown = {part for part in request.POST.get("letters", "").split(",") if part}
    with acting_as_staff(request, purpose=Purpose.SUPPORT):
        for letter in _list_taken(request):
            if str(letter.pk) in shown:
                note_posted(letter)
    return redirect("amendments:letters")


@page(_HANDLE)
def show_several(request: HttpRequest) -> HttpResponse:
    """Give all letters that one took as one PDF; nothing of it is stored."""
    letters = _list_taken(request)
    if not letters:
        raise Http404
    return _print(request, letters, "statement-letters.pdf")


@page(_HANDLE)
def show_pdf(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Give the letter as PDF, to whoever took it; nothing of it is stored."""
    letter = _find(letter_id)
    if letter.taken_by != current_member(request).id or letter.state != LetterState.WAITING:
        raise Http404
    return _print(request, [letter], f"statement-{letter.number}.pdf")


def _print(request: HttpRequest, letters: Sequence[NoticeLetter], name: str) -> HttpResponse:
    require_trained(str(current_member(request).id), at=clock.now())
    content = print_letters(letters, lambda case: acting_as_staff(request, purpose=Purpose.SUPPORT, case=case))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _list_taken(request: HttpRequest) -> list[NoticeLetter]:
    return list(list_letters().filter(taken_by=current_member(request).id)[:MOST_TOGETHER])


def _find(letter_id: UUID) -> NoticeLetter:
    found = NoticeLetter.objects.filter(pk=letter_id).first()
    if found is None:
        raise Http404
    return found
