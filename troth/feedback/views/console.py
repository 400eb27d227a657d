"""The inbox, one word that a member took, the trends, and answers to everybody."""

import csv
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.feedback import actions
from troth.feedback.forms import PublicAnswerForm
from troth.feedback.models import Feedback, PublicAnswer
from troth.feedback.queries import find_feedback, inbox, list_answers, list_months, say_answer, set_apart, taken_by
from troth.feedback.showing import draw_counts, draw_means, list_recent_pages
from troth.feedback.words import SET_APART, State
from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members, require_trained
from troth.ui.api import turn_page

_HANDLE = f"staff:{Permission.HANDLE_FEEDBACK}"
_LISTS = (State.NEW, State.READ, State.ANSWERED, State.DONE)


@page(_HANDLE)
def list_inbox(request: HttpRequest) -> HttpResponse:
    """Show what is new, mine, answered, done or set apart; nothing is opened."""
    chosen = request.GET.get("list", State.NEW)
    if chosen == "mine":
        found = taken_by(current_member(request).id)
    elif chosen == "apart":
        found = set_apart()
    else:
        chosen = chosen if chosen in _LISTS else State.NEW
        found = inbox(chosen)
    shown = turn_page(request, cast("Sequence[Feedback]", found))
    owners = describe_members(str(each.taken_by) for each in shown if each.taken_by)
    context = {"shown": shown, "chosen": chosen, "states": [(s, s.label) for s in _LISTS], "owners": owners}
    return render(request, "feedback/console/inbox.jinja", context)


@page(_HANDLE)
def show(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """Show one; to the member who took it also what was said."""
    row, member = _find(feedback_id), current_member(request)
    mine = row.taken_by == member.id and row.state != State.DONE
    said: dict[str, str] = {}
    if mine:
        with acting_as_staff(request, purpose=Purpose.SUPPORT, case=row.as_case):
            opened = row.open("page", "rating", "words", *(("contact",) if row.wants_answer else ()))
            said = {name: opened.show(name) for name in opened}
    context = {
        "row": row,
        "mine": mine,
        "said": said,
        "owner": describe_members([str(row.taken_by)]).get(str(row.taken_by), "") if row.taken_by else "",
        "is_apart": row.apart in SET_APART,
        "answer": say_answer(row.public_answer) if row.public_answer is not None else None,
    }
    return render(request, "feedback/console/show.jinja", context)


@page(_HANDLE, methods=("POST",))
def change(request: HttpRequest, feedback_id: UUID, verb: str) -> HttpResponse:
    """Take it, finish it, open it again, take it for earnest, or answer it in person."""
    row, member = _find(feedback_id), current_member(request)
    require_trained(str(member.id), at=clock.now())
    with acting_as_staff(request, purpose=Purpose.SUPPORT, case=row.as_case):
        if verb == "answer":
            return redirect("support:case", case_id=actions.answer_in_person(row))
        if verb not in _VERBS:
            raise Http404
        _VERBS[verb](row)
    return redirect("feedback:show", feedback_id=row.pk)


_VERBS = {
    "take": actions.take_feedback,
    "finish": actions.finish_feedback,
    "reopen": actions.reopen_feedback,
    "earnest": actions.release_feedback,
}


@page(_HANDLE)
def show_trends(request: HttpRequest) -> HttpResponse:
    """Show how much was said and how it was meant, month by month and page by page."""
    months = list_months()
    context = {
        "counts": draw_counts(months),
        "means": draw_means(months),
        "pages": list_recent_pages(),
    }
    return render(request, "feedback/console/trends.jinja", context)


@page(_HANDLE)
def fetch_trends(_request: HttpRequest) -> HttpResponse:
    """Hand out the same months as CSV."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="feedback.csv"'
    writer = csv.writer(response)
    writer.writerow(["month", "said", "with_a_number", "mean"])
    for each in list_months():
        mean = "" if each.mean is None else f"{each.mean:.2f}"
        writer.writerow([f"{each.first:%Y-%m}", each.count, each.rated, mean])
    return response


@page(_HANDLE, methods=("GET", "POST"))
def publish(request: HttpRequest) -> HttpResponse:
    """Answer to everybody: to one word that the member took, or to what many said."""
    to = _find_to(request)
    form = PublicAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = current_member(request)
        require_trained(str(member.id), at=clock.now())
        with acting_as_staff(request, purpose=Purpose.SUPPORT, case=to.as_case if to else None):
            actions.publish_answer(heard=form.words("heard"), did=form.words("did"), to=to)
        return redirect("feedback:show", feedback_id=to.pk) if to else redirect("feedback:publish")
    answers = [(each, *say_answer(each)) for each in list_answers()[:50]]
    return render(request, "feedback/console/publish.jinja", {"form": form, "to": to, "answers": answers})


@page(_HANDLE, methods=("POST",))
def retract(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Take a public answer back."""
    answer = PublicAnswer.objects.filter(pk=answer_id).first()
    if answer is None:
        raise Http404
    require_trained(str(current_member(request).id), at=clock.now())
    with acting_as_staff(request, purpose=Purpose.SUPPORT):
        actions.retract_answer(answer)
    return redirect("feedback:publish")


def _find(feedback_id: UUID) -> Feedback:
    found = find_feedback(feedback_id)
    if found is None:
        raise Http404
    return found


def _find_to(request: HttpRequest) -> Feedback | None:
    """Return the feedback that the address names; whose it is does not matter here, the action asks for its owner."""
    try:
        return _find(UUID(request.GET["to"])) if "to" in request.GET else None
    except ValueError as error:
        raise Http404 from error
