"""The client's page of an address: where the parcels of an order go from now on (A9, C3)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from troth.accounts.api import as_client, require_subject
from troth.fulfilment.actions.addresses import confirm_address, may_mend, mend_address
from troth.fulfilment.forms import AddressForm
from troth.fulfilment.models import Parcel, Waits
from troth.fulfilment.views.going import see_other
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.orders.api import Order, OrderContact, find_order


@page(CLIENT, methods=("GET", "POST"))
def address(request: HttpRequest, number: str) -> HttpResponse:
    """Show where the order goes, and take another address."""
    order = _find_own(request, number)
    if not may_mend(order):
        return see_other("orders:order", number=number)
    with as_client(request, purpose=Purpose.ORDERS):
        contact = OrderContact.objects.filter(order=order).first()
        opened = contact.open("name", "shipping_address", "telephone") if contact is not None else None
        form = AddressForm(request.POST or None, opened=opened)
        if request.method == "POST" and form.is_valid():
            mend_address(order, form.values, keep=form.cleaned_data["keep"])
            return see_other("orders:order", number=number)
        waiting = list(Parcel.objects.filter(order=order, waits_for=Waits.ADDRESS).select_related("order"))
        context = {"order": order, "form": form, "waiting": waiting}
        return render(request, "fulfilment/address.jinja", context, status=422 if form.errors else 200)


@page(CLIENT, methods=("POST",))
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Take it that the address is right, and try again."""
    order = _find_own(request, number)
    with as_client(request, purpose=Purpose.ORDERS):
        confirm_address(order)
    return see_other("orders:order", number=number)


def _find_own(request: HttpRequest, number: str) -> Order:
    order = find_order(number, subject_id=require_subject(request))
    if order is None:
        raise Http404
    return order
