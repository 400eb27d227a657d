"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.accounts.api import current_subject
from troth.announcements.api import NoticeClass, about_finders, readers
from troth.kernel.ports import case_resolvers, holders
from troth.ledger.api import register_events
from troth.staff.api import Permission, Room, register_room
from troth.surveys import jobs
from troth.surveys.cases import CASE, ContactCases
from troth.surveys.controls import register_controls
from troth.surveys.events import WORDS
from troth.surveys.holder import SurveyHolder
from troth.surveys.invited import INVITATION, REMINDER, SurveyReaders, find_about
from troth.surveys.queries import count_contacts, count_to_do
from troth.surveys.retention import register_retention
from troth.ui.api import Place, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    holders.register("surveys", SurveyHolder())
    readers.register(NoticeClass.SURVEY, SurveyReaders())
    for kind in (INVITATION, REMINDER):
        about_finders.register(kind, find_about)
    case_resolvers.register(CASE, ContactCases())
    register_retention()
    register_controls()
    register_link(
        place=Place.FOOTER,
        order=84,
        name="surveys",
        words=_("Surveys"),
        url="surveys:mine",
        when=lambda request: current_subject(request) is not None,
    )
    register_link(place=Place.FOOTER, order=85, name="survey-results", words=_("Results"), url="surveys:results")
    register_room(
        Room(
            key="surveys",
            words=_("Surveys"),
            summary=_(
                "Questions that clients may answer: written by one, read by another, released as tables of many."
            ),
            url="surveys:surveys",
            permission=Permission.READ_SURVEYS,
            count_waiting=count_to_do,
            do=_("Read a survey or its results"),
        )
    )
    register_room(
        Room(
            key="survey_contacts",
            words=_("Who left contact details"),
            summary=_("With a survey, and for it alone: taken in hand, looked at on that case, deleted when done."),
            url="surveys:contacts",
            permission=Permission.HANDLE_SURVEY_CONTACTS,
            count_waiting=count_contacts,
            do=_("Come back to a client about a survey"),
        )
    )
