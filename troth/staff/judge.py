"""The judge of staff: what the door asks before a member of staff sees anything of a client (A4)."""

from datetime import datetime

from django.utils.translation import gettext as _

from troth.kernel.acting import ActorKind
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import AccessRequest, Feature, case_resolvers, judges, require_open
from troth.staff.models import StaffMember
from troth.staff.queries import find_active
from troth.staff.roles import GRANTS, Role


def require_trained(ref: str, *, at: datetime) -> StaffMember:
    """Return the active member with this id whose training counts at this moment.

    Whatever staff do about a client asks this, also where nothing is opened: a search tells whether somebody has an
    account, and a deletion needs no look.

    Raises AccessDenied; Closed while a broken promise closes staff access.
    """
    require_open(Feature.STAFF_ACCESS)
    member = find_active(ref)
    if member is None:
        raise AccessDenied(_("This member of staff is not, or no longer, authorised."))
    if member.certificate_until is None or member.certificate_until <= at:
        raise AccessDenied(
            _("The training certificate has run out, so no client's information is shown."),
            next_step=_("Take the training again; it opens at once when you pass."),
        )
    return member


class StaffJudge:
    """Allows a look only where person, training, role and case all stand at that second."""

    def judge(self, request: AccessRequest) -> None:
        """Return if the look is allowed; raise AccessDenied, or Closed while a broken promise closes staff access."""
        member = require_trained(request.acting.actor.ref, at=request.at)
        if member.subject_id == request.subject_id:
            raise AccessDenied(_("Nobody handles their own record; a colleague can."))
        if request.acting.purpose not in GRANTS[Role(member.role)].purposes:
            raise AccessDenied(_("This role may not look at a client for this purpose."))
        self._judge_case(request, member)

    @staticmethod
    def _judge_case(request: AccessRequest, member: StaffMember) -> None:
        case = request.acting.case
        resolver = case_resolvers.get(case.kind) if case else None
        found = resolver.find_open(case.ref) if resolver and case else None
        if found is None:
            raise AccessDenied(_("There is no open case that justifies this look."))
        if found.subject_id != request.subject_id:
            raise AccessDenied(_("The case is about another client."))
        if found.taken_by != member.id:
            raise AccessDenied(_("The case is not yours."), next_step=_("Take the case first."))
        if found.labels is not None and not found.labels.issuperset(
            f"{request.model}.{name}" for name in request.fields
        ):
            raise AccessDenied(_("The case does not justify a look at this value."))
        if request.acting.purpose not in found.purposes:
            raise AccessDenied(_("The case does not justify a look for this purpose."))


def register() -> None:
    """Answer for staff at the door."""
    judges.register(ActorKind.STAFF, StaffJudge())
