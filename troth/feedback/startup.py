"""What this room registers when the program starts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts.api import current_subject
from troth.feedback import jobs, queries
from troth.feedback.cases import FeedbackCases
from troth.feedback.controls import register_controls
from troth.feedback.events import WORDS
from troth.feedback.models import KIND
from troth.feedback.pages import make_form_address
from troth.feedback.retention import register_retention
from troth.feedback.words import State
from troth.kernel.console import ClientPanel, PanelLine, register_client_panel
from troth.kernel.crawl import samples
from troth.kernel.ports import case_resolvers
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.staff.api import Permission, Room, register_room
from troth.ui.api import Place, register_link, register_opinion


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    register_retention()
    register_controls()
    case_resolvers.register(KIND, FeedbackCases())
    samples.register("feedback:give_on", lambda: [reverse("feedback:give_on", kwargs={"about": "home"})])
    register_opinion(make_form_address)
    register_link(
        place=Place.FEEDBACK, order=20, name="answers", words=_("What we heard, and did"), url="feedback:answers"
    )
    register_link(
        place=Place.FEEDBACK,
        order=30,
        name="own_feedback",
        words=_("What you said"),
        url="feedback:mine",
        when=lambda request: current_subject(request) is not None,
    )
    register_client_panel(
        ClientPanel(
            key="feedback",
            words=_("Feedback"),
            permission=Permission.HANDLE_FEEDBACK,
            purposes=frozenset({Purpose.SUPPORT, Purpose.RIGHTS}),
            lines=_list_lines,
            order=25,
        )
    )
    register_room(
        Room(
            key="feedback",
            words=_("Feedback"),
            summary=_("What people think of our pages: read, answered in person or to everybody, and counted."),
            url="feedback:inbox",
            permission=Permission.HANDLE_FEEDBACK,
            count_waiting=lambda: queries.inbox().count(),
            oldest_at=_find_oldest,
            do=_("Read feedback"),
        )
    )


def _find_oldest() -> datetime | None:
    found: datetime | None = queries.inbox(State.NEW).values_list("received_at", flat=True).first()
    return found


def _list_lines(subject_id: UUID) -> Sequence[PanelLine]:
    rows = queries.feedback_of(subject_id)[:20]
    return [
        PanelLine(
            row.number,
            row.get_state_display(),
            row.received_at,
            reverse("feedback:show", kwargs={"feedback_id": row.pk}),
        )
        for row in rows
    ]
