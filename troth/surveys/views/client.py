"""What a client is asked: all open surveys, the first page of each, its parts, and a way to take everything back."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.accounts.api import as_client, require_subject
from troth.kernel.errors import Refused
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.surveys.actions.answering import (
    answer_survey,
    contact_until,
    decline_survey,
    undo_decline,
    wish_never_to_be_asked,
    withdraw_by_code,
    withdraw_contact,
    withdraw_own,
)
from troth.surveys.actions.inviting import wish_invitations
from troth.surveys.definition.reading import Definition, read_definition
from troth.surveys.forms import AnswerForm, CodeForm
from troth.surveys.kinds import Mode, Part, SurveyState
from troth.surveys.models import Contact, OwnAnswers, Survey
from troth.surveys.models.personal import CONTACT, DETAILS
from troth.surveys.queries import is_never_asked, list_open_for, part_of, wishes_invitations
from troth.surveys.release.hiding import threshold
from troth.ui.api import format_date

INVITE_ME = gettext_lazy("Invite me to surveys by mail as well: once to each, and at most one reminder.")
"""What a client agrees to; it is kept with the wish."""
REACH_ME = gettext_lazy(
    "You may reach me about this survey by what I give here, until %(until)s. I can take that back at any time."
)
"""What a client agrees to who leaves contact details; it is kept with them."""
_LONGEST = 60_000
"""More than all answers of the longest survey need."""


@page(CLIENT)
def list_mine(request: HttpRequest) -> HttpResponse:
    """Show the surveys that are open, what the client decided about each, and its wish."""
    subject_id = require_subject(request)
    context = {"surveys": list_open_for(subject_id), "never": is_never_asked(subject_id)}
    context |= {"invited": wishes_invitations(subject_id), "invite_me": INVITE_ME}
    return render(request, "surveys/mine.jinja", context)


@page(CLIENT)
def show(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Show the first page of a survey: what it is for, who sees what, for how long, and the three ways on."""
    survey = _find(survey_id)
    subject_id = require_subject(request)
    part = part_of(survey, subject_id)
    context = {
        "survey": survey,
        "definition": read_definition(survey.definition),
        "part": part,
        "answered": part == Part.ANSWERED,
        "declined": part == Part.DECLINED,
        "is_open": survey.state == SurveyState.OPEN,
        "until": contact_until(survey),
        "least": threshold(),
        "code_form": CodeForm(),
        "contact": Contact.objects.filter(survey=survey, subject_id=subject_id).first(),
    }
    return render(request, "surveys/survey.jinja", context)


@page(CLIENT, methods=("GET", "POST"))
def answer(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Ask one part after the other. What was said travels with the form; nothing is kept before it is sent."""
    survey = _find(survey_id, SurveyState.OPEN)
    subject_id = require_subject(request)
    if survey.mode == Mode.ANONYMOUS and part_of(survey, subject_id) == Part.ANSWERED:
        return redirect("surveys:survey", survey_id=survey.pk)
    definition = read_definition(survey.definition)
    if request.method != "POST":
        said = _open_own(request, survey)
        return _ask(request, survey, definition, said, _next(definition, said, -1))
    said, step = _read_said(request, definition)
    wording = _word_consent(survey)
    form = AnswerForm(request.POST, section=definition.sections[step], before=said, wording=wording)
    if not form.is_valid():
        return _ask(request, survey, definition, said, step, form=form)
    said = {key: value for key, value in said.items() if key not in {each.key for each in form.questions}}
    said |= form.answers
    way = request.POST.get("way")
    following = _before(definition, said, step) if way == "back" else _next(definition, said, step)
    if following is not None:
        return _ask(request, survey, definition, said, following)
    return _send(request, survey, definition, said)


@page(CLIENT, methods=("POST",))
def decide(request: HttpRequest, survey_id: UUID, what: str) -> HttpResponse:
    """Decline, never be asked again, come back to it, or take one's own answers or contact details back."""
    survey = _find(survey_id)
    with as_client(request, purpose=Purpose.SURVEYS):
        if what == "decline":
            decline_survey(survey)
        elif what == "never":
            decline_survey(survey)
            wish_never_to_be_asked(never=True)
        elif what == "undo":
            undo_decline(survey)
            return redirect("surveys:survey", survey_id=survey.pk)
        elif what == "take-back":
            withdraw_own(survey)
        elif what == "reach-no-more":
            withdraw_contact(survey)
            return redirect("surveys:survey", survey_id=survey.pk)
        else:
            raise Http404
    return redirect("surveys:mine")


@page(CLIENT, methods=("POST",))
def withdraw(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Take an anonymous answer back, by its code."""
    survey, form = _find(survey_id), CodeForm(request.POST)
    found = False
    if form.is_valid():
        with as_client(request, purpose=Purpose.SURVEYS):
            found = withdraw_by_code(survey, form.cleaned_data["code"])
    return render(request, "surveys/withdrawn.jinja", {"survey": survey, "found": found})


@page(CLIENT, methods=("POST",))
def refuse_all(request: HttpRequest) -> HttpResponse:
    """Keep that a client wishes never to be asked."""
    with as_client(request, purpose=Purpose.SURVEYS):
        wish_never_to_be_asked(never=True)
    return redirect("surveys:mine")


@page(CLIENT, methods=("POST",))
def allow_again(request: HttpRequest) -> HttpResponse:
    """Keep that a client may be asked again."""
    with as_client(request, purpose=Purpose.SURVEYS):
        wish_never_to_be_asked(never=False)
    return redirect("surveys:mine")


@page(CLIENT, methods=("POST",))
def wish_mail(request: HttpRequest) -> HttpResponse:
    """Keep that a client wishes to be invited by mail, with the words that it agreed to."""
    return _keep_wish(request, wording=str(INVITE_ME))


@page(CLIENT, methods=("POST",))
def end_mail(request: HttpRequest) -> HttpResponse:
    """Keep that a client wishes no more mail about surveys."""
    return _keep_wish(request, wording="")


def _keep_wish(request: HttpRequest, *, wording: str) -> HttpResponse:
    with as_client(request, purpose=Purpose.SURVEYS):
        wish_invitations(wording=wording)
    return redirect("surveys:mine")


def _ask(  # noqa: PLR0913  what is asked, of whom, and how far it is
    request: HttpRequest,
    survey: Survey,
    definition: Definition,
    said: dict[str, Any],
    step: int | None,
    *,
    form: AnswerForm | None = None,
) -> HttpResponse:
    if step is None:
        raise Http404
    section = definition.sections[step]
    context = {
        "survey": survey,
        "definition": definition,
        "section": section,
        "form": form or AnswerForm(section=section, before=said, wording=_word_consent(survey)),
        "step": step,
        "steps": len(definition.sections),
        "is_first": _before(definition, said, step) is None,
        "is_last": _next(definition, said, step) is None and step == len(definition.sections) - 1,
        "said": json.dumps(said, ensure_ascii=False),
        "until": contact_until(survey),
    }
    return render(request, "surveys/answer.jinja", context)


def _send(request: HttpRequest, survey: Survey, definition: Definition, said: dict[str, Any]) -> HttpResponse:
    asked = {each.key: each.facts["asks"] for each in definition.questions if each.asks_contact}
    contact = {name: said[key] for key, name in asked.items() if key in said}
    answers = {key: value for key, value in said.items() if key not in asked}
    with as_client(request, purpose=Purpose.SURVEYS):
        code = answer_survey(survey, answers, contact, wording=_word_consent(survey) if contact else "")
    return render(request, "surveys/thanks.jinja", {"survey": survey, "definition": definition, "code": code})


def _word_consent(survey: Survey) -> str:
    """Return the words of the tick beside the contact details. A form that has details without it does not pass on."""
    return REACH_ME % {"until": format_date(contact_until(survey))}


def _next(definition: Definition, said: dict[str, Any], step: int) -> int | None:
    """Return the next part that asks something, or None."""
    return next((n for n in range(step + 1, len(definition.sections)) if _asks(definition, said, n)), None)


def _before(definition: Definition, said: dict[str, Any], step: int) -> int | None:
    return next((n for n in range(step - 1, -1, -1) if _asks(definition, said, n)), None)


def _asks(definition: Definition, said: dict[str, Any], step: int) -> bool:
    return any(question.is_asked(said) for question in definition.sections[step].questions)


def _read_said(request: HttpRequest, definition: Definition) -> tuple[dict[str, Any], int]:
    """Return what the form carries of earlier parts; it is judged as a whole when it is sent."""
    carried, step = request.POST.get("said", "{}"), request.POST.get("step", "")
    try:
        said = json.loads(carried) if len(carried) <= _LONGEST else None
    except ValueError:
        said = None
    if not isinstance(said, dict) or not step.isascii() or not step.isdigit() or int(step) >= len(definition.sections):
        raise Refused(_("This form is not whole."), next_step=_("Open the survey again."))
    known = {question.key for question in definition.questions}
    return {key: value for key, value in said.items() if key in known}, int(step)


def _open_own(request: HttpRequest, survey: Survey) -> dict[str, Any]:
    """Return what the client said before, where the survey keeps the bond; nothing where it does not."""
    subject_id = require_subject(request)
    row = OwnAnswers.objects.filter(survey=survey, subject_id=subject_id).first()
    if row is None:
        return {}
    contact = Contact.objects.filter(survey=survey, subject_id=subject_id).first()
    with as_client(request, purpose=Purpose.SURVEYS):
        opened = row.open("answers", *DETAILS)
        reach = contact.open(*CONTACT) if contact is not None else {}
    said = dict(opened["answers"] or {})
    for question in read_definition(survey.definition).questions:
        asks = question.facts.get("asks", "")
        value = opened.get(asks) if asks in DETAILS else reach.get(asks)
        if value is not None:
            said[question.key] = value
    return said


def _find(survey_id: UUID, state: str = "") -> Survey:
    shown = (SurveyState.OPEN, SurveyState.CLOSING, SurveyState.CLOSED)
    found = Survey.objects.filter(pk=survey_id, state__in=[state] if state else shown).first()
    if found is None:
        raise Http404
    return found
