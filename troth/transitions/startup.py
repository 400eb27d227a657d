"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.announcements.api import about_finders
from troth.disclosures.api import transition_evidence
from troth.kernel.ports import holders
from troth.ledger.api import register_events
from troth.staff.api import Permission, Room, register_room
from troth.transitions import jobs
from troth.transitions.banners import make_banner
from troth.transitions.controls import register_controls
from troth.transitions.events import WORDS
from troth.transitions.evidence import find_evidence
from troth.transitions.holder import TransitionHolder
from troth.transitions.queries import count_to_do
from troth.transitions.retention import register_retention
from troth.transitions.wording import KIND, find_about
from troth.ui.api import register_banner


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    holders.register("transitions", TransitionHolder())
    about_finders.register(KIND, find_about)
    transition_evidence.register("transitions", find_evidence)
    register_retention()
    register_controls()
    register_banner("transitions", make_banner)
    register_room(
        Room(
            key="transitions",
            words=_("Changes of ownership"),
            summary=_(
                "A merger or a sale: reviewed by two, told to everybody, shown for thirty days, carried out after."
            ),
            url="transitions:all",
            permission=Permission.READ_NOTICES,
            count_waiting=count_to_do,
            do=_("Look at a change of ownership"),
        )
    )
