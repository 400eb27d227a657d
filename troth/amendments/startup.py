"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.amendments import jobs
from troth.amendments.controls import register_controls
from troth.amendments.events import WORDS
from troth.amendments.governing import judge_use
from troth.amendments.holder import ToldHolder
from troth.amendments.letters import KIND as LETTER
from troth.amendments.letters import LetterCases
from troth.amendments.mails import KIND, find_about
from troth.amendments.publishing import judge_force
from troth.amendments.queries import count_waiting, list_letters
from troth.amendments.reviewing import judge_publication
from troth.amendments.telling import find_letter_wishes
from troth.announcements.api import about_finders, letter_wishes
from troth.kernel.ports import case_resolvers, holders, use_judges
from troth.ledger.api import register_events
from troth.staff.api import Permission, Room, register_room
from troth.statement.api import force_judges, publication_judges


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    holders.register("amendments", ToldHolder())
    case_resolvers.register(LETTER, LetterCases())
    about_finders.register(KIND, find_about)
    letter_wishes.register("amendments", find_letter_wishes)
    publication_judges.register("amendments", judge_publication)
    force_judges.register("amendments", judge_force)
    use_judges.register("amendments", judge_use)
    register_controls()
    register_room(
        Room(
            key="amendments",
            words=_("Changes of the statement"),
            summary=_("Written side by side with what is in force, decided by two others, told to everybody."),
            url="amendments:amendments",
            permission=Permission.READ_NOTICES,
            count_waiting=count_waiting,
            do=_("Decide on a change of the statement"),
        )
    )
    register_room(
        Room(
            key="statement-letters",
            words=_("Letters about the statement"),
            summary=_("To those who wish letters, and to those whom no mail reaches."),
            url="amendments:letters",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: list_letters().count(),
            oldest_at=lambda: list_letters().values_list("made_at", flat=True).first(),
            do=_("Print and post a letter"),
        )
    )
