"""What this room has to say to clients, by the way that each wishes (G3)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from troth.kernel.operator import read_operator
from troth.kernel.ports import ContactGone, ContactKind, Facts, register_contact_kind
from troth.kernel.purposes import Purpose
from troth.law.actions.breaches import NOTICE
from troth.law.actions.telling import TOLD
from troth.law.models import AffectedClient, Breach, LegalRequest
from troth.law.queries import may_be_told
from troth.ui.api import absolute_url


def register() -> None:
    """Register both, once."""
    register_contact_kind(
        ContactKind(
            key=TOLD,
            words=_("a legal request about you"),
            purpose=Purpose.SERVICE_MESSAGES,
            template="law/emails/request_told",
            compose=compose_told,
            answers=True,
        )
    )
    register_contact_kind(
        ContactKind(
            key=NOTICE,
            words=_("something that went wrong with your information"),
            purpose=Purpose.SERVICE_MESSAGES,
            template="law/emails/breach_notice",
            compose=compose_notice,
            answers=True,
        )
    )


def compose_told(_subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    """Return what the notice of a legal request names; nothing of it while a ban stands."""
    request = LegalRequest.objects.defer("sealed").filter(id=UUID(str(facts["request"]))).first()
    if request is None or not may_be_told(request):
        raise ContactGone
    return {
        "number": request.number,
        "kind": request.get_kind_display(),
        "received_on": request.received_on,
        "was_banned": bool(request.ban),
        "url": absolute_url(reverse("rights:admin")),
    }


def compose_notice(_subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    """Return what the notice of a breach says, in the client's language where it was written in it."""
    breach = Breach.objects.filter(id=UUID(str(facts["breach"]))).first()
    row = AffectedClient.objects.filter(id=UUID(str(facts["affected"]))).first()
    if breach is None or row is None:
        raise ContactGone
    opened = breach.open("notice", "notice_second")
    second = read_operator().languages[1:2]
    words = opened.notice_second if second and get_language() == second[0] and opened.notice_second else opened.notice
    return {
        "number": breach.number,
        "discovered_at": breach.discovered_at,
        "paragraphs": [line for line in str(words or "").splitlines() if line.strip()],
        "fields": row.fields.replace(",", ", ").replace("_", " "),
        "url": absolute_url(reverse("rights:admin")),
        "contacts": read_operator().contacts,
    }
