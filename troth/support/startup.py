"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.console import Room, register_room
from troth.kernel.ports import case_resolvers
from troth.ledger.api import register_events
from troth.processors.api import own_hosts
from troth.staff.api import Permission
from troth.support import controls, gate, holders, jobs, queries, sending
from troth.support.cases import TicketCases
from troth.support.events import WORDS, Event
from troth.support.mailin import fetching
from troth.support.models.cases import KIND
from troth.ui.api import Place, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS, looks=[Event.NUMBER_SHOWN])
    jobs.register()
    gate.register()
    sending.register()
    holders.register()
    controls.register()
    case_resolvers.register(KIND, TicketCases())
    if fetching.list_hosts not in own_hosts:
        own_hosts.append(fetching.list_hosts)
    register_link(place=Place.FOOTER, order=45, name="ask_us", words=_("Ask us"), url="support:ask")
    register_room(
        Room(
            key="cases",
            words=_("Cases"),
            summary=_("What clients ask by form, mail, telephone and letter."),
            url="support:console",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: queries.unassigned_cases().count(),
        )
    )
    register_room(
        Room(
            key="calls",
            words=_("Calls to make"),
            summary=_("Clients who wish to be called, each in its own hours."),
            url="support:calls",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: queries.calls_to_make().count(),
        )
    )
    register_room(
        Room(
            key="letters",
            words=_("Letters to print"),
            summary=_("Answers to clients who wish for letters: print them, and post them."),
            url="support:letters",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: queries.letters_to_print().count(),
        )
    )
    register_room(
        Room(
            key="quarantine",
            words=_("Mail set apart"),
            summary=_("Mails that could not be put to a case, each with the cause."),
            url="support:quarantine",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: queries.quarantined_mails().count(),
        )
    )
