"""The tables of staff: who works here, what they passed, what they opened without a case, and what came of it."""

from troth.staff.models.access import BreakGlass, Challenge, ChallengeFinding, Relation, Tie
from troth.staff.models.conduct import Incident, IncidentState, IncidentWord, Speaker
from troth.staff.models.desk import SavedView
from troth.staff.models.members import Invitation, StaffMember
from troth.staff.models.reviews import Review, ReviewState
from troth.staff.models.training import Certificate, Sitting

__all__ = [
    "BreakGlass",
    "Certificate",
    "Challenge",
    "ChallengeFinding",
    "Incident",
    "IncidentState",
    "IncidentWord",
    "Invitation",
    "Relation",
    "Review",
    "ReviewState",
    "SavedView",
    "Sitting",
    "Speaker",
    "StaffMember",
    "Tie",
]
