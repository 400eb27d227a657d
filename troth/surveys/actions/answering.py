"""Answering, declining, changing one's mind. Of an anonymous answer no ledger row is written (see ``events``)."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.surveys.definition.answers import require_answers
from troth.surveys.definition.reading import read_definition
from troth.surveys.keys import seal
from troth.surveys.kinds import BATCH, Mode, Part, SurveyState
from troth.surveys.models import Answer, Contact, Invitee, OwnAnswers, Participation, Release, Survey, Waiting, Wish
from troth.surveys.models.answering import draw_number
from troth.surveys.models.personal import CONTACT, DETAILS

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def answer_survey(
    survey: Survey, answers: Mapping[str, Any], contact: Mapping[str, Any] | None = None, *, wording: str = ""
) -> str:
    """Keep a client's answers; return the code by which an anonymous one can be taken back, else an empty string.

    Arguments:
        survey: an open one.
        answers: question key to answer; any may be missing.
        contact: how the client may be reached; None where nothing was asked.
        wording: the words by which the client agreed to be reached; empty where it did not.

    Raises Refused where the survey is closed, an answer is not of its kind, an anonymous one was given before, or
    contact details come without the client's word.
    """
    subject_id = require_client()
    kept = require_answers(read_definition(survey.definition), answers)
    with transaction.atomic():
        survey = _require_open(survey)
        if survey.mode == Mode.ANONYMOUS:
            return _answer_unnamed(survey, subject_id, kept)
        _answer_named(survey, subject_id, kept)
        if survey.mode == Mode.CONTACTABLE and contact is not None:
            _keep_contact(survey, subject_id, contact, wording)
    return ""


def _answer_unnamed(survey: Survey, subject_id: UUID, answers: Mapping[str, Any]) -> str:
    if _part_of(survey, subject_id) == Part.ANSWERED:
        raise Refused(
            _("You have answered this survey."),
            kept=_("Your first answer counts."),
            next_step=_("With the code that you were given you can take it back until the results are made."),
        )
    _note_part(survey, subject_id, Part.ANSWERED)
    code = "-".join("".join(secrets.choice(_ALPHABET) for _letter in range(5)) for _group in range(4))
    Waiting.objects.create(
        id=draw_number(), survey=survey, content=seal(survey, answers), code_digest=_digest(survey, code)
    )
    move_waiting(survey, at_least=BATCH)
    return code


def move_waiting(survey: Survey, *, at_least: int) -> int:
    """Put the answers that wait among the others, shuffled and under new numbers, where there are enough of them."""
    rows = list(Waiting.objects.select_for_update().filter(survey=survey))
    if len(rows) < at_least:
        return 0
    secrets.SystemRandom().shuffle(rows)
    Answer.objects.bulk_create(
        Answer(id=draw_number(), survey=survey, content=bytes(row.content), code_digest=row.code_digest) for row in rows
    )
    Waiting.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _answer_named(survey: Survey, subject_id: UUID, answers: Mapping[str, Any]) -> None:
    row = OwnAnswers.objects.filter(survey=survey, subject_id=subject_id).first()
    row = row or OwnAnswers(survey=survey, subject_id=subject_id)
    asked = {
        question.key: question.facts["asks"]
        for question in read_definition(survey.definition).questions
        if question.facts.get("asks") in DETAILS
    }
    row.answers = {key: value for key, value in answers.items() if key not in asked}
    for key, name in asked.items():
        setattr(row, name, answers.get(key))
    row.save()
    if _part_of(survey, subject_id) != Part.ANSWERED:
        _note_part(survey, subject_id, Part.ANSWERED)


def _keep_contact(survey: Survey, subject_id: UUID, contact: Mapping[str, Any], wording: str) -> None:
    given = {name: value for name, value in contact.items() if name in CONTACT and value not in (None, "")}
    row = Contact.objects.filter(survey=survey, subject_id=subject_id).first()
    if not given:
        if row is not None:
            row.delete()
        return
    if not wording:
        raise Refused(
            _("You gave contact details, and did not say that we may reach you by them."),
            kept=_("Nothing was kept."),
            next_step=_("Tick that we may, or leave the details empty."),
        )
    row = row or Contact(survey=survey, subject_id=subject_id, until=contact_until(survey))
    if row.wording != wording:
        row.wording, row.agreed_at = wording, clock.now()
    for name in CONTACT:
        setattr(row, name, given.get(name))
    row.save()


def contact_until(survey: Survey) -> date:
    """Return the day on which contact details of this survey go."""
    return survey.closes_on + timedelta(days=survey.keep_days)


def withdraw_own(survey: Survey) -> bool:
    """Take back the acting client's own answers, before the close; return whether there were any."""
    subject_id = require_client()
    with transaction.atomic():
        survey = _require_open(survey)
        rows = [
            *OwnAnswers.objects.filter(survey=survey, subject_id=subject_id),
            *Contact.objects.filter(survey=survey, subject_id=subject_id),
        ]
        for row in rows:
            row.delete()
        if rows:
            Participation.objects.filter(survey=survey, subject_id=subject_id).delete()
    return bool(rows)


def withdraw_contact(survey: Survey) -> None:
    """Take back the acting client's contact details, at any time."""
    for row in Contact.objects.filter(survey=survey, subject_id=require_client()):
        row.delete()


def withdraw_by_code(survey: Survey, code: str) -> bool:
    """Take back the anonymous answer of this code; return whether it was found. It works until results are made."""
    require_client()
    digest = _digest(survey, code)
    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=survey.pk)
        if Release.objects.filter(survey=survey).exists():
            raise Refused(
                _("Results were made of the answers already, so none can be taken out any more."),
                kept=_("Nothing was changed."),
            )
        gone = Waiting.objects.filter(survey=survey, code_digest=digest).delete()[0]
        return bool(gone + Answer.objects.filter(survey=survey, code_digest=digest).delete()[0])


def decline_survey(survey: Survey) -> None:
    """Note that the acting client does not wish to take part; it is not asked again. Who answered stays so."""
    subject_id = require_client()
    with transaction.atomic():
        if _part_of(survey, subject_id) is None:
            _note_part(survey, subject_id, Part.DECLINED)


def undo_decline(survey: Survey) -> None:
    """Let a client that declined change its mind."""
    Participation.objects.filter(survey=survey, subject_id=require_client(), part=Part.DECLINED).delete()


def wish_never_to_be_asked(*, never: bool) -> None:
    """Keep that the acting client wishes never to be asked, or that it may be asked again."""
    subject_id = require_client()
    if never:
        Wish.objects.get_or_create(subject_id=subject_id)
        Invitee.objects.filter(subject_id=subject_id).delete()
    else:
        Wish.objects.filter(subject_id=subject_id).delete()


def _note_part(survey: Survey, subject_id: UUID, part: Part) -> None:
    """Write it as a new row at a random place; a row that was there goes."""
    Participation.objects.filter(survey=survey, subject_id=subject_id).delete()
    Participation.objects.create(id=draw_number(), survey=survey, subject_id=subject_id, part=part)


def _part_of(survey: Survey, subject_id: UUID) -> str | None:
    return Participation.objects.filter(survey=survey, subject_id=subject_id).values_list("part", flat=True).first()


def _require_open(survey: Survey) -> Survey:
    found = Survey.objects.select_for_update().get(pk=survey.pk)
    if found.state != SurveyState.OPEN or found.closes_on <= clock.today():
        raise Refused(_("This survey is closed."), kept=_("Nothing was changed."))
    return found


def require_client() -> UUID:
    """Return the id of the client who acts; raise AccessDenied where it is nobody or somebody else."""
    actor = require_acting().actor
    if actor.kind is not ActorKind.CLIENT:
        raise AccessDenied(_("A survey is answered by a client alone."))
    return UUID(actor.ref)


def _digest(survey: Survey, code: str) -> str:
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(f"{survey.pk}:{letters}".encode()).hexdigest()
