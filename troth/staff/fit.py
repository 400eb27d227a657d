"""Who of staff may handle a client's matter now: authorised, trained, and at a distance from that client (A4)."""

from collections.abc import Iterable
from uuid import UUID

from troth.kernel import clock
from troth.staff.models import Challenge, Relation, StaffMember
from troth.staff.roles import Permission, Role, may


def list_fit_members(*, subject_id: UUID, permission: Permission) -> list[StaffMember]:
    """Return the members who may handle a matter of this client now, by pseudonym.

    Left out are who is not active, whose certificate has run out, the client itself, its colleagues unless for the
    privacy officer, who declared a tie, and to whose looks the client objected.

    Arguments:
        subject_id: the client.
        permission: what the role has to allow.
    """
    trained = StaffMember.objects.filter(active=True, certificate_until__gt=clock.now())
    tied = Relation.objects.filter(subject_id=subject_id).values_list("member_id", flat=True)
    paused = Challenge.objects.filter(subject_id=subject_id, paused=True).values_list("member_id", flat=True)
    far = set(tied) | set(paused)
    is_colleague = StaffMember.objects.filter(subject_id=subject_id).exists()
    return [
        member
        for member in trained.order_by("pseudonym")
        if member.subject_id != subject_id
        and member.id not in far
        and may(Role(member.role), permission)
        and (not is_colleague or member.role == Role.PRIVACY_OFFICER)
    ]


def keep_authorised(refs: Iterable[str], *, permission: Permission) -> set[str]:
    """Return those of these members who still work here in a role that allows it: a word of anybody else's lapses.

    Arguments:
        refs: ids of members of staff; one that is none is left out.
        permission: what the role has to allow.
    """
    members = StaffMember.objects.filter(active=True).values_list("id", "role")
    known = {str(member_id): role for member_id, role in members}
    return {ref for ref in refs if ref in known and may(Role(known[ref]), permission)}
