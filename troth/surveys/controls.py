"""The checks of D1–D3: rows and columns as they lie in the database, and invented surveys carried to their end."""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.crawl import crawl
from troth.kernel.errors import Refused
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.surveys import sabotages
from troth.surveys.canary import Notes, invent_survey, take_part
from troth.surveys.canary_mails import count_too_many, walk_invitations
from troth.surveys.definition.reading import read_definition
from troth.surveys.definition.schema import DEFINITION
from troth.surveys.forms import AnswerForm
from troth.surveys.kinds import Mode, ReleaseState, SurveyState
from troth.surveys.models import Answer, OwnAnswers, Participation, Survey, Waiting
from troth.surveys.release.gate import audit_releases
from troth.surveys.release.hiding import threshold

_COLUMNS = {
    Answer: {"id", "survey_id", "content", "code_digest"},
    Waiting: {"id", "survey_id", "content", "code_digest"},
    Participation: {"id", "survey_id", "subject_id", "part"},
}
"""All that these tables may hold: neither a time, nor an address, nor a person beside an answer."""


def observe_voluntary() -> Observation:
    """Read every survey as a client gets it, and send each part empty: nothing may be asked for."""
    notes = Notes()
    notes.expect("required" not in _names_of_questions(), "the schema has a word to require an answer")
    for survey in Survey.objects.filter(state=SurveyState.OPEN)[:50]:
        for section in read_definition(survey.definition).sections:
            form = AnswerForm({}, section=section, before={})
            needed = [name for name, field in form.fields.items() if field.required]
            notes.expect(not needed, f"survey {survey.pk} requires {len(needed)} answers")
            notes.expect(form.is_valid(), f"survey {survey.pk} does not take an empty part")
    with invent_survey(Mode.ANONYMOUS) as survey:
        notes.expect(_takes(survey, {}), "a survey does not take an answer that says nothing")
        for section in read_definition(survey.definition).sections:
            form = AnswerForm({}, section=section, before={})
            notes.expect(form.is_valid(), "an invented survey does not take an empty part")
            notes.expect(
                not any(field.required for field in form.fields.values()), "an invented survey requires an answer"
            )
    return notes.observation()


def observe_no_gate() -> Observation:
    """Open every page in each guise, and look which of them asks the database who took part in a survey.

    The surveys themselves ask it, and the Admin page, which shows a client what is held about it.
    """
    notes, asked = Notes(), [0]

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        asked[0] += Participation._meta.db_table in sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for answer in crawl():
            is_own = answer.route.startswith(("surveys:", "rights:"))
            notes.expect(is_own or not asked[0], f"the page {answer.route} asks who took part in a survey")
            asked[0] = 0
    return notes.observation()


def observe_unnamed() -> Observation:
    """Look at the tables as the database has them, and at the rows of an invented anonymous survey."""
    notes = Notes()
    with connection.cursor() as cursor:
        for model, allowed in _COLUMNS.items():
            table = model._meta.db_table
            found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
            notes.expect(found == allowed, f"the table {table} has a column that it may not have")
    anonymous = Survey.objects.filter(mode=Mode.ANONYMOUS)
    bound = OwnAnswers.objects.filter(survey__in=anonymous).count()
    notes.expect(not bound, f"{bound} answers to anonymous surveys stand under a person")
    with invent_survey(Mode.ANONYMOUS) as survey:
        people = take_part(survey, 12)
        contents = [bytes(each) for each in Answer.objects.filter(survey=survey).values_list("content", flat=True)]
        notes.expect(len(contents) == 10, "anonymous answers are not put among others in batches")
        for subject_id in people:
            held = any(subject_id.bytes in each or str(subject_id).encode() in each for each in contents)
            notes.expect(not held, "an answer names who gave it")
        ids = list(Answer.objects.filter(survey=survey).order_by("id").values_list("id", flat=True))
        notes.expect(max(ids) - min(ids) > 10**6, "the numbers of answers tell in which order they came")
        written = Participation.objects.filter(survey=survey).count()
        notes.expect(written == len(people), "who took part is not known, so that it would be asked again")
    return notes.observation()


def observe_fixed() -> Observation:
    """Try to turn an invented survey into another mode after its first answer: the database must refuse."""
    notes = Notes()
    for mode, other in ((Mode.ANONYMOUS, Mode.CONFIDENTIAL), (Mode.CONFIDENTIAL, Mode.CONTACTABLE)):
        with invent_survey(mode) as survey:
            Survey.objects.filter(pk=survey.pk).update(keep_days=survey.keep_days + 1)
            take_part(survey, 1)
            tried: list[dict[str, object]] = [
                {"mode": other},
                {"definition": {}},
                {"keep_days": 999},
                {"begun": False},
            ]
            for changes in tried:
                notes.expect(
                    _refuses(survey, changes), f"a survey that was answered takes another {next(iter(changes))}"
                )
    return notes.observation()


def observe_releases() -> Observation:
    """Audit everything that was ever released, all releases of a survey together, as a reader has them."""
    notes, least, hidden = Notes(), threshold(), 0
    for survey in Survey.objects.filter(releases__state=ReleaseState.SIGNED).distinct():
        signed = list(survey.releases.filter(state=ReleaseState.SIGNED))
        audit = audit_releases(read_definition(survey.definition), [each.tables for each in signed], least=least)
        notes.examined += audit.cells
        hidden += audit.hidden
        notes.failures += [f"survey {survey.pk}: {problem}" for problem in audit.problems]
        for each in signed:
            notes.expect(each.decided_by not in ("", each.prepared_by), f"release {each.pk} has no second signature")
    return Observation(examined=notes.examined, failures=notes.failures, evidence={"hidden_cells": hidden})


def observe_retention() -> Observation:
    """Look for raw answers that are past their stated day."""
    notes = Notes()
    for survey in Survey.objects.filter(opened_at__isnull=False):
        rows = Answer.objects.filter(survey=survey).count() + Waiting.objects.filter(survey=survey).count()
        notes.expect(not (survey.raw_deleted_at and rows), f"survey {survey.pk} has answers after they were deleted")
        day = survey.closed_at and survey.closed_at + timedelta(days=survey.keep_days) + _GRACE
        notes.expect(not (rows and day and clock.now() > day), f"survey {survey.pk} keeps answers beyond their day")
    return notes.observation()


def observe_invited() -> Observation:
    """Invite and remind invented people, and count the mails of each survey that were really sent."""
    notes = walk_invitations()
    notes.expect(not count_too_many(), "a survey had more than one invitation or reminder")
    return notes.observation()


_GRACE = timedelta(days=2)
"""Deletion runs once a day; a day on which the machine was off is no breach."""


def _names_of_questions() -> set[str]:
    sections = DEFINITION["properties"]["sections"]
    questions = sections["items"]["properties"]["questions"]["items"]["oneOf"]
    return {name for question in questions for name in question["properties"]}


def _takes(survey: Survey, answers: dict[str, object]) -> bool:
    try:
        take_part(survey, 1, answers)
    except Refused:
        return False
    return True


def _refuses(survey: Survey, changes: dict[str, object]) -> bool:
    try:
        with transaction.atomic():
            Survey.objects.filter(pk=survey.pk).update(**changes)
    except DatabaseError:
        return True
    return False


def register_controls() -> None:
    """Offer the checks of this room."""
    for control in (
        Control(
            key="surveys.voluntary",
            clauses=("D3", "D2"),
            words=_("No survey requires an answer, and each takes one that says nothing."),
            observe=observe_voluntary,
            sabotages=(
                Sabotage("required", _("A personal question must be answered."), sabotages.require_a_personal_answer),
                Sabotage("pressed", _("Whoever says nothing is sent back."), sabotages.refuse_empty_answers),
            ),
        ),
        Control(
            key="surveys.no_gate",
            clauses=("D3",),
            words=_("No page of the site depends on who took part in a survey."),
            observe=observe_no_gate,
            sabotages=(Sabotage("gate", _("A page asks who took part."), sabotages.gate_a_page),),
            every=timedelta(days=1),
        ),
        Control(
            key="surveys.unnamed",
            clauses=("D1", "A3"),
            words=_("Anonymous answers stand without a person, a time or an order."),
            observe=observe_unnamed,
            sabotages=(
                Sabotage("time", _("A column tells when an answer came."), sabotages.add_a_time),
                Sabotage("order", _("Answers are numbered as they come."), sabotages.put_each_at_once),
                Sabotage("name", _("A name is hidden within an answer."), sabotages.name_who_answered),
                Sabotage(
                    "reversed", _("Answers of an anonymous survey stand under a person."), sabotages.reverse_a_mode
                ),
            ),
        ),
        Control(
            key="surveys.fixed",
            clauses=("D1",),
            words=_("The database keeps a survey as it was when the first client answered."),
            observe=observe_fixed,
            sabotages=(Sabotage("guards", _("The locks are taken off."), sabotages.forget_the_guards),),
        ),
        Control(
            key="surveys.releases",
            clauses=("D1",),
            words=_("From all results that were ever released nobody can be singled out."),
            observe=observe_releases,
            sabotages=(
                Sabotage("small", _("A cell below the threshold is shown."), sabotages.release_a_small_cell),
                Sabotage("one_less", _("Two releases differ by one person."), sabotages.release_one_less),
                Sabotage("remainder", _("A hidden cell is what the others leave."), sabotages.release_a_remainder),
            ),
        ),
        Control(
            key="surveys.invited",
            clauses=("D1", "D3"),
            words=_("Mail about a survey reaches only who wished it and did not decide yet, and one click ends it."),
            observe=observe_invited,
            sabotages=(
                Sabotage("reminded", _("Who declined is reminded."), sabotages.remind_who_declined),
                Sabotage("unasked", _("Who never wished it is invited."), sabotages.invite_everybody),
                Sabotage("deaf", _("The one click ends nothing."), sabotages.hear_no_click),
            ),
        ),
        Control(
            key="surveys.retention",
            clauses=("A3",),
            words=_("Raw answers are deleted on the day that was named to clients."),
            observe=observe_retention,
            sabotages=(Sabotage("kept", _("Answers stay beyond their day."), sabotages.keep_too_long),),
        ),
    ):
        controls.register(control.key, control)
