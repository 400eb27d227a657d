"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.sabotage import meddle, swap
from troth.kernel.undoing import undone
from troth.surveys import guards, invited
from troth.surveys.actions import answering
from troth.surveys.canary import write_invented
from troth.surveys.definition.answers import require_answers
from troth.surveys.forms import answering as answer_forms
from troth.surveys.kinds import Mode, ReleaseState, SurveyState
from troth.surveys.models import Answer, OwnAnswers, Participation, Release, Survey
from troth.surveys.models.answering import draw_number


def require_a_personal_answer() -> AbstractContextManager[None]:
    """Have the age asked as something that must be given."""
    make = answer_forms._make_fields  # noqa: SLF001  what is broken here is within

    def press(question: Any, value: Any) -> dict[str, forms.Field]:
        fields = make(question, value)
        for name, field in fields.items():
            field.required = field.required or name == "q_age_group"
        return fields

    return swap(answer_forms, "_make_fields", press)


def refuse_empty_answers() -> AbstractContextManager[None]:
    """Send everybody back who says nothing."""
    take = require_answers

    def insist(definition: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
        if not answers:
            raise Refused("Say something.")
        return take(definition, answers)

    return swap(answering, "require_answers", insist)


def gate_a_page() -> AbstractContextManager[None]:
    """Have a page of the site ask who took part, as one would that rewards it."""

    def ask(request: HttpRequest, response: HttpResponseBase) -> None:
        if request.path == "/help/":
            response["X-Thanks"] = str(Participation.objects.filter(part="answered").exists())

    return meddle(ask)


@contextmanager
def add_a_time() -> Iterator[None]:
    """Note with each answer when it came."""
    table, kind = Answer._meta.db_table, "timestamptz" if connection.vendor == "postgresql" else "datetime"
    _execute(f'ALTER TABLE {table} ADD COLUMN "came_at" {kind}')
    try:
        yield
    finally:
        _execute(f'ALTER TABLE {table} DROP COLUMN "came_at"')


def put_each_at_once() -> AbstractContextManager[None]:
    """Put each answer among the others as it comes, and number them in order."""
    return _together(swap(answering, "BATCH", 1), swap(answering, "draw_number", _Counter()))


def name_who_answered() -> AbstractContextManager[None]:
    """Write the client beside the answer, where nobody would look for it: within what is sealed."""
    return swap(answering, "seal", lambda _survey, answers: f"{_actor()}:{answers}".encode())


def forget_the_guards() -> AbstractContextManager[None]:
    """Take away what holds a survey as it was when the first one answered."""
    return guards.lifted_guards(connection)


@contextmanager
def reverse_a_mode() -> Iterator[None]:
    """Turn an anonymous survey that was answered into one under names, and let a row stand so."""
    with undone():
        survey = write_invented(Mode.ANONYMOUS)
        OwnAnswers.objects.bulk_create(
            [OwnAnswers(survey=survey, subject_id=new_id(), key_id=new_id(), sealed=b"x", written_on=clock.today())]
        )
        yield


@contextmanager
def release_a_small_cell() -> Iterator[None]:
    """Publish a line with three people in a cell."""
    with undone():
        _publish([{"of": ["came"], "rows": ["1", "2", "-"], "total": 63, "cells": [[30, 30, 3]]}])
        yield


@contextmanager
def release_one_less() -> Iterator[None]:
    """Publish the same line twice, the second time after one person more had answered."""
    with undone():
        survey = _publish([{"of": ["came"], "rows": ["1", "2", "-"], "total": 60, "cells": [[20, 20, 20]]}])
        _publish([{"of": ["came"], "rows": ["1", "2", "-"], "total": 61, "cells": [[20, 21, 20]]}], survey)
        yield


@contextmanager
def release_a_remainder() -> Iterator[None]:
    """Hide one cell, which is what the others leave of the total."""
    with undone():
        _publish([{"of": ["came"], "rows": ["1", "2", "-"], "total": 63, "cells": [[30, 30, None]]}])
        yield


def remind_who_declined() -> AbstractContextManager[None]:
    """Look at nobody's decision before a mail goes."""
    return swap(invited, "list_deciders", lambda _survey, _ids: set())


def invite_everybody() -> AbstractContextManager[None]:
    """Take everybody for somebody who wished to be invited."""
    return swap(invited, "list_wishing", set)


def hear_no_click() -> AbstractContextManager[None]:
    """Answer the one click of a mail program, and do nothing."""
    return swap(invited.SurveyReaders, "end", lambda _readers, _subject_id: False)


@contextmanager
def keep_too_long() -> Iterator[None]:
    """Leave the answers of a survey where they are, long after their day."""
    with undone():
        closed = clock.now() - timedelta(days=200)
        survey = write_invented(Mode.ANONYMOUS, state=SurveyState.CLOSED, closed_at=closed, keep_days=90)
        Answer.objects.create(id=draw_number(), survey=survey, content=b"x", code_digest="")
        yield


def _publish(tables: list[dict[str, Any]], survey: Survey | None = None) -> Survey:
    survey = survey or write_invented(Mode.ANONYMOUS, state=SurveyState.CLOSED, closed_at=clock.now())
    Release.objects.create(
        survey=survey,
        tables=tables,
        counted=60,
        content_hash="x",
        state=ReleaseState.SIGNED,
        prepared_by=str(new_id()),
        decided_by=str(new_id()),
        decided_at=clock.now(),
    )
    return survey


class _Counter:
    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> int:
        self._last += 1
        return self._last


@contextmanager
def _together(*breaches: AbstractContextManager[None]) -> Iterator[None]:
    with ExitStack() as stack:
        for breach in breaches:
            stack.enter_context(breach)
        yield


def _actor() -> str:
    return require_acting().actor.ref


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
