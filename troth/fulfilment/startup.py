"""What this room registers when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.fulfilment import cases, jobs
from troth.fulfilment.actions.tracking import take_news
from troth.fulfilment.controls import register_controls
from troth.fulfilment.events import WORDS
from troth.fulfilment.filling import GoodsLines, ShippingLines
from troth.fulfilment.holders import register_holders
from troth.fulfilment.queries import count_to_do, oldest_to_do, parcels_of, show_on_order
from troth.fulfilment.telling import CASE, register_contacts
from troth.kernel.console import ClientPanel, PanelLine, number_finders, open_cases, register_client_panel
from troth.kernel.ports import case_resolvers
from troth.kernel.purposes import Purpose
from troth.ledger.api import register_events
from troth.orders.api import ProductKind, line_handlers, order_parts
from troth.processors.api import parcel_event_handlers
from troth.staff.api import Permission, Room, register_room


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    register_holders()
    register_contacts()
    line_handlers.register(ProductKind.GOODS, GoodsLines())
    line_handlers.register(ProductKind.SHIPPING, ShippingLines())
    order_parts.register("fulfilment", show_on_order)
    parcel_event_handlers.register("fulfilment", take_news)
    case_resolvers.register(CASE, cases.ParcelCases())
    open_cases.register(CASE, cases.list_open_cases)
    number_finders.register(CASE, cases.find_by_number)
    register_controls()
    _register_pages()


def _register_pages() -> None:
    register_room(
        Room(
            key="parcels",
            words=_("Parcels"),
            summary=_("What is to be packed and shipped, what waits and why, and what came back."),
            url="fulfilment:parcels",
            permission=Permission.HANDLE_PARCELS,
            count_waiting=count_to_do,
            oldest_at=oldest_to_do,
            do=_("Pack and ship a parcel"),
        )
    )
    register_client_panel(
        ClientPanel(
            key="parcels",
            words=_("Parcels"),
            permission=Permission.HANDLE_PARCELS,
            purposes=frozenset({Purpose.SHIPPING, Purpose.ORDERS}),
            lines=lambda subject_id: [
                PanelLine(row.number, row.get_state_display(), row.made_at, cases.page_of(row))
                for row in parcels_of(subject_id)[:50]
            ],
            order=40,
        )
    )
