"""The pages of what is sold, and the basket. All of it works without an account and without JavaScript."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.accounts.api import current_subject
from troth.kernel.money import Money
from troth.kernel.pages import PUBLIC, page
from troth.orders.basket import (
    choose_currency,
    put_into_basket,
    read_basket,
    set_currency,
    set_in_basket,
)
from troth.orders.catalogue.queries import Offer, find_offer, list_currencies, list_offers
from troth.orders.forms import QuantityForm
from troth.orders.models import ProductKind
from troth.orders.tax import prices_include_tax
from troth.orders.views.going import see_other


@page(PUBLIC)
def show_shop(request: HttpRequest) -> HttpResponse:
    """Show all that is sold: memberships, services, goods."""
    currency = choose_currency(request)
    offers = list_offers(currency)
    groups = [(kind, [offer for offer in offers if offer.product.kind == kind]) for kind in ProductKind]
    titles = {
        ProductKind.MEMBERSHIP: _("Memberships"),
        ProductKind.SERVICE: _("Services"),
        ProductKind.GOODS: _("Goods"),
    }
    context = {"groups": [(kind, titles[kind], found) for kind, found in groups if found], **_prices(request)}
    return render(request, "orders/shop.jinja", context)


@page(PUBLIC)
def show_product(request: HttpRequest, key: str) -> HttpResponse:
    """Show one thing that is sold."""
    offer = _find(request, key)
    form = QuantityForm(initial={"quantity": 1})
    return render(request, "orders/product.jinja", {"offer": offer, "form": form, **_prices(request)})


@page(PUBLIC, methods=("POST",))
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Put a thing into the basket."""
    offer = _find(request, key)
    form = QuantityForm(request.POST if "quantity" in request.POST else {"quantity": 1})
    if not form.is_valid():
        context = {"offer": offer, "form": form, **_prices(request)}
        return render(request, "orders/product.jinja", context, status=422)
    if offer.can_be_ordered:
        put_into_basket(request, offer, more=form.cleaned_data["quantity"])
    return see_other("orders:basket")


@page(PUBLIC)
def show_basket(request: HttpRequest) -> HttpResponse:
    """Show what is in the basket, and what it comes to."""
    return _show_basket(request)


@page(PUBLIC, methods=("POST",))
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change the number of one thing in the basket; none takes it out."""
    form = QuantityForm(request.POST)
    if not form.is_valid():
        return _show_basket(request, status=422, wrong=(key, form))
    set_in_basket(request, _find(request, key), quantity=form.cleaned_data["quantity"])
    return see_other("orders:basket")


@page(PUBLIC, methods=("POST",))
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Take one thing out of the basket."""
    set_in_basket(request, _find(request, key), quantity=0)
    return see_other("orders:basket")


@page(PUBLIC, methods=("POST",))
def choose(request: HttpRequest, currency: str) -> HttpResponse:
    """Choose the currency of prices and basket."""
    set_currency(request, currency)
    return see_other("orders:shop")


def _show_basket(
    request: HttpRequest, *, status: int = 200, wrong: tuple[str, QuantityForm] | None = None
) -> HttpResponse:
    basket = read_basket(request)
    forms = {
        line.offer.product.key: QuantityForm(
            initial={"quantity": line.quantity}, auto_id=f"id_%s-{line.offer.product.key}"
        )
        for line in basket.lines
    }
    if wrong is not None:
        forms[wrong[0]] = wrong[1]
    context: dict[str, Any] = {
        "basket": basket,
        "forms": forms,
        "sum": Money(sum(line.minor for line in basket.lines), basket.currency),
        "is_client": current_subject(request) is not None,
        **_prices(request),
    }
    return render(request, "orders/basket.jinja", context, status=status)


def _find(request: HttpRequest, key: str) -> Offer:
    offer = find_offer(key, choose_currency(request))
    if offer is None:
        raise Http404
    return offer


def _prices(request: HttpRequest) -> dict[str, Any]:
    """Return what all pages with prices say of them."""
    return {
        "currency": choose_currency(request),
        "currencies": list_currencies(),
        "has_tax": prices_include_tax(),
    }
