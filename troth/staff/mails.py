"""The mails of this room to those whom it concerns: what each says beyond the greeting, and their registration.

They go the way of the account mails, which are tried again until they are taken and are sent once.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from troth.accounts.api import MailKind, Message, MessageGone, register_mail
from troth.kernel.reviews import review_kinds
from troth.staff.actions import access, conduct, reviews, training
from troth.staff.discipline import read_conduct
from troth.staff.models import BreakGlass, Challenge, Incident, Review
from troth.staff.queries import describe_members
from troth.ui.api import absolute_url, format_date, format_datetime
from troth.vault.api import Opened


def register() -> None:
    """Register the mails; called once, at start-up."""
    for key, compose in (
        (reviews.TOLD, compose_review),
        (training.REMIND, compose_reminder),
        (access.GLASS_CLIENT, compose_glass),
        (access.GLASS_SECOND, compose_glass),
        (access.CHALLENGED, compose_challenged),
        (access.ANSWERED, compose_answered),
        (conduct.FOUND, compose_incident),
        (conduct.HEARD, compose_own_incident),
        (conduct.DECIDED, compose_own_incident),
    ):
        folder = f"staff/emails/{key.removeprefix('staff.')}"
        register_mail(MailKind(key=key, compose=compose, template=folder))


def compose_review(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return what is to be decided; raise MessageGone where that was done meanwhile."""
    review = Review.objects.filter(id=UUID(message.facts["review"])).first()
    kind = review_kinds.get(review.kind) if review else None
    if review is None or kind is None or not review.is_open:
        raise MessageGone
    return {"what": kind.words, "until": format_datetime(review.expires_at), "url": _url("staff:reviews")}


def compose_reminder(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return how many days are left."""
    return {"days": message.facts["days"], "url": _url("staff:training")}


def compose_glass(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return who looked without a case, until when, and where the reason stands."""
    glass = BreakGlass.objects.defer("sealed").filter(id=UUID(message.facts["glass"])).first()
    if glass is None:
        raise MessageGone
    return {
        "who": describe_members([str(glass.member_id)]).get(str(glass.member_id), ""),
        "at": format_datetime(glass.begun_at),
        "until": format_datetime(glass.ends_at),
        "number": glass.number,
        "url": _url("rights:looks"),
        "board_url": _url("staff:glass"),
    }


def compose_challenged(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return the objection that is to be answered."""
    challenge = _find_challenge(message)
    return {"number": challenge.number, "due": format_date(challenge.due_at), "url": _url("staff:challenges")}


def compose_answered(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return where the answer stands."""
    return {"number": _find_challenge(message).number, "url": _url("rights:looks")}


def compose_incident(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return the incident that is to be examined, or whose appeal is to be decided."""
    incident = _find_incident(message)
    return {"number": incident.number, "grave": incident.grave, "url": _url("staff:incidents")}


def compose_own_incident(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return the member's own page of an incident, and its outcome where there is one."""
    incident = _find_incident(message)
    outcome = read_conduct().outcomes.get(incident.outcome)
    return {
        "number": incident.number,
        "outcome": outcome.words if outcome else "",
        "url": _url("staff:own_incident", incident_id=incident.id),
    }


def _find_challenge(message: Message) -> Challenge:
    challenge = Challenge.objects.defer("sealed").filter(id=UUID(message.facts["challenge"])).first()
    if challenge is None:
        raise MessageGone
    return challenge


def _find_incident(message: Message) -> Incident:
    incident = Incident.objects.filter(id=UUID(message.facts["incident"])).first()
    if incident is None:
        raise MessageGone
    return incident


def _url(name: str, **parts: Any) -> str:
    return absolute_url(reverse(name, kwargs=parts or None))
