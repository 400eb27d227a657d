"""What changes in this room: members, training, reviews by two people, access without a case, challenges, conduct."""

from troth.staff.actions.members import certify_member, invite_member, readmit_member, suspend_member

__all__ = ["certify_member", "invite_member", "readmit_member", "suspend_member"]
