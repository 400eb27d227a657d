"""Our books beside the card processor's: when they were compared, and what does not agree."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel import clock
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.orders.books.checking import check_books, open_differences
from troth.orders.models import BookCheck, PaymentAttempt
from troth.orders.views.going import see_other
from troth.staff.api import Permission, acting_as_staff, current_member, may

_SOON = timedelta(hours=1)
"""Whoever compares by hand wants to see this moment too; what differs is asked for again before it is shown."""
READ = f"staff:{Permission.READ_ORDERS}"


@page(READ)
def show_books(request: HttpRequest) -> HttpResponse:
    """Show what does not agree, and the last comparisons; no value of anybody."""
    differences = open_differences()
    refs = [each.payment_ref for each in differences]
    orders = {
        attempt.payment_ref: attempt.order.number
        for attempt in PaymentAttempt.objects.filter(payment_ref__in=refs).select_related("order")
    }
    context = {
        "differences": [(each, orders.get(each.payment_ref, "")) for each in differences],
        "checks": list(BookCheck.objects.order_by("-at")[:14]),
        "may_compare": may(current_member(request).role, Permission.PAY_REFUNDS),
    }
    return render(request, "orders/console/books.jinja", context)


@page(f"staff:{Permission.PAY_REFUNDS}", methods=("POST",))
def compare_now(request: HttpRequest) -> HttpResponse:
    """Compare now."""
    with acting_as_staff(request, purpose=Purpose.BILLING):
        check_books(until=clock.now() + _SOON)
    return see_other("orders:console_books")
