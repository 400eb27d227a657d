"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.accounts.api import is_signed_in
from troth.kernel.ports import case_resolvers
from troth.ledger.api import register_events
from troth.rights import jobs
from troth.rights.cases import KIND, RequestCases
from troth.rights.controls import register_controls
from troth.rights.events import WORDS
from troth.rights.queries import waiting_requests
from troth.staff.api import Permission, Room, register_room
from troth.ui.api import Place, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    register_controls()
    case_resolvers.register(KIND, RequestCases())
    register_link(place=Place.HEADER, order=70, name="admin", words=_("Admin"), url="rights:admin", when=is_signed_in)
    register_link(place=Place.FOOTER, order=50, name="admin", words=_("Admin"), url="rights:admin")
    register_link(place=Place.FOOTER, order=55, name="collection", words=_("What we collect"), url="rights:collection")
    register_link(place=Place.FOOTER, order=95, name="receipt", words=_("Check a receipt"), url="rights:receipt")
    register_room(
        Room(
            key="requests",
            words=_("Requests"),
            summary=_("What clients ask by page, mail and letter: copies, corrections, deletions."),
            url="rights:console",
            permission=Permission.READ_REQUESTS,
            count_waiting=lambda: waiting_requests().count(),
        )
    )
