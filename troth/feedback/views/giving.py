"""Giving feedback, and what a client gave before."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from troth.accounts.api import TooMany, as_client, current_subject, require_subject, take_token
from troth.feedback.actions import Said, as_visitor, give_feedback, withdraw_feedback
from troth.feedback.forms import GiveForm
from troth.feedback.judging import read_mark
from troth.feedback.models import Feedback
from troth.feedback.pages import know_page
from troth.feedback.queries import feedback_of, find_feedback, say_answer
from troth.feedback.words import RATINGS
from troth.kernel.pages import CLIENT, PUBLIC, page
from troth.kernel.purposes import Purpose


@page(PUBLIC, methods=("GET", "POST"))
def give(request: HttpRequest, about: str = "") -> HttpResponse:
    """Take a number, a word, or both; with or without an account."""
    is_client = current_subject(request) is not None
    if request.method != "POST":
        rating = request.GET.get("rating", "")
        initial = {"rating": rating} if rating in dict(RATINGS) else {}
        return _ask(request, GiveForm(is_client=is_client, initial=initial), about)
    form = GiveForm(request.POST, is_client=is_client)
    if not form.is_valid():
        return _ask(request, form, about)
    try:
        take_token(request, "feedback")
    except TooMany as refusal:
        form.add_error(None, _("Much was sent from your network just now. Your words are kept here."))
        form.add_error(None, refusal.next_step)
        return _ask(request, form, about, status=refusal.status)
    said = Said(
        page=about,
        values=form.values,
        wants_answer=bool(form.cleaned_data.get("wants_answer")),
        mark=read_mark(form.cleaned_data["mark"]),
        trap=form.cleaned_data["homepage"],
    )
    is_kept_with_account = is_client and not form.cleaned_data.get("unnamed")
    with as_client(request, purpose=Purpose.SUPPORT) if is_kept_with_account else as_visitor():
        give_feedback(said)
    context = {"with_account": is_kept_with_account, "is_answered": said.wants_answer or form.values.get("contact")}
    return render(request, "feedback/thanks.jinja", context)


@page(CLIENT)
def show_mine(request: HttpRequest) -> HttpResponse:
    """Show what the client said, how far we are with it, and a way to take each back."""
    rows = feedback_of(require_subject(request))
    with as_client(request, purpose=Purpose.SUPPORT):
        lines = [_show(row) for row in rows]
    return render(request, "feedback/mine.jinja", {"lines": lines})


@page(CLIENT, methods=("POST",))
def withdraw(request: HttpRequest, feedback_id: UUID) -> HttpResponse:
    """Take one's own feedback back; it goes at once."""
    found = find_feedback(feedback_id)
    if found is None or not found.has_account or found.subject_id != require_subject(request):
        raise Http404(_("There is no such feedback of yours."))
    with as_client(request, purpose=Purpose.SUPPORT):
        withdraw_feedback(found)
    return redirect("feedback:mine")


def _ask(request: HttpRequest, form: GiveForm, about: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "about": know_page(about), "is_client": current_subject(request) is not None}
    return render(request, "feedback/give.jinja", context, status=status)


def _show(row: Feedback) -> dict[str, object]:
    opened = row.open("page", "rating", "words")
    answer = say_answer(row.public_answer) if row.public_answer is not None else None
    return {"row": row, "answer": answer} | {name: opened.show(name) for name in ("page", "rating", "words")}
