"""What this room has to say to a client; the gate decides by what way (``kernel.ports.contacts``)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import Profile
from troth.disclosures.api import find_ask
from troth.kernel.ports import ContactGone, ContactKind, Facts, register_contact_kind
from troth.kernel.purposes import Purpose
from troth.rights.models import Request
from troth.ui.api import absolute_url

ANSWERED = "rights.answer"
"""That a request has its answer; the answer itself stays on the Admin page."""

CHANGED = "rights.changed"
"""That staff changed something in the account at the client's request: what by name, and never to what."""


ASKED = "rights.may_we"
"""That we ask whether something may be handed on; what exactly stands on the client's page, and not in the mail."""


def register() -> None:
    """Register them, at start-up."""
    register_contact_kind(
        ContactKind(
            key=ASKED,
            words=_("a question whether we may hand something on for you"),
            purpose=Purpose.SUPPORT,
            template="rights/emails/may_we",
            compose=_compose_ask,
            answers=True,
        )
    )
    register_contact_kind(
        ContactKind(
            key=CHANGED,
            words=_("a change of your details that you asked for"),
            purpose=Purpose.SUPPORT,
            template="rights/emails/changed",
            compose=_compose_change,
            answers=True,
        )
    )
    register_contact_kind(
        ContactKind(
            key=ANSWERED,
            words=_("the answer to a request of yours"),
            purpose=Purpose.SUPPORT,
            template="rights/emails/answer",
            compose=_compose_answer,
            answers=True,
        )
    )


def _compose_ask(subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    ask = find_ask(subject_id, UUID(str(facts["ask"])))
    if ask is None or not ask.is_open:
        raise ContactGone
    return {"url": absolute_url(reverse("rights:allowing")), "until": ask.open_until}


def _compose_answer(subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    request = Request.objects.filter(pk=UUID(str(facts["request"])), subject_id=subject_id).first()
    if request is None:
        raise ContactGone
    url = absolute_url(reverse("rights:request", kwargs={"request_id": request.id}))
    return {"number": request.number, "url": url}


def _compose_change(subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    labels = [
        str(Profile.sealed_attributes[name].label)
        for name in str(facts["fields"]).split(":")
        if name in Profile.sealed_attributes
    ]
    return {**_compose_answer(subject_id, facts), "changed": ", ".join(labels)}
