"""What this room hands in to the console: its lists, its part of a client's record, and who a number belongs to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.console import (
    ClientPanel,
    PanelLine,
    Room,
    number_finders,
    open_cases,
    register_client_panel,
    register_room,
)
from troth.kernel.ports import Words, case_resolvers
from troth.kernel.purposes import Purpose
from troth.orders import staff_queries as queries
from troth.orders.cases import OrderCases, describe_state, list_open_cases
from troth.orders.memberships.staff_queries import failing_renewals, find_member
from troth.orders.models import Order
from troth.orders.models.handling import KIND
from troth.staff.api import Permission

_MOST = 20


def register() -> None:
    """Register everything, once."""
    case_resolvers.register(KIND, OrderCases())
    open_cases.register(KIND, list_open_cases)
    number_finders.register(KIND, find_by_number)
    number_finders.register("membership", find_member)
    register_client_panel(
        ClientPanel(
            key="orders",
            words=_("Orders"),
            permission=Permission.READ_ORDERS,
            purposes=frozenset({Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING, Purpose.SUPPORT, Purpose.RIGHTS}),
            lines=list_order_lines,
            order=20,
        )
    )
    _add_room(
        "orders",
        _("Orders"),
        _("Where each order stands; those that wait for somebody to look."),
        "orders:console_orders",
        Permission.READ_ORDERS,
        queries.orders_to_look_at,
        "placed_at",
        do=_("Look at an order that waits"),
    )
    _add_room(
        "refunds",
        _("Refunds to pay"),
        _("Decided by one; the money is moved by another hand."),
        "orders:console_refunds",
        Permission.PAY_REFUNDS,
        queries.refunds_to_pay,
        "decided_at",
        do=_("Pay a refund"),
    )
    _add_room(
        "disputes",
        _("Disputes to answer"),
        _("Payments that a bank disputes, each with the day until which it takes an answer."),
        "orders:console_disputes",
        Permission.PAY_REFUNDS,
        queries.disputes_to_answer,
        "opened_at",
        do=_("Answer a dispute"),
    )

    _add_room(
        "books",
        _("Books"),
        _("Our books beside the card processor’s; what does not agree stands here."),
        "orders:console_books",
        Permission.PAY_REFUNDS,
        queries.differences,
        "found_at",
        do=_("Explain a difference in the books"),
    )
    _add_room(
        "members",
        _("Memberships"),
        _("Who belongs, by number and state; those whose payment fails."),
        "orders:console_members",
        Permission.READ_ORDERS,
        failing_renewals,
        "announced_at",
        do=_("Look at a membership whose payment fails"),
    )
    _add_room(
        "catalogue",
        _("Catalogue"),
        _("What is sold, its prices and pieces; goods of which few are left."),
        "orders:console_catalogue",
        Permission.READ_CATALOGUE,
        queries.scarce_goods,
        None,
        do=_("Look at goods of which few are left"),
    )


def list_order_lines(subject_id: UUID) -> Sequence[PanelLine]:
    """Return the numbers and states of the client's orders, the newest first."""
    return [
        PanelLine(
            number=row.number,
            words=describe_state(row),
            at=row.placed_at,
            url=reverse("orders:console_order", kwargs={"number": row.number}),
        )
        for row in Order.objects.filter(subject_id=subject_id).order_by("-placed_at")[:_MOST]
    ]


def find_by_number(number: str) -> Sequence[UUID]:
    """Return whose order has this number."""
    found = queries.find_typed(number)
    return [found.subject_id] if found else ()


def _add_room(  # noqa: PLR0913, PLR0917  the parts of one room, in the order of its class
    key: str,
    words: Words,
    summary: Words,
    url: str,
    permission: str,
    waiting: Callable[[], QuerySet[Any]],
    since: str | None,
    *,
    do: Words,
) -> None:
    def oldest_at() -> datetime | None:
        if since is None:
            return None
        return waiting().order_by(since).values_list(since, flat=True).first()

    register_room(
        Room(
            key=key,
            words=words,
            summary=summary,
            url=url,
            permission=permission,
            count_waiting=lambda: waiting().count(),
            oldest_at=oldest_at,
            do=do,
        )
    )
