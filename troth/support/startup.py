"""What this room registers when the program starts."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import informants
from troth.kernel.console import (
    ClientPanel,
    Room,
    my_work,
    number_finders,
    open_cases,
    register_client_panel,
    register_room,
)
from troth.kernel.ports import case_resolvers
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.processors.api import own_hosts
from troth.staff.api import Permission
from troth.support import controls, gate, holders, in_console, jobs, queries, sending
from troth.support.cases import TicketCases
from troth.support.events import WORDS, Event
from troth.support.mailin import fetching
from troth.support.models.cases import KIND
from troth.ui.api import Place, register_link


def register() -> None:
    """Register everything, once."""
    register_events(WORDS, looks=[Event.NUMBER_SHOWN])
    jobs.register()
    informants.register("support", queries.find_told_since)
    gate.register()
    sending.register()
    holders.register()
    controls.register()
    case_resolvers.register(KIND, TicketCases())
    if fetching.list_hosts not in own_hosts:
        own_hosts.append(fetching.list_hosts)
    open_cases.register(KIND, in_console.list_open_cases)
    number_finders.register(KIND, in_console.find_whose)
    my_work.register(KIND, in_console.find_my_work)
    register_client_panel(
        ClientPanel(
            key="cases",
            words=_("Inquiries"),
            permission=Permission.HANDLE_CASES,
            purposes=frozenset({Purpose.SUPPORT, Purpose.RIGHTS, Purpose.ORDERS}),
            lines=in_console.list_case_lines,
            order=20,
        )
    )
    register_link(place=Place.FOOTER, order=45, name="ask_us", words=_("Ask us"), url="support:ask")
    register_room(
        Room(
            key="cases",
            words=_("Cases"),
            summary=_("What clients ask by form, mail, telephone and letter."),
            url="support:console",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: queries.unassigned_cases().count(),
            oldest_at=lambda: _oldest(queries.unassigned_cases(), "received_at"),
            do=_("Take a case"),
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
            oldest_at=lambda: _oldest(queries.calls_to_make(), "not_before"),
            do=_("Call a client"),
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
            oldest_at=lambda: _oldest(queries.letters_to_print(), "not_before"),
            do=_("Print a letter and post it"),
        )
    )
    register_room(
        Room(
            key="unsure",
            words=_("Mails in doubt"),
            summary=_("Mails that may have gone, and mails that could not leave: try again, or leave it at that."),
            url="support:unsure",
            permission=Permission.HANDLE_CASES,
            count_waiting=lambda: queries.unsure_mails().count() + queries.stuck_mails().count(),
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
            oldest_at=lambda: _oldest(queries.quarantined_mails(), "came_at"),
            do=_("Look at mail that was set apart"),
        )
    )


def _oldest(rows: QuerySet[Any], column: str) -> datetime | None:
    """Return since when the oldest of these rows waits."""
    found: datetime | None = rows.order_by(column).values_list(column, flat=True).first()
    return found
