"""Reading the register of staff."""

from collections.abc import Iterable
from uuid import UUID

from troth.staff.models import StaffMember


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
