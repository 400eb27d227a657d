"""The border of staff: what other rooms may use."""

from troth.kernel.console import Room, register_room
from troth.staff.actions import certify_member, invite_member, readmit_member, suspend_member
from troth.staff.events import Event
from troth.staff.gates import acting_as_staff, current_member
from troth.staff.judge import require_trained
from troth.staff.models import StaffMember
from troth.staff.queries import describe_members, find_by_subject, list_members
from troth.staff.roles import Permission, Role, may

__all__ = [
    "Event",
    "Permission",
    "Role",
    "Room",
    "StaffMember",
    "acting_as_staff",
    "certify_member",
    "current_member",
    "describe_members",
    "find_by_subject",
    "invite_member",
    "list_members",
    "may",
    "readmit_member",
    "register_room",
    "require_trained",
    "suspend_member",
]
