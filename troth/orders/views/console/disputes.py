"""Payments that a bank disputes: answered in time with days and numbers, or left to the client (C2, C3)."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel import clock
from troth.kernel.console import staff_actor
from troth.kernel.errors import Refused, TrothError
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.orders import staff_queries as queries
from troth.orders.actions.disputing import accept_dispute, answer_dispute, gather_evidence
from troth.orders.cases import find_case
from troth.orders.causes import describe_cause
from troth.orders.models import Dispute
from troth.orders.models.handling import case_of
from troth.orders.staff_forms import AnswerDisputeForm, TakeOrderForm
from troth.orders.views.going import see_other
from troth.staff.api import Permission, acting_as_staff, current_member, may, require_trained
from troth.ui.api import turn_page

PAY = f"staff:{Permission.PAY_REFUNDS}"


@page(f"staff:{Permission.READ_ORDERS}")
def list_disputes(request: HttpRequest) -> HttpResponse:
    """Show the disputes, those first whose answer is due first; nothing of any client."""
    closed = request.GET.get("list") == "closed"
    found = queries.closed_disputes() if closed else queries.open_disputes()
    shown = turn_page(request, cast("Sequence[Dispute]", found))
    return render(
        request,
        "orders/console/disputes.jinja",
        {"shown": shown, "closed": closed, "now": clock.now(), "describe_cause": describe_cause},
    )


@page(f"staff:{Permission.READ_ORDERS}")
def show_dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Show one dispute, and what an answer would hand over."""
    return _show(request, _find(dispute_id), AnswerDisputeForm())


@page(PAY, methods=("POST",))
def answer(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Hand the bank the evidence; what leaves of the client is what was ticked, and stands in the client's record."""
    dispute, form = _find(dispute_id), AnswerDisputeForm(request.POST)
    if not form.is_valid():
        return _show(request, dispute, form, status=422)
    try:
        with acting_as_staff(request, purpose=Purpose.BILLING, case=case_of(dispute.attempt.order_id)):
            answer_dispute(dispute, told=form.cleaned_data["told"])
    except (Refused, TrothError) as refusal:
        form.add_error(None, " ".join(filter(None, (refusal.message, refusal.kept, refusal.next_step))))
        return _show(request, dispute, form, status=422)
    return see_other("orders:console_dispute", dispute_id=dispute.pk)


@page(PAY, methods=("POST",))
def accept(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Let the bank give the money to the client."""
    dispute = _find(dispute_id)
    require_trained(staff_actor(request).ref, at=clock.now())
    with acting_as_staff(request, purpose=Purpose.BILLING, case=case_of(dispute.attempt.order_id)):
        accept_dispute(dispute)
    return see_other("orders:console_dispute", dispute_id=dispute.pk)


def _show(request: HttpRequest, dispute: Dispute, form: AnswerDisputeForm, *, status: int = 200) -> HttpResponse:
    order, member = dispute.attempt.order, current_member(request)
    case = find_case(order)
    context = {
        "dispute": dispute,
        "order": order,
        "describe_cause": describe_cause,
        "evidence": gather_evidence(dispute, told=()),
        "form": form,
        "mine": case is not None and case.taken_by == member.id,
        "take_form": TakeOrderForm(initial={"reason": "dispute"}),
        "may_answer": may(member.role, Permission.PAY_REFUNDS),
        "late": dispute.is_open and dispute.due_at is not None and dispute.due_at < clock.now(),
    }
    return render(request, "orders/console/dispute.jinja", context, status=status)


def _find(dispute_id: UUID) -> Dispute:
    found = Dispute.objects.select_related("attempt__order").filter(pk=dispute_id).first()
    if found is None:
        raise Http404
    return found
