"""The grounds on which a value may leave, and how the evidence of each is checked (A6).

A ground is a claim; ``judge_ground`` looks for what it rests on and returns that as ``Evidence``, or raises
``NoGround``. Nothing is believed because a caller says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from troth.disclosures.models import Authorisation, GroundKind
from troth.kernel.errors import Refused
from troth.kernel.ports import Registry, Use, find_unpromised
from troth.kernel.purposes import Purpose
from troth.statement.api import clause_html, current_version


class NoGround(Refused):
    """Nothing shows that this may leave."""


@dataclass(frozen=True, slots=True)
class Informed:
    """The client was told beforehand, by the statement.

    Arguments:
        clause: the clause that tells of it; the one of the register where it is empty.
    """

    clause: str = ""
    kind = GroundKind.INFORMED


@dataclass(frozen=True, slots=True)
class Authorised:
    """The client said yes to exactly this."""

    authorisation_id: UUID
    kind = GroundKind.AUTHORISED


@dataclass(frozen=True, slots=True)
class RequiredByLaw:
    """A reviewed legal request demands it; whoever keeps those requests answers for it (``legal_evidence``)."""

    evidence_id: UUID
    kind = GroundKind.REQUIRED_BY_LAW


@dataclass(frozen=True, slots=True)
class Announced:
    """The client was told by mail of a change of ownership, had thirty full days, and did not object (N2).

    Whoever keeps those announcements answers for it (``transition_evidence``).
    """

    evidence_id: UUID
    kind = GroundKind.INFORMED


type Ground = Informed | Authorised | RequiredByLaw | Announced


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to leave: to whom, about whom, why, which values."""

    subject_id: UUID
    recipient: str
    purpose: Purpose
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a ground rests on.

    Arguments:
        kind: the ground.
        ref: what it is, for the record, such as ``statement:3``.
        since: from when it holds.
    """

    kind: GroundKind
    ref: str
    since: date | datetime


informants: Registry[str, Callable[[UUID], date | None]] = Registry("informant")
"""Name → since when a subject has been able to read the statement, or None where it is not known there.

``accounts`` answers with the day of the registration, whose form shows the statement. A subject that no informant knows
was told nothing.
"""

legal_evidence: Registry[str, Callable[[UUID, Wanted], Evidence | None]] = Registry("legal evidence")
"""Name → the evidence of a reviewed legal request that covers what is wanted, or None. Nobody registered: refused."""

transition_evidence: Registry[str, Callable[[UUID, Wanted], Evidence | None]] = Registry("evidence of a transition")
"""Name → the evidence that this client was told in time of just this, or None. Nobody registered: refused."""


def judge_ground(ground: Ground, *, wanted: Wanted, clause: str) -> Evidence:
    """Return what the ground rests on; raise NoGround where nothing is found.

    Arguments:
        ground: the claim.
        wanted: what is to leave.
        clause: the clause of the statement that tells of this recipient.
    """
    if isinstance(ground, Informed):
        return _judge_informed(ground.clause or clause, wanted)
    if isinstance(ground, Authorised):
        return _judge_authorised(ground.authorisation_id, wanted)
    answers = transition_evidence if isinstance(ground, Announced) else legal_evidence
    found = (answer(ground.evidence_id, wanted) for answer in answers)
    evidence = next((each for each in found if each is not None), None)
    if evidence is None:
        if isinstance(ground, Announced):
            raise NoGround(_("This person was not told of it thirty days ago, or objected."))
        raise NoGround(_("No reviewed legal request asks for this."))
    return evidence


def _judge_informed(clause: str, wanted: Wanted) -> Evidence:
    """Look for the clause in the statement in force, and since when the client could read it."""
    version = current_version()
    if version is None or not clause_html(clause, ""):
        raise NoGround(_("The statement in force does not tell of this recipient."))
    days = (find(wanted.subject_id) for find in informants)
    since = min((day for day in days if day is not None), default=None)
    if since is None:
        raise NoGround(_("Nothing shows that this person was told."))
    use = Use(subject_id=wanted.subject_id, labels=wanted.fields, purpose=wanted.purpose, recipient=wanted.recipient)
    if reason := find_unpromised(use):
        raise NoGround(reason)
    return Evidence(kind=GroundKind.INFORMED, ref=f"statement:{version.number}", since=max(since, version.in_force_on))


def _judge_authorised(authorisation_id: UUID, wanted: Wanted) -> Evidence:
    row = Authorisation.objects.filter(pk=authorisation_id, subject_id=wanted.subject_id).first()
    if row is None or not row.is_in_force:
        raise NoGround(_("There is no authorisation for this, or it has ended."))
    if row.recipient != wanted.recipient or row.purpose != wanted.purpose:
        raise NoGround(_("The authorisation is for another recipient or purpose."))
    if not covers(row.labels, wanted.fields):
        raise NoGround(_("The authorisation does not name all of these values."))
    return Evidence(kind=GroundKind.AUTHORISED, ref=f"authorisation:{row.pk}", since=row.given_at)


def covers(allowed: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether each wanted label is allowed, by itself or with the whole of which it is a part."""
    known = set(allowed)
    return all(label in known or label.partition("/")[0] in known for label in wanted)
