"""Refunds: one decides, another hand moves the money; above the operator's limit they are two people (C2)."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from troth.kernel import clock
from troth.kernel.acting import staff_member
from troth.kernel.console import staff_actor
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.orders import staff_queries as queries
from troth.orders.actions.deciding import decide_refund, name_actor
from troth.orders.actions.taking_back import cancel_lines, cancel_order, note_paid_by_hand, pay_refund
from troth.orders.causes import describe_cause
from troth.orders.models import Order, OrderLine, RefundDecision
from troth.orders.models.handling import case_of
from troth.orders.staff_forms import ALL, AMOUNT, DecideRefundForm
from troth.orders.views.console.orders import find_order_or_404
from troth.orders.views.going import see_other
from troth.staff.api import Permission, acting_as_staff, current_member, describe_members, may, require_trained
from troth.ui.api import format_money, turn_page

_LISTS = {
    "to_pay": queries.refunds_to_pay,
    "under_way": queries.refunds_under_way,
    "paid": queries.refunds_paid,
}


@page(f"staff:{Permission.READ_ORDERS}")
def list_refunds(request: HttpRequest) -> HttpResponse:
    """Show the refunds that are to be paid, on their way or paid; sums and states, and nothing of any client."""
    chosen = request.GET.get("list", "to_pay")
    find = _LISTS.get(chosen, queries.refunds_to_pay)
    shown = turn_page(request, cast("Sequence[RefundDecision]", find()))
    member = current_member(request)
    lines = queries.view_refunds(list(shown.object_list))
    context = {
        "shown": shown,
        "lines": lines,
        "describe_cause": describe_cause,
        "chosen": chosen if chosen in _LISTS else "to_pay",
        "who": _name_deciders([line.decision for line in lines]),
        "me": name_actor(staff_member(member.id)),
        "may_pay": may(member.role, Permission.PAY_REFUNDS),
        "limit": format_money(Money.of(read_operator().numbers.refund_two_people_above, read_operator().currency)),
    }
    return render(request, "orders/console/refunds.jinja", context)


@page(f"staff:{Permission.DECIDE_REFUNDS}", methods=("GET", "POST"))
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Decide that money of an order goes back: for what is taken back, or an amount alone. No money moves by it."""
    order = find_order_or_404(number)
    lines = [line for line in OrderLine.objects.filter(order=order).select_related("order") if line.remaining]
    form = DecideRefundForm(request.POST or None, order=order, lines=lines)
    if request.method == "POST" and form.is_valid():
        require_trained(staff_actor(request).ref, at=clock.now())
        try:
            with acting_as_staff(request, purpose=Purpose.BILLING, case=case_of(order.pk)):
                _decide(order, form)
        except Refused as refusal:
            form.add_error(None, " ".join(filter(None, (refusal.message, refusal.kept, refusal.next_step))))
        else:
            return see_other("orders:console_order", number=order.number)
    context = {
        "order": order,
        "form": form,
        "left": format_money(queries.view_for_staff(order).left),
        "limit": format_money(Money.of(read_operator().numbers.refund_two_people_above, order.currency)),
    }
    return render(request, "orders/console/decide.jinja", context, status=422 if form.errors else 200)


@page(f"staff:{Permission.PAY_REFUNDS}", methods=("POST",))
def pay(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Have the card processor move the money of a decision."""
    decision = _find(decision_id)
    with acting_as_staff(request, purpose=Purpose.BILLING, case=case_of(decision.order_id)):
        pay_refund(decision)
    return redirect("orders:console_refunds")


@page(f"staff:{Permission.PAY_REFUNDS}", methods=("POST",))
def pay_by_hand(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Note that the money of a decision went back another way, as the card does not take it."""
    decision = _find(decision_id)
    with acting_as_staff(request, purpose=Purpose.BILLING, case=case_of(decision.order_id)):
        note_paid_by_hand(decision)
    return redirect("orders:console_refunds")


def _decide(order: Order, form: DecideRefundForm) -> None:
    what, cause = form.cleaned_data["what"], form.chosen_cause
    if what == AMOUNT:
        decide_refund(order=order, amount=form.money, cause=cause)
    elif what == ALL:
        cancel_order(order, cause=cause)
    else:
        cancel_lines(order, {form.line: form.cleaned_data["quantity"]}, cause=cause)


def _find(decision_id: UUID) -> RefundDecision:
    decision = RefundDecision.objects.select_related("order", "attempt").filter(pk=decision_id).first()
    if decision is None:
        raise Http404
    return decision


def _name_deciders(decisions: Sequence[RefundDecision]) -> dict[str, str]:
    """Return who decided, as staff read it: a member's pseudonym; the client and the program by what they are."""
    refs = {each.decided_by.partition(":")[2]: each.decided_by for each in decisions if each.decided_by[:6] == "staff:"}
    names = describe_members(refs)
    return {decided_by: names.get(ref, "") for ref, decided_by in refs.items()}
