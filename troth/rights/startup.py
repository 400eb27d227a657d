"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.accounts.api import is_signed_in
from troth.kernel.console import (
    CaseWay,
    ClientPanel,
    case_ways,
    my_work,
    number_finders,
    open_cases,
    register_client_panel,
)
from troth.kernel.ports import case_resolvers
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.rights import confirming, contacts, jobs
from troth.rights.cases import KIND, RequestCases
from troth.rights.controls import register_controls
from troth.rights.events import WORDS
from troth.rights.in_console import find_by_number, find_my_work, list_clocks, list_open_cases, list_request_lines
from troth.rights.objecting import list_objecting
from troth.rights.queries import waiting_requests
from troth.staff.api import Permission, Room, clocks, register_room
from troth.transitions.api import objection_lists
from troth.ui.api import Place, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    contacts.register()
    register_controls()
    case_resolvers.register(KIND, RequestCases())
    confirming.register()
    case_ways.register(
        "request",
        CaseWay(
            key="request",
            words=_("Do something with the account for the client"),
            permission=Permission.HANDLE_REQUESTS,
            url="rights:from_inquiry",
        ),
    )
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
            oldest_at=lambda: waiting_requests().values_list("received_at", flat=True).order_by("received_at").first(),
            do=_("Answer a request"),
        )
    )
    open_cases.register(KIND, list_open_cases)
    number_finders.register(KIND, find_by_number)
    clocks.register(KIND, list_clocks)
    my_work.register(KIND, find_my_work)
    objection_lists.register(KIND, list_objecting)
    register_client_panel(
        ClientPanel(
            key="requests",
            words=_("Requests"),
            permission=Permission.READ_REQUESTS,
            purposes=frozenset({Purpose.RIGHTS, Purpose.SUPPORT}),
            lines=list_request_lines,
            order=30,
        )
    )
