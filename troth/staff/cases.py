"""What of this room justifies a look: broken glass for its minutes, a challenge for whoever answers it, an incident."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import Case
from troth.kernel.ports import OpenCase, Words, case_resolvers
from troth.kernel.purposes import Purpose
from troth.staff.models import BreakGlass, Challenge, Incident, IncidentWord, StaffMember

GLASS = "break_glass"
CHALLENGE = "challenge"
INCIDENT = "incident"


class GlassCases:
    """A look without a case is a case of its own, which ends by itself."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return it while its minutes last."""
        glass = _find(BreakGlass.objects.defer("sealed").filter(ends_at__gt=clock.now()).get, ref)
        if glass is None:
            return None
        return OpenCase(
            subject_id=glass.subject_id,
            taken_by=glass.member_id,
            purposes=frozenset({Purpose(glass.purpose)}),
            words=_("a look without a case, {number}").format(number=glass.number),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return its words, and the client's page of it."""
        glass_id = read_id(ref)
        if glass_id is None:
            return _("a look without a case"), ""
        number = BreakGlass(id=glass_id).number
        url = reverse("rights:table", kwargs={"label": "staff.BreakGlass"})
        return _("a look without a case, {number}").format(number=number), url


class ChallengeCases:
    """A challenge that is not answered justifies that whoever took it reads what the client said."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return it until it is answered."""
        found = _find(Challenge.objects.defer("sealed").filter(answered_at=None).get, ref)
        if found is None:
            return None
        return OpenCase(
            subject_id=found.subject_id,
            taken_by=found.taken_by,
            purposes=frozenset({Purpose.RIGHTS}),
            words=_("your objection {number}").format(number=found.number),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return its words, and the client's page of it."""
        found_id = read_id(ref)
        if found_id is None:
            return _("an objection to a look"), ""
        words = _("your objection {number}").format(number=Challenge(id=found_id).number)
        return words, reverse("rights:table", kwargs={"label": "staff.Challenge"})


class IncidentCases:
    """An incident that is not closed justifies that whoever took it reads what its member said."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return it until it is closed."""
        found = _find(Incident.objects.exclude(state="closed").get, ref)
        member = StaffMember.objects.filter(id=found.member_id).first() if found else None
        if found is None or member is None or member.subject_id is None:
            return None
        return OpenCase(
            subject_id=member.subject_id,
            taken_by=found.taken_by,
            purposes=frozenset({Purpose.LEGAL}),
            words=_("the examination {number}").format(number=found.number),
            labels=frozenset({f"{IncidentWord._meta.label}.text"}),
        )

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return its words, and the member's page of it."""
        found_id = read_id(ref)
        if found_id is None:
            return _("an examination"), ""
        words = _("the examination {number}").format(number=Incident(id=found_id).number)
        return words, reverse("staff:own_incident", kwargs={"incident_id": found_id})


def case_of(row: BreakGlass | Challenge | Incident) -> Case:
    """Return the row as the case of a look."""
    kinds = {BreakGlass: GLASS, Challenge: CHALLENGE, Incident: INCIDENT}
    return Case(kinds[type(row)], str(row.id))


def read_id(ref: str) -> UUID | None:
    """Return the id that a case's ref is, or None."""
    try:
        return UUID(ref)
    except ValueError:
        return None


def _find[Row: (BreakGlass, Challenge, Incident)](get: Callable[..., Row], ref: str) -> Row | None:
    row_id = read_id(ref)
    if row_id is None:
        return None
    try:
        return get(id=row_id)
    except (BreakGlass.DoesNotExist, Challenge.DoesNotExist, Incident.DoesNotExist):
        return None


def register() -> None:
    """Answer for these kinds of cases."""
    case_resolvers.register(GLASS, GlassCases())
    case_resolvers.register(CHALLENGE, ChallengeCases())
    case_resolvers.register(INCIDENT, IncidentCases())
