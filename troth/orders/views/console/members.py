"""Memberships as staff see them: numbers and states, found by number; one with its terms, renewals and places."""

from collections.abc import Sequence
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.kernel.pages import page
from troth.orders.memberships import queries
from troth.orders.memberships.numbers import read_number
from troth.orders.memberships.staff_queries import LISTS, find_membership, list_memberships
from troth.orders.models import Membership, Renewal, Seat, Term
from troth.orders.staff_forms import FindMembershipForm
from troth.orders.views.going import see_other
from troth.staff.api import Permission
from troth.ui.api import turn_page

READ = f"staff:{Permission.READ_ORDERS}"


@page(READ)
def list_members(request: HttpRequest) -> HttpResponse:
    """Show memberships by where they stand, or find one by its number; nothing of any client is opened."""
    form = FindMembershipForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        found = find_membership(read_number(form.cleaned_data["number"]) or "")
        if found is not None:
            return see_other("orders:console_membership", number=found.number)
        form.add_error("number", form.NOT_FOUND)
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in LISTS else "running"
    shown = turn_page(request, cast("Sequence[Membership]", list_memberships(chosen)))
    standings = queries.standings_of(shown.object_list)
    context = {
        "shown": shown,
        "rows": [(membership, standings[membership.pk]) for membership in shown.object_list],
        "chosen": chosen,
        "steps": [(words, f"?list={key}", key == chosen) for key, (words, _find) in LISTS.items()],
        "form": form,
    }
    return render(request, "orders/console/members.jinja", context)


@page(READ)
def show_member(request: HttpRequest, number: str) -> HttpResponse:
    """Show one membership: its state, its terms, its renewals, its places; and no value of anybody."""
    membership = find_membership(number)
    if membership is None:
        raise Http404
    context = {
        "membership": membership,
        "standing": queries.standing_of(membership),
        "terms": list(
            Term.objects.filter(membership=membership)
            .select_related("plan__product", "line__order")
            .order_by("-starts_on")
        ),
        "renewals": list(
            Renewal.objects.filter(membership=membership).select_related("order").order_by("-announced_at")[:20]
        ),
        "seats": Seat.objects.filter(membership=membership, left_at=None).count(),
    }
    return render(request, "orders/console/member.jinja", context)
