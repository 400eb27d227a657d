"""The border of support: what other rooms may use."""

from troth.support.actions.opening import Inquiry, open_from_feedback
from troth.support.demo import make_demo_cases
from troth.support.mailin.listening import read_door, serve_door
from troth.support.mailin.storing import take_mail
from troth.support.models import Case, ContactWish, Decision, InboundMail, Outbound
from troth.support.queries import cases_of

__all__ = [
    "Case",
    "ContactWish",
    "Decision",
    "InboundMail",
    "Inquiry",
    "Outbound",
    "cases_of",
    "make_demo_cases",
    "open_from_feedback",
    "read_door",
    "serve_door",
    "take_mail",
]
