"""The answer to "is this a member?" for other rooms: no name, no number, no personal value."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from troth.orders.memberships import queries


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Where somebody stands as a member, today.

    Arguments:
        is_member: whether it is one; days of grace count.
        plan: the key of the plan by which it belongs; empty where it never belonged.
        until: the last day on which it is a member as things stand; None where it is none.
    """

    is_member: bool
    plan: str = ""
    until: date | None = None


def read_member_facts(subject_id: UUID) -> MemberFacts:
    """Return where somebody stands as a member, by its own membership or by a place in another's."""
    belonging = queries.find_belonging(subject_id)
    if belonging is None:
        return MemberFacts(is_member=False)
    standing = belonging.standing
    return MemberFacts(standing.is_member, belonging.plan.product.key, standing.member_until)
