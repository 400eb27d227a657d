"""Reading the register of staff."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from troth.staff.models import BreakGlass, Certificate, Challenge, Incident, IncidentState, SavedView, StaffMember


def find_active(ref: str) -> StaffMember | None:
    """Return the active member with this id, or None; an id that is none finds nobody."""
    try:
        staff_id = UUID(ref)
    except ValueError:
        return None
    return StaffMember.objects.filter(id=staff_id, active=True).first()


def find_by_subject(subject_id: UUID) -> StaffMember | None:
    """Return the active member whose account this is, or None."""
    return StaffMember.objects.filter(subject_id=subject_id, active=True).first()


def describe_members(refs: Iterable[str]) -> dict[str, str]:
    """Return for each staff id the role and pseudonym that a client reads, such as ``Heron 12, customer service``."""
    members = StaffMember.objects.filter(id__in=set(refs)).only("id", "pseudonym", "role")
    return {str(member.id): f"{member.pseudonym}, {member.get_role_display()}" for member in members}


def list_members() -> list[StaffMember]:
    """Return all members, by pseudonym."""
    return list(StaffMember.objects.order_by("pseudonym"))


def list_certificates(member: StaffMember) -> list[Certificate]:
    """Return a member's certificates, the newest first."""
    return list(Certificate.objects.filter(member_id=member.id).order_by("-until"))


def waiting_challenges() -> Sequence[Challenge]:
    """Return the objections that wait for an answer, the one that is due first comes first."""
    return list(Challenge.objects.defer("sealed").filter(answered_at=None).order_by("due_at"))


def waiting_incidents() -> Sequence[Incident]:
    """Return the incidents about which something is to be done, the grave ones first."""
    done = (IncidentState.DECIDED, IncidentState.CLOSED)
    return list(Incident.objects.exclude(state__in=done).order_by("-grave", "due_at"))


def unreviewed_glass() -> Sequence[BreakGlass]:
    """Return the looks without a case that nobody examined yet, the oldest first."""
    return list(BreakGlass.objects.defer("sealed").filter(reviewed_at=None).order_by("begun_at"))


def views_of(member: StaffMember) -> Sequence[SavedView]:
    """Return the views that a member saved."""
    if member.subject_id is None:
        return []
    return list(SavedView.objects.filter(subject_id=member.subject_id).order_by("saved_at"))
