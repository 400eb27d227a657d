"""The judge of staff: what the door asks before a member of staff sees anything of a client (A4).

Each refusal is a row in the ledger with its reason, committed by itself: the detectors of violations read them (A5).
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from troth.kernel.acting import ActorKind, Case
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import AccessRequest, Feature, OpenCase, Words, case_resolvers, judges, require_open
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.staff.cases import INCIDENT
from troth.staff.events import Event
from troth.staff.models import Challenge, IncidentWord, Relation, StaffMember
from troth.staff.queries import find_active
from troth.staff.roles import GRANTS, Permission, Role, may


class Reason(StrEnum):
    """Why a look was refused; the ground of its row in the ledger."""

    NOT_AUTHORISED = "not_authorised"
    NOT_TRAINED = "not_trained"
    OWN_RECORD = "own_record"
    COLLEAGUE = "colleague"
    RELATION = "relation"
    PAUSED = "paused"
    ROLE = "role"
    NO_CASE = "no_case"
    CASE_CLOSED = "case_closed"
    OTHER_CLIENT = "other_client"
    NOT_TAKEN = "not_taken"
    CASE_VALUE = "case_value"
    CASE_PURPOSE = "case_purpose"


class Shut(AccessDenied):
    """The judge said no; ``reason`` is the word of the closed list."""

    def __init__(self, reason: Reason) -> None:
        words, next_step = _WORDS[reason]
        super().__init__(str(words), next_step=str(next_step))
        self.reason = reason


_WORDS: dict[Reason, tuple[Words, Words]] = {
    Reason.NOT_AUTHORISED: (_("This member of staff is not, or no longer, authorised."), ""),
    Reason.NOT_TRAINED: (
        _("The training certificate has run out, so no client's information is shown."),
        _("Take the training again; it opens at once when you pass."),
    ),
    Reason.OWN_RECORD: (_("Nobody handles their own record; a colleague can."), ""),
    Reason.COLLEAGUE: (_("A colleague's record is handled by the privacy officer alone."), ""),
    Reason.RELATION: (
        _("You declared a tie to this client, so a colleague handles the record."),
        _("Give the case back."),
    ),
    Reason.PAUSED: (
        _("The client objected to a look of yours. Until that is answered, this record stays shut for you."),
        _("Give the case to a colleague."),
    ),
    Reason.ROLE: (_("This role may not look at a client for this purpose."), ""),
    Reason.NO_CASE: (_("There is no open case that justifies this look."), ""),
    Reason.CASE_CLOSED: (
        _("There is no open case that justifies this look."),
        _("The case was closed meanwhile. Ask for a new one if something is left to do."),
    ),
    Reason.OTHER_CLIENT: (_("The case is about another client."), ""),
    Reason.NOT_TAKEN: (_("The case is not yours."), _("Take the case first.")),
    Reason.CASE_VALUE: (_("The case does not justify a look at this value."), ""),
    Reason.CASE_PURPOSE: (_("The case does not justify a look for this purpose."), ""),
}


def require_trained(ref: str, *, at: datetime) -> StaffMember:
    """Return the active member with this id whose training counts at this moment.

    Whatever staff do about a client asks this, also where nothing is opened: a search tells whether somebody has an
    account, and a deletion needs no look.

    Raises AccessDenied; Closed while a broken promise closes staff access.
    """
    require_open(Feature.STAFF_ACCESS)
    member = find_active(ref)
    if member is None:
        raise Shut(Reason.NOT_AUTHORISED)
    if member.certificate_until is None or member.certificate_until <= at:
        raise Shut(Reason.NOT_TRAINED)
    return member


class StaffJudge:
    """Allows a look only where person, training, distance, role and case all stand at that second."""

    def judge(self, request: AccessRequest) -> None:
        """Return if the look is allowed; raise AccessDenied, or Closed while a broken promise closes staff access."""
        try:
            member = require_trained(request.acting.actor.ref, at=request.at)
            for ask in (_judge_distance, _judge_pause, _judge_role, _judge_case):
                ask(request, member)
        except Shut as refusal:
            record(
                event=Event.LOOK_REFUSED,
                subject_id=request.subject_id,
                fields=list(request.fields),
                object_type=request.model,
                ground=refusal.reason,
                acting=request.acting,
            )
            raise


def _judge_distance(request: AccessRequest, member: StaffMember) -> None:
    """Refuse the member's own record, a colleague's, and that of whoever the member is tied to."""
    if member.subject_id == request.subject_id:
        raise Shut(Reason.OWN_RECORD)
    # Colleagues keep their rights as clients: the privacy officer handles them.
    if (
        member.role != Role.PRIVACY_OFFICER
        and not _hears_appeal(request, member)
        and StaffMember.objects.filter(subject_id=request.subject_id).exists()
    ):
        raise Shut(Reason.COLLEAGUE)
    if Relation.objects.filter(member_id=member.id, subject_id=request.subject_id).exists():
        raise Shut(Reason.RELATION)


def _hears_appeal(request: AccessRequest, member: StaffMember) -> bool:
    """Return whether the look is at what was said about an incident, by one who decides appeals; nothing else opens."""
    case = request.acting.case
    is_said = case is not None and case.kind == INCIDENT and request.model == IncidentWord._meta.label
    return is_said and may(member.role, Permission.HEAR_APPEALS)


def _judge_pause(request: AccessRequest, member: StaffMember) -> None:
    if Challenge.objects.filter(subject_id=request.subject_id, member_id=member.id, paused=True).exists():
        raise Shut(Reason.PAUSED)


def _judge_role(request: AccessRequest, member: StaffMember) -> None:
    if request.acting.purpose not in GRANTS[Role(member.role)].purposes:
        raise Shut(Reason.ROLE)


def _judge_case(request: AccessRequest, member: StaffMember) -> None:
    case, purpose = request.acting.case, request.acting.purpose
    found = find_case(case)
    wanted = {f"{request.model}.{name}" for name in request.fields}
    if found is None:
        raise Shut(Reason.CASE_CLOSED if case and _once_was(case) else Reason.NO_CASE)
    checks: list[tuple[Callable[[], bool], Reason]] = [
        (lambda: found.subject_id == request.subject_id, Reason.OTHER_CLIENT),
        (lambda: found.taken_by == member.id, Reason.NOT_TAKEN),
        (lambda: found.labels is None or found.labels.issuperset(wanted), Reason.CASE_VALUE),
        (lambda: purpose in found.purposes, Reason.CASE_PURPOSE),
    ]
    for holds, reason in checks:
        if not holds():
            raise Shut(reason)


def find_case(case: Case | None) -> OpenCase | None:
    """Return the case if it is open now, or None; a kind that nobody answers for justifies nothing."""
    resolver = case_resolvers.get(case.kind) if case else None
    return resolver.find_open(case.ref) if resolver and case else None


def may_look_for(member: StaffMember) -> list[Purpose]:
    """Return the purposes for which the member's role may look at a client."""
    return sorted(GRANTS[Role(member.role)].purposes)


def _once_was(case: Case) -> bool:
    """Return whether there was such a case: its resolver then names the client's page of it."""
    resolver = case_resolvers.get(case.kind)
    return bool(resolver and resolver.describe(case.ref)[1])


def register() -> None:
    """Answer for staff at the door."""
    judges.register(ActorKind.STAFF, StaffJudge())
