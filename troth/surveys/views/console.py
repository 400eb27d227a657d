"""Surveys in the console: built by one, read by another, opened, closed, and released as tables of many."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.staff.api import Permission, acting_as_staff, current_member, may
from troth.surveys.actions.inviting import write_mail
from troth.surveys.actions.releasing import decide_release, prepare_release
from troth.surveys.actions.running import close_survey, open_survey, take_key, use_key
from troth.surveys.actions.writing import (
    change_survey,
    discard_survey,
    review_survey,
    submit_survey,
    terms_of,
    write_survey,
)
from troth.surveys.definition.codebook import write_codebook
from troth.surveys.definition.reading import read_definition
from troth.surveys.definition.templates import TEMPLATES
from troth.surveys.forms import AnswerForm, QuestionForm, RefusalForm, ReviewForm, TermsForm
from troth.surveys.invited import INVITATION, REMINDER, find_mail
from troth.surveys.kinds import NOT_YET_OPEN, ReleaseState, SurveyState
from troth.surveys.models import Invitee, Release, Survey
from troth.surveys.queries import show_release
from troth.surveys.release.counting import list_variables
from troth.surveys.release.gate import forecast
from troth.surveys.release.hiding import threshold
from troth.ui.api import turn_page

_READ = f"staff:{Permission.READ_SURVEYS}"
_WRITE = f"staff:{Permission.WRITE_SURVEYS}"
_REVIEW = f"staff:{Permission.REVIEW}"


@page(_READ)
def list_all(request: HttpRequest) -> HttpResponse:
    """Show all surveys, the newest first."""
    shown = turn_page(request, cast("Sequence[Survey]", Survey.objects.all()))
    context = {
        "shown": shown,
        "lines": [(each, read_definition(each.definition)) for each in shown.object_list],
        "may_write": _may(request, Permission.WRITE_SURVEYS),
    }
    return render(request, "surveys/console/surveys.jinja", context)


@page(_WRITE, methods=("GET", "POST"))
def write(request: HttpRequest) -> HttpResponse:
    """Begin a survey: title, purpose, terms, and what to start with."""
    form = TermsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        languages = list(read_operator().languages)
        chosen = TEMPLATES.get(form.cleaned_data["template"])
        definition = {
            "languages": languages,
            "title": form.words("title"),
            "purpose": form.words("purpose"),
            "sections": form.cleaned_data["xlsform"] or (chosen.make(languages) if chosen else []),
        }
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            survey = write_survey(form.terms, definition)
        return redirect("surveys:build", survey_id=survey.pk)
    return render(request, "surveys/console/write.jinja", {"form": form, "survey": None})


@page(_WRITE, methods=("GET", "POST"))
def edit(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Change title, purpose and terms of a survey that nobody can answer yet."""
    survey = _find(survey_id, *NOT_YET_OPEN)
    form = TermsForm(request.POST or None, survey=survey)
    if request.method == "POST" and form.is_valid():
        changed = {**survey.definition, "title": form.words("title"), "purpose": form.words("purpose")}
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            change_survey(survey, form.terms, changed)
        return redirect("surveys:build", survey_id=survey.pk)
    return render(request, "surveys/console/write.jinja", {"form": form, "survey": survey})


@page(_WRITE, methods=("GET", "POST"))
def add(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Add a question."""
    survey = _find(survey_id, *NOT_YET_OPEN)
    form = QuestionForm(request.POST or None, survey=survey)
    if request.method == "POST" and form.is_valid():
        with acting_as_staff(request, purpose=Purpose.UPKEEP):
            change_survey(survey, terms_of(survey), _with_question(survey, form))
        return redirect("surveys:build", survey_id=survey.pk)
    return render(request, "surveys/console/add.jinja", {"form": form, "survey": survey})


@page(_WRITE, methods=("POST",))
def remove(request: HttpRequest, survey_id: UUID, key: str) -> HttpResponse:
    """Take a question out, or move it up; a part that asks nothing goes as well."""
    survey = _find(survey_id, *NOT_YET_OPEN)
    sections = []
    for section in survey.definition["sections"]:
        questions = list(section["questions"])
        place = next((n for n, each in enumerate(questions) if each["key"] == key), None)
        if place is not None:
            question = questions.pop(place)
            if request.POST.get("up"):
                questions.insert(max(place - 1, 0), question)
        if questions:
            sections.append({**section, "questions": questions})
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        change_survey(survey, terms_of(survey), {**survey.definition, "sections": sections})
    return redirect("surveys:build", survey_id=survey.pk)


@page(_READ)
def build(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Show a survey: its questions as a client meets them, how it stands, and what of its results would be hidden."""
    return _render(request, _find(survey_id))


@page(_READ)
def fetch_codebook(_request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Give the codebook as CSV."""
    content = write_codebook(read_definition(_find(survey_id).definition))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="codebook.csv"'
    return response


@page(_WRITE, methods=("POST",))
def move(request: HttpRequest, survey_id: UUID, step: str) -> HttpResponse:
    """Take a step with a survey: hand it over, open it, close it, throw a draft away."""
    survey = _find(survey_id)
    steps = {"submit": submit_survey, "open": open_survey, "close": close_survey}
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        if step == "discard":
            discard_survey(survey)
            return redirect("surveys:surveys")
        if step not in steps:
            raise Http404
        steps[step](survey)
    return redirect("surveys:build", survey_id=survey.pk)


@page(_REVIEW, methods=("POST",))
def review(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Say of a survey that it may be asked, or what should be otherwise."""
    survey, approves = _find(survey_id), request.POST.get("decision") == "approve"
    form = ReviewForm(request.POST) if approves else RefusalForm(request.POST)
    if not form.is_valid():
        return _render(request, survey, form)
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        review_survey(
            survey,
            approve=approves,
            content_hash=form.cleaned_data["content_hash"],
            remark=form.cleaned_data.get("remark", ""),
        )
    return redirect("surveys:build", survey_id=survey.pk)


@page(_WRITE, methods=("POST",))
def write_invitation(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Write the invitation by mail, or its reminder; another reads it among the notices, and it is sent there."""
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        notice = write_mail(_find(survey_id), reminder=request.POST.get("what") == "reminder")
    return redirect("announcements:notice", notice_id=notice.pk)


@page(_REVIEW, methods=("POST",))
def key(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Take one of the two keys of a survey before it opens, or use it after its close."""
    survey, secret = _find(survey_id), request.POST.get("secret", "")
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        if survey.state == SurveyState.CLOSING:
            use_key(survey, secret)
            return redirect("surveys:build", survey_id=survey.pk)
        taken = take_key(survey)
    return render(request, "surveys/console/key.jinja", {"survey": survey, "secret": taken})


@page(_WRITE, methods=("POST",))
def release(request: HttpRequest, survey_id: UUID) -> HttpResponse:
    """Make tables of the answers, and hand them to a second person."""
    survey = _find(survey_id)
    pair = (request.POST.get("first", ""), request.POST.get("second", ""))
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        prepare_release(survey, [pair] if all(pair) else [])
    return redirect("surveys:build", survey_id=survey.pk)


@page(_REVIEW, methods=("POST",))
def decide(request: HttpRequest, release_id: UUID) -> HttpResponse:
    """Sign a release, or turn it down."""
    found = Release.objects.filter(pk=release_id).first()
    if found is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.UPKEEP):
        decide_release(
            found,
            sign=request.POST.get("decision") == "sign",
            content_hash=request.POST.get("content_hash", ""),
            remark=request.POST.get("remark", "")[:1000],
        )
    return redirect("surveys:build", survey_id=found.survey_id)


def _render(request: HttpRequest, survey: Survey, form: Any = None) -> HttpResponse:
    definition, member = read_definition(survey.definition), current_member(request)
    is_author = str(member.id) == survey.written_by
    initial = {"content_hash": survey.content_hash}
    hidden, cells = forecast(definition, survey.expected, least=threshold())
    can_review = _may(request, Permission.REVIEW)
    releases = list(survey.releases.all())
    context = {
        "survey": survey,
        "definition": definition,
        "previews": [(section, AnswerForm(section=section, before={})) for section in definition.sections],
        "may_write": _may(request, Permission.WRITE_SURVEYS),
        "can_change": survey.state in NOT_YET_OPEN,
        "may_review": survey.state == SurveyState.IN_REVIEW and can_review and not is_author,
        "review_form": form if isinstance(form, ReviewForm) else ReviewForm(initial=initial, auto_id="id_yes_%s"),
        "refusal_form": form if isinstance(form, RefusalForm) else RefusalForm(initial=initial, auto_id="id_no_%s"),
        "reviews": list(survey.reviews.order_by("at")),
        "hidden": hidden,
        "cells": cells,
        "answers": survey.answers.count() + survey.waiting.count() + survey.own_answers.count(),
        "keys_missing": survey.two_officers and not survey.second_key,
        "may_take_key": can_review and survey.first_officer != str(member.id),
        "can_review": can_review,
        "variables": [each for each in list_variables(definition) if not each.depends_on],
        "releases": [
            (each, show_release(each), can_review and each.prepared_by != str(member.id)) for each in releases
        ],
        "prepared": ReleaseState.PREPARED,
        "invitation": find_mail(survey, INVITATION),
        "reminder": find_mail(survey, REMINDER),
        "wishing": Invitee.objects.count(),
        "least": threshold(),
    }
    return render(request, "surveys/console/survey.jinja", context)


def _with_question(survey: Survey, form: QuestionForm) -> dict[str, Any]:
    """Return the definition with the form's question at the end of its part."""
    sections = [{**each, "questions": list(each["questions"])} for each in survey.definition["sections"]]
    taken = {one["key"] for each in sections for one in each["questions"]} | {each["key"] for each in sections}
    question = form.question(_free(taken, "q"))
    if (words := form.new_section) is not None:
        sections.append({"key": _free(taken, "part"), "words": words, "questions": [question]})
    else:
        for each in sections:
            if each["key"] == form.cleaned_data["section"]:
                each["questions"].append(question)
    return {**survey.definition, "sections": sections}


def _free(taken: set[str], stem: str) -> str:
    return next(f"{stem}{number}" for number in range(1, 10_000) if f"{stem}{number}" not in taken)


def _may(request: HttpRequest, permission: Permission) -> bool:
    return may(current_member(request).role, permission)


def _find(survey_id: UUID, *states: str) -> Survey:
    found = Survey.objects.filter(pk=survey_id).first()
    if found is None or (states and found.state not in states):
        raise Http404
    return found
