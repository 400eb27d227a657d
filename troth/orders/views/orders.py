"""A client's own orders: where each stands, paying again, taking something back, the saved card."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.accounts.api import as_client, require_subject
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.orders.actions.taking_back import cancel_lines, cancel_order
from troth.orders.forms import QuantityForm
from troth.orders.models import Order, OrderContact, OrderLine, Paper, RefundCause
from troth.orders.papers.draw import read_document
from troth.orders.parts import list_parts
from troth.orders.queries import find_order, orders_of, view_order
from troth.orders.views.going import hand_out_paper, see_other
from troth.ui.api import turn_page


@page(CLIENT)
def list_own(request: HttpRequest) -> HttpResponse:
    """Show the client's orders, the newest first."""
    # A query set is a sequence in all that turning pages asks of it.
    shown = turn_page(request, cast("Sequence[Order]", orders_of(require_subject(request))))
    return render(request, "orders/orders.jinja", {"shown": shown})


@page(CLIENT)
def show_order(request: HttpRequest, number: str) -> HttpResponse:
    """Show one order: where each line stands, what was paid and given back, and what can be done."""
    order = _find_own(request, number)
    told = (request.session.get("orders_told") or {}).get(order.number)
    if told is not None:
        request.session.pop("orders_told")
    contact = OrderContact.objects.filter(order=order).first()
    with as_client(request, purpose=Purpose.ORDERS):
        opened = contact.open() if contact is not None else None
        context = {
            "view": view_order(order),
            "order": order,
            "contact": opened,
            "told": told,
            "parts": list_parts(order),
        }
        return render(request, "orders/order.jinja", context)


@page(CLIENT, methods=("POST",))
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel what is left of an order; what was paid for it goes back."""
    order = _find_own(request, number)
    with as_client(request, purpose=Purpose.ORDERS):
        cancel_order(order)
    return see_other("orders:order", number=order.number)


@page(CLIENT, methods=("GET", "POST"))
def change_line(request: HttpRequest, number: str, line_id: object) -> HttpResponse:
    """Take some pieces of one line out of a paid order."""
    order = _find_own(request, number)
    line = OrderLine.objects.filter(order=order, pk=str(line_id)).select_related("order").first()
    if line is None:
        raise Http404
    form = QuantityForm(request.POST or None, initial={"quantity": 1})
    if request.method == "POST" and form.is_valid():
        with as_client(request, purpose=Purpose.ORDERS):
            cancel_lines(order, {line: form.cleaned_data["quantity"]}, cause=RefundCause.CANCELLED)
        return see_other("orders:order", number=order.number)
    context = {"order": order, "line": line, "form": form}
    return render(request, "orders/change_line.jinja", context, status=422 if form.errors else 200)


@page(CLIENT)
def show_paper(request: HttpRequest, number: str, paper_id: UUID) -> HttpResponse:
    """Hand out an invoice or a credit note to its owner."""
    order = _find_own(request, number)
    paper = Paper.objects.defer("sealed").filter(order=order, pk=paper_id).first()
    if paper is None:
        raise Http404
    with as_client(request, purpose=Purpose.BILLING):
        document = read_document(paper.pk)
    return hand_out_paper(paper, document)


def _find_own(request: HttpRequest, number: str) -> Order:
    order = find_order(number, subject_id=require_subject(request))
    if order is None:
        raise Http404
    return order
