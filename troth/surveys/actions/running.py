"""The course of a survey after a second person looked at it: keys, opening, close, layers, the end of raw answers."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import CannotOpen, Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.surveys.actions.answering import move_waiting
from troth.surveys.actions.writing import lock, require_another, was_reviewed
from troth.surveys.definition.reading import read_definition
from troth.surveys.events import Event
from troth.surveys.jobs import GATHERER
from troth.surveys.keys import make_house_key, make_officer_key, peel, seal
from troth.surveys.kinds import SurveyState
from troth.surveys.models import Answer, Contact, OwnAnswers, Survey, SurveyKey
from troth.surveys.models.answering import draw_number
from troth.surveys.models.personal import DETAILS

_TOGETHER = 500


def take_key(survey: Survey) -> str:
    """Make one of the two keys of a survey for who acts, and return its secret half: it is shown once, kept nowhere."""
    officer = require_another("")
    secret, public = make_officer_key()
    with transaction.atomic():
        survey = lock(survey, SurveyState.APPROVED)
        if not survey.two_officers or survey.second_key or survey.first_officer == officer:
            raise Refused(_("There is no key for you to take here."), kept=_("Nothing was changed."))
        if survey.first_key:
            survey.second_key, survey.second_officer = public, officer
        else:
            survey.first_key, survey.first_officer = public, officer
        survey.save()
        _record(Event.KEY_TAKEN, survey)
    return secret


def open_survey(survey: Survey) -> Survey:
    """Let clients answer it. Raises Refused where nobody else approved just this, or a key was not taken."""
    require_acting()
    with transaction.atomic():
        survey = lock(survey, SurveyState.APPROVED)
        if not was_reviewed(survey):
            raise Refused(_("Nobody else has approved exactly this survey."), kept=_("Nothing was changed."))
        if survey.two_officers and not survey.second_key:
            raise Refused(_("Two officers must take their keys first."), kept=_("Nothing was changed."))
        survey.public_key = make_house_key(survey)
        survey.layers = 2 if survey.two_officers else 0
        survey.state, survey.opened_at = SurveyState.OPEN, clock.now()
        survey.save()
        _record(Event.SURVEY_OPENED, survey)
    return survey


def close_survey(survey: Survey) -> Survey:
    """Take no more answers, put those that wait among the others, and gather those that clients could still change."""
    require_acting()
    with transaction.atomic():
        survey = lock(survey, SurveyState.OPEN)
        survey.state, survey.closed_at = SurveyState.CLOSING, clock.now()
        survey.save()
        _record(Event.SURVEY_CLOSED, survey)
    return gather(survey)


def gather(survey: Survey) -> Survey:
    """Finish a close; a gathering that was broken off goes on. Each look at a client's answers is on its record."""
    survey = Survey.objects.get(pk=survey.pk)
    if survey.state != SurveyState.CLOSING or survey.counted is not None:
        return survey
    while rows := list(OwnAnswers.objects.filter(survey=survey).order_by("pk")[:_TOGETHER]):
        _gather_some(survey, rows)
    with transaction.atomic():
        survey = lock(survey, SurveyState.CLOSING)
        move_waiting(survey, at_least=1)
        _lay_anew(survey)
        survey.counted = survey.answers.count()
        survey.state = SurveyState.CLOSING if survey.layers else SurveyState.CLOSED
        survey.save()
    return survey


def _gather_some(survey: Survey, rows: list[OwnAnswers]) -> None:
    with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
        opened = OwnAnswers.open_together(rows, "answers", *DETAILS)
        contents = [seal(survey, _merge(survey, each)) for each in opened if not isinstance(each, CannotOpen)]
        secrets.SystemRandom().shuffle(contents)
        with transaction.atomic():
            Answer.objects.bulk_create(
                Answer(id=draw_number(), survey=survey, content=content, code_digest="") for content in contents
            )
            for row in rows:
                row.delete()


def _merge(survey: Survey, opened: Any) -> dict[str, Any]:
    """Return what was said, the personal questions under their keys, as an anonymous answer has it."""
    merged = dict(opened["answers"] or {})
    for question in read_definition(survey.definition).questions:
        asks = question.facts.get("asks", "")
        if asks in DETAILS and opened[asks] is not None:
            merged[question.key] = opened[asks]
    return merged


def use_key(survey: Survey, secret: str) -> Survey:
    """Take the outermost layer off all answers of a survey that is closed; the key is used and forgotten."""
    require_another("")
    with transaction.atomic():
        survey = lock(survey, SurveyState.CLOSING)
        if not survey.layers:
            raise Refused(_("No layer is left."), kept=_("Nothing was changed."))
        rows = list(survey.answers.all())
        for row, content in zip(rows, peel([bytes(row.content) for row in rows], secret), strict=True):
            row.content = content
        Answer.objects.bulk_update(rows, ["content"], batch_size=_TOGETHER)
        survey.layers -= 1
        if not survey.layers:
            _lay_anew(survey)
            survey.state = SurveyState.CLOSED
        survey.save()
        _record(Event.LAYER_OPENED, survey)
    return survey


def _lay_anew(survey: Survey) -> None:
    """Write all answers anew, in a random order: neither place nor number of a row tells of its beginning."""
    rows = list(survey.answers.values_list("content", "code_digest"))
    survey.answers.all().delete()
    secrets.SystemRandom().shuffle(rows)
    Answer.objects.bulk_create(
        (
            Answer(id=draw_number(), survey=survey, content=bytes(content), code_digest=digest)
            for content, digest in rows
        ),
        batch_size=_TOGETHER,
    )


def list_to_close() -> QuerySet[Survey]:
    """Return the surveys whose day has come."""
    return Survey.objects.filter(state=SurveyState.OPEN, closes_on__lte=clock.today())


def list_raw_due() -> list[Survey]:
    """Return the surveys whose raw answers are past their stated day."""
    closed = Survey.objects.filter(closed_at__isnull=False, raw_deleted_at__isnull=True)
    return [
        each for each in closed if each.closed_at and clock.now() >= each.closed_at + timedelta(days=each.keep_days)
    ]


def delete_raw() -> int:
    """Delete the raw answers, and the key, of each survey whose time is over; what was released stays."""
    gone = 0
    for survey in list_raw_due():
        with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS), transaction.atomic():
            gone += survey.answers.all().delete()[0] + survey.waiting.all().delete()[0]
            for row in (*OwnAnswers.objects.filter(survey=survey), *SurveyKey.objects.filter(subject_id=survey.pk)):
                row.delete()
                gone += 1
            survey.raw_deleted_at = clock.now()
            survey.save(update_fields=["raw_deleted_at"])
            _record(Event.RAW_DELETED, survey)
    with acting(actor=system(GATHERER), purpose=Purpose.SURVEYS):
        for contact in Contact.objects.filter(until__lt=clock.today()):
            contact.delete()
            gone += 1
    return gone


def count_raw_due() -> int:
    """Return how many things are past their day."""
    raw = sum(survey.answers.count() + 1 for survey in list_raw_due())
    return raw + Contact.objects.filter(until__lt=clock.today()).count()


def _record(event: Event, survey: Survey) -> None:
    record(event=event, object_type="surveys.Survey", object_id=str(survey.pk), ground=survey.mode)
