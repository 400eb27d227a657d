"""Staff's orders: a list of numbers and states, and one order. Its values open one by one, for who has it in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.console import staff_actor
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.orders import staff_queries as queries
from troth.orders.actions import handling
from troth.orders.actions.services import finish_service
from troth.orders.actions.taking_back import cancel_order
from troth.orders.cases import describe_state, find_case
from troth.orders.causes import describe_cause
from troth.orders.models import Order, OrderContact, OrderLine, OrderState, Paper
from troth.orders.models.handling import case_of
from troth.orders.papers.draw import read_document
from troth.orders.papers.issue import find_invoice, left_of_invoice, reissue_invoice
from troth.orders.staff_forms import FindOrderForm, TakeOrderForm
from troth.orders.views.going import hand_out_paper, see_other
from troth.staff.api import (
    Permission,
    acting_as_staff,
    current_member,
    describe_members,
    may,
    may_look_for,
    require_trained,
)
from troth.ui.api import turn_page
from troth.vault.api import Attribute

READ = f"staff:{Permission.READ_ORDERS}"
CHANGE = f"staff:{Permission.CHANGE_ORDERS}"


@page(READ)
def list_orders(request: HttpRequest) -> HttpResponse:
    """Show the orders in a state, or find one by its number; nothing of any client is opened."""
    form = FindOrderForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        found = queries.find_typed(form.cleaned_data["number"])
        if found is not None:
            return see_other("orders:console_order", number=found.number)
        form.add_error("number", form.NOT_FOUND)
    chosen = request.GET.get("state", queries.TO_LOOK_AT)
    # A query set is a sequence in all that turning pages asks of it.
    shown = turn_page(request, cast("Sequence[Order]", queries.orders_in(chosen)))
    context = {
        "shown": shown,
        "chosen": chosen,
        "steps": [(words, f"?state={key}", key == chosen) for key, words in _name_states().items()],
        "form": form,
        "describe": describe_state,
    }
    return render(request, "orders/console/orders.jinja", context)


def _name_states() -> dict[str, str]:
    """Return the lists in words: those to look at, one for each state, all."""
    states = {state.value: str(state.label).capitalize() for state in OrderState}
    return {queries.TO_LOOK_AT: _("To look at"), **states, "all": _("All")}


@page(READ, methods=("GET", "POST"))
def show_order(request: HttpRequest, number: str) -> HttpResponse:
    """Show one order without values; a POST by whoever has it in hand reveals the values that it names."""
    order, member = find_order_or_404(number), current_member(request)
    case = find_case(order)
    mine = case is not None and case.taken_by == member.id
    named = request.POST.getlist("value") if request.method == "POST" else []
    purpose = purpose_of_member(request)
    values = _reveal(request, order, named, purpose) if mine and purpose is not None else []
    context = {
        "order": order,
        "staff": queries.view_for_staff(order),
        "words": describe_state(order),
        "describe_cause": describe_cause,
        "case": case,
        "mine": mine,
        "owner": describe_members([str(case.taken_by)]).get(str(case.taken_by), "") if case else "",
        "take_form": TakeOrderForm(),
        "may_take": handling.may_be_taken(order),
        "values": values,
        "revealed": [value for value in values if value.revealed],
        "purpose": purpose,
        "member": member,
        "may_decide": may(member.role, Permission.DECIDE_REFUNDS),
        "may_mend": may(member.role, Permission.DECIDE_REFUNDS) and mine and _has_whole_invoice(order),
        "may_pay": may(member.role, Permission.PAY_REFUNDS),
        "may_change": may(member.role, Permission.CHANGE_ORDERS),
    }
    return render(request, "orders/console/order.jinja", context)


@page(READ, methods=("POST",))
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take an order into hand, with the reason; the client reads it."""
    order, form = find_order_or_404(number), TakeOrderForm(request.POST)
    if form.is_valid():
        _require_trained(request)
        with acting_as_staff(request, purpose=Purpose.ORDERS):
            handling.take_order(order, reason=form.cleaned_data["reason"])
    return see_other("orders:console_order", number=order.number)


@page(READ, methods=("POST",))
def put_away(request: HttpRequest, number: str) -> HttpResponse:
    """Put an order out of hand."""
    order = find_order_or_404(number)
    with acting_as_staff(request, purpose=Purpose.ORDERS):
        handling.put_order_away(order)
    return see_other("orders:console_order", number=order.number)


@page(CHANGE, methods=("POST",))
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel an order that is not paid; one that is paid goes by way of a refund."""
    order = find_order_or_404(number)
    _require_trained(request)
    if order.paid_at is not None:
        return see_other("orders:console_decide", number=order.number)
    with acting_as_staff(request, purpose=Purpose.ORDERS, case=case_of(order.pk)):
        cancel_order(order)
    return see_other("orders:console_order", number=order.number)


@page(CHANGE, methods=("POST",))
def finish_line(request: HttpRequest, number: str, line_id: UUID) -> HttpResponse:
    """Note that a service was done."""
    order = find_order_or_404(number)
    line = OrderLine.objects.filter(order=order, pk=line_id).first()
    if line is None:
        raise Http404
    with acting_as_staff(request, purpose=Purpose.ORDERS, case=case_of(order.pk)):
        finish_service(line)
    return see_other("orders:console_order", number=order.number)


@page(READ)
def show_paper(request: HttpRequest, number: str, paper_id: UUID) -> HttpResponse:
    """Hand out an invoice or credit note to whoever has the order in hand; the look is in the record."""
    order, purpose = find_order_or_404(number), purpose_of_member(request)
    paper = Paper.objects.defer("sealed").filter(order=order, pk=paper_id).first()
    if paper is None or purpose is None:
        raise Http404
    with acting_as_staff(request, purpose=purpose, case=case_of(order.pk)):
        document = read_document(paper.pk)
    return hand_out_paper(paper, document)


@page(f"staff:{Permission.DECIDE_REFUNDS}", methods=("POST",))
def mend_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Put a new invoice in place of a wrong one: a credit note takes it off, and no money moves."""
    order = find_order_or_404(number)
    _require_trained(request)
    with acting_as_staff(request, purpose=Purpose.ORDERS, case=case_of(order.pk)):
        reissue_invoice(order)
    return see_other("orders:console_order", number=order.number)


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of the order: masked, until it was revealed on this page."""

    attribute: Attribute
    revealed: bool
    shown: str


def _reveal(request: HttpRequest, order: Order, named: Sequence[str], purpose: Purpose) -> list[ShownValue]:
    contact = OrderContact.objects.filter(order=order).first()
    if contact is None:
        return []
    fitting = [each for each in contact.sealed_attributes.values() if purpose in each.purposes]
    wanted = [each.name for each in fitting if each.name in named]
    opened: Any = None
    if wanted:
        with acting_as_staff(request, purpose=purpose, case=case_of(order.pk)):
            opened = contact.open(*wanted)
    return [
        ShownValue(
            attribute=each,
            revealed=each.name in wanted,
            shown=opened.show(each.name) if each.name in wanted else "",
        )
        for each in fitting
    ]


def purpose_of_member(request: HttpRequest) -> Purpose | None:
    """Return for what this member looks at an order: the first purpose of its role that orders serve, or None."""
    granted = may_look_for(current_member(request))
    return next((each for each in (Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING) if each in granted), None)


def find_order_or_404(number: str) -> Order:
    """Return the order with this number."""
    found = Order.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _has_whole_invoice(order: Order) -> bool:
    """Return whether there is an invoice of which nothing was taken off."""
    invoice = find_invoice(order)
    return invoice is not None and left_of_invoice(order) == invoice.total_minor


def _require_trained(request: HttpRequest) -> None:
    require_trained(staff_actor(request).ref, at=clock.now())
