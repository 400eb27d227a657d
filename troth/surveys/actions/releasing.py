"""Releases: prepared of the answers of a closed survey, judged with all before them, signed by another person."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import require_acting
from troth.kernel.errors import Refused
from troth.ledger.api import record
from troth.surveys.actions.writing import lock, require_another
from troth.surveys.definition.reading import read_definition
from troth.surveys.events import Event
from troth.surveys.keys import read_all
from troth.surveys.kinds import LEAST_FOR_ONE, ReleaseState, SurveyState
from troth.surveys.models import Release, Survey
from troth.surveys.release.counting import list_variables
from troth.surveys.release.gate import Audit, audit_releases, make_tables
from troth.surveys.release.hiding import threshold


def prepare_release(survey: Survey, pairs: Sequence[tuple[str, str]] = ()) -> Release:
    """Make tables of the answers and keep those; nothing is public before another person signs.

    Raises Refused where there are too few answers, or where all releases together would give a cell away.
    """
    preparer = require_acting().actor.ref
    survey = Survey.objects.get(pk=survey.pk)
    _require_countable(survey)
    definition, least = read_definition(survey.definition), threshold()
    known = {variable.key for variable in list_variables(definition)}
    if any(a not in known or b not in known or a == b for a, b in pairs):
        raise Refused(_("Two different questions of the survey are crossed."), kept=_("Nothing was changed."))
    # The key is opened before the transaction: the look stays on record whatever becomes of the release.
    answers = read_all(survey)
    tables = make_tables(definition, answers, pairs, least=least)
    with transaction.atomic():
        survey = lock(survey, SurveyState.CLOSED)
        if survey.answers.count() != len(answers):
            raise Refused(_("An answer was taken back meanwhile."), next_step=_("Prepare the results again."))
        require_safe(survey, tables)
        release = Release.objects.create(
            survey=survey, tables=tables, counted=len(answers), content_hash=hash_tables(tables), prepared_by=preparer
        )
        _record(Event.RELEASE_PREPARED, release)
    return release


def require_safe(survey: Survey, tables: list[dict[str, Any]]) -> Audit:
    """Judge these tables together with all that were prepared before; raise Refused where they give a cell away."""
    before = [each.tables for each in survey.releases.exclude(state=ReleaseState.REFUSED)]
    audit = audit_releases(read_definition(survey.definition), [*before, tables], least=threshold())
    if audit.problems:
        raise Refused(
            _("This would give away what is hidden: %s") % " ".join(audit.problems[:3]), kept=_("Nothing was released.")
        )
    return audit


def decide_release(release: Release, *, sign: bool, content_hash: str, remark: str = "") -> Release:
    """Sign a release, so that it is public, or turn it down.

    Raises: AccessDenied for who prepared it; Refused where it is not what the reviewer read, or is not safe any more.
    """
    reviewer = require_another(release.prepared_by)
    with transaction.atomic():
        survey = lock(release.survey)
        release = Release.objects.select_for_update().get(pk=release.pk)
        if release.state != ReleaseState.PREPARED or not (
            content_hash == release.content_hash == hash_tables(release.tables)
        ):
            raise Refused(
                _("This is not what you read."), kept=_("Nothing was changed."), next_step=_("Read it again.")
            )
        if sign:
            audit = audit_releases(
                read_definition(survey.definition),
                [each.tables for each in survey.releases.exclude(state=ReleaseState.REFUSED)],
                least=threshold(),
            )
            if audit.problems:
                raise Refused(_("This would give away what is hidden."), kept=_("Nothing was released."))
        release.state = ReleaseState.SIGNED if sign else ReleaseState.REFUSED
        release.decided_by, release.decided_at, release.remark = reviewer, clock.now(), remark
        release.save()
        _record(Event.RELEASE_DECIDED, release)
    return release


def hash_tables(tables: list[dict[str, Any]]) -> str:
    """Return the hash of tables, which a signature names."""
    return hashlib.sha256(json.dumps(tables, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _require_countable(survey: Survey) -> None:
    if survey.state != SurveyState.CLOSED or survey.raw_deleted_at:
        raise Refused(
            _("Results are made after the close, and before the answers are deleted."), kept=_("Nothing was released.")
        )
    if survey.answers.count() < max(LEAST_FOR_ONE, threshold()):
        raise Refused(
            _("There are too few answers to release anything without singling somebody out."),
            kept=_("Nothing was released."),
        )


def _record(event: Event, release: Release) -> None:
    record(event=event, object_type="surveys.Release", object_id=str(release.pk), ground=release.state)
