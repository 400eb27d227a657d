"""The border of staff: what other rooms may use."""

from troth.kernel.console import Room, register_room
from troth.kernel.reviews import ReviewKind, register_review
from troth.staff.actions.access import challenge_look, challenges_of, name_of_looker
from troth.staff.actions.members import certify_member, invite_member, readmit_member, suspend_member
from troth.staff.actions.reviews import (
    OtherReview,
    decide_review,
    may_decide,
    other_reviews,
    prepare_review,
    waiting_reviews,
)
from troth.staff.board import BoardLine, Clock, board, clocks
from troth.staff.canary import invent_member
from troth.staff.demo import make_past_incident
from troth.staff.events import Event
from troth.staff.figures import ConductFigures, measure_conduct
from troth.staff.fit import keep_authorised, list_fit_members
from troth.staff.forms import EXACT_VALUE_PLAIN, ExactValueFields
from troth.staff.gates import acting_as_staff, current_member
from troth.staff.judge import may_look_for, require_trained
from troth.staff.models import Challenge, Review, ReviewState, StaffMember
from troth.staff.queries import describe_members, find_by_subject, list_members
from troth.staff.roles import Permission, Role, may, purpose_of

__all__ = [
    "EXACT_VALUE_PLAIN",
    "BoardLine",
    "Challenge",
    "Clock",
    "ConductFigures",
    "Event",
    "ExactValueFields",
    "OtherReview",
    "Permission",
    "Review",
    "ReviewKind",
    "ReviewState",
    "Role",
    "Room",
    "StaffMember",
    "acting_as_staff",
    "board",
    "certify_member",
    "challenge_look",
    "challenges_of",
    "clocks",
    "current_member",
    "decide_review",
    "describe_members",
    "find_by_subject",
    "invent_member",
    "invite_member",
    "keep_authorised",
    "list_fit_members",
    "list_members",
    "make_past_incident",
    "may",
    "may_decide",
    "may_look_for",
    "measure_conduct",
    "name_of_looker",
    "other_reviews",
    "prepare_review",
    "purpose_of",
    "readmit_member",
    "register_review",
    "register_room",
    "require_trained",
    "suspend_member",
    "waiting_reviews",
]
