"""Writing a survey, and the second person who looks at it before a client does."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import AccessDenied, Refused
from troth.ledger.api import record
from troth.staff.api import require_trained
from troth.surveys.definition.reading import read_definition, require_good
from troth.surveys.events import Event
from troth.surveys.kinds import NOT_YET_OPEN, Mode, SurveyState
from troth.surveys.models import Survey, SurveyReview


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a survey beside its questions; see ``Survey``."""

    mode: str
    closes_on: date
    keep_days: int = 90
    expected: int = 100
    two_officers: bool = False


def hash_survey(survey: Survey) -> str:
    """Return the hash of all that a client would read and rely on."""
    facts = [
        survey.definition,
        survey.mode,
        survey.keep_days,
        survey.two_officers,
        survey.closes_on.isoformat(),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def write_survey(terms: Terms, definition: Mapping[str, Any]) -> Survey:
    """Make a draft; raise Refused where such a survey cannot be asked."""
    author = require_acting().actor.ref
    _judge(terms, definition)
    with transaction.atomic():
        survey = Survey(definition=dict(definition), written_by=author)
        return _store(survey, terms)


def change_survey(survey: Survey, terms: Terms, definition: Mapping[str, Any]) -> Survey:
    """Change a survey that nobody can answer yet; whoever changed it is its author, and it must be looked at again."""
    author = require_acting().actor.ref
    _judge(terms, definition)
    with transaction.atomic():
        survey = lock(survey, *NOT_YET_OPEN)
        survey.definition, survey.written_by, survey.state = dict(definition), author, SurveyState.DRAFT
        survey.first_key = survey.second_key = survey.first_officer = survey.second_officer = ""
        return _store(survey, terms)


def terms_of(survey: Survey) -> Terms:
    """Return the terms of a survey as they stand."""
    return Terms(**{name: getattr(survey, name) for name in Terms.__slots__})


def submit_survey(survey: Survey) -> Survey:
    """Hand a draft to a second person."""
    require_acting()
    with transaction.atomic():
        survey = lock(survey, SurveyState.DRAFT)
        if not read_definition(survey.definition).questions:
            raise Refused(_("It asks nothing yet."), kept=_("Nothing was changed."))
        survey.state, survey.content_hash = SurveyState.IN_REVIEW, hash_survey(survey)
        survey.save()
        _record(Event.SURVEY_WRITTEN, survey)
    return survey


def discard_survey(survey: Survey) -> None:
    """Throw away a survey that nobody could answer."""
    require_acting()
    with transaction.atomic():
        lock(survey, *NOT_YET_OPEN).delete()


def review_survey(survey: Survey, *, approve: bool, content_hash: str, remark: str = "") -> SurveyReview:
    """Say of a survey that it may be asked, or not.

    Raises: AccessDenied for its author and for who is not trained; Refused where it is not this survey any more.
    """
    reviewer = require_another(survey.written_by)
    with transaction.atomic():
        survey = lock(survey, SurveyState.IN_REVIEW)
        if not content_hash == survey.content_hash == hash_survey(survey):
            raise Refused(
                _("This is not what you read."), kept=_("Nothing was changed."), next_step=_("Read it again.")
            )
        review, _made = SurveyReview.objects.update_or_create(
            survey=survey,
            reviewer=reviewer,
            content_hash=content_hash,
            defaults={"approved": approve, "remark": remark, "at": clock.now()},
        )
        survey.state = SurveyState.APPROVED if approve else SurveyState.DRAFT
        survey.save()
        _record(Event.SURVEY_REVIEWED, survey, ground="approved" if approve else "refused")
    return review


def was_reviewed(survey: Survey) -> bool:
    """Return whether another person than its author approved exactly what stands there now."""
    voices = SurveyReview.objects.filter(survey=survey, content_hash=hash_survey(survey))
    return voices.filter(approved=True).exclude(reviewer=survey.written_by).exists()


def require_another(first: str) -> str:
    """Return the id of the trained member of staff who acts; raise AccessDenied where it is the first one."""
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied(_("A member of staff decides this."))
    require_trained(actor.ref, at=clock.now())
    if actor.ref == first:
        raise AccessDenied(_("This is your own work; another decides on it."), kept=_("Nothing was changed."))
    return actor.ref


def lock(survey: Survey, *states: str) -> Survey:
    """Return the survey, locked, where it stands in one of these states; raise Refused where it does not."""
    found = Survey.objects.select_for_update().get(pk=survey.pk)
    if states and found.state not in states:
        raise Refused(
            _("This cannot be done while the survey stands at “%(state)s”.") % {"state": found.get_state_display()},
            kept=_("Nothing was changed."),
            next_step=_("Open the page again to see how it stands now."),
        )
    return found


def _judge(terms: Terms, definition: Mapping[str, Any]) -> None:
    require_good(definition, mode=terms.mode)
    if terms.closes_on <= clock.today():
        raise Refused(_("It would close before anybody could answer."), kept=_("Nothing was changed."))
    if terms.two_officers and terms.mode != Mode.ANONYMOUS:
        raise Refused(_("Only anonymous answers are sealed to two officers."), kept=_("Nothing was changed."))


def _store(survey: Survey, terms: Terms) -> Survey:
    for name in Terms.__slots__:
        setattr(survey, name, getattr(terms, name))
    survey.content_hash = hash_survey(survey)
    survey.save()
    _record(Event.SURVEY_WRITTEN, survey)
    return survey


def _record(event: Event, survey: Survey, ground: str = "") -> None:
    record(event=event, object_type="surveys.Survey", object_id=str(survey.pk), ground=ground or survey.mode)
