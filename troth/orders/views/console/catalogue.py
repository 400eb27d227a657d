"""What is sold, as staff keep it: texts, prices, pieces, plans; what is ordered keeps what it was ordered at (C1)."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.pages import page
from troth.kernel.purposes import Purpose
from troth.orders.actions import catalogue as actions
from troth.orders.catalogue.forms import NewProductForm, PlanForm, PriceForm, SendingForm, StockForm, TextsForm
from troth.orders.models import Plan, Price, Product, ProductKind
from troth.orders.pricing import find_price
from troth.orders.views.going import see_other
from troth.staff.api import Permission, acting_as_staff, current_member, may
from troth.ui.api import format_money

READ = f"staff:{Permission.READ_CATALOGUE}"
CHANGE = f"staff:{Permission.CHANGE_CATALOGUE}"


@page(READ)
def list_products(request: HttpRequest) -> HttpResponse:
    """Show all that is or was sold, with the price of the moment and the pieces that are free."""
    currency = read_operator().currency
    rows = [(product, find_price(product, currency)) for product in Product.objects.order_by("kind", "order", "key")]
    titles = {
        ProductKind.MEMBERSHIP: _("Memberships"),
        ProductKind.SERVICE: _("Services"),
        ProductKind.GOODS: _("Goods"),
        ProductKind.SHIPPING: _("Ways to ship"),
    }
    groups = [(kind, titles[kind], [row for row in rows if row[0].kind == kind]) for kind in ProductKind]
    context = {"groups": groups, "currency": currency, "may_change": _may_change(request)}
    return render(request, "orders/console/catalogue.jinja", context)


@page(READ)
def show_product(request: HttpRequest, key: str) -> HttpResponse:
    """Show one thing with all its prices: those that were, the one that counts, those to come."""
    product = _find(key)
    context = {
        "product": product,
        "plan": Plan.objects.filter(pk=product.pk).first(),
        "prices": list(Price.objects.filter(product=product).order_by("currency", "-valid_from")),
        "counting": {price.pk for price in _counting(product)},
        "free_from": ", ".join(format_money(Money(minor, code)) for code, minor in product.free_from.items()),
        "languages": read_operator().languages,
        "now": clock.now(),
        "may_change": _may_change(request),
    }
    return render(request, "orders/console/product.jinja", context)


@page(CHANGE, methods=("GET", "POST"))
def add_product(request: HttpRequest) -> HttpResponse:
    """Put something new on sale."""
    form = NewProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with acting_as_staff(request, purpose=Purpose.ORDERS):
                product = actions.add_product(form.wanted())
        except Refused as refusal:
            form.add_error("key", refusal.message)
        else:
            return see_other("orders:console_product", key=product.key)
    context = {"form": form}
    return render(request, "orders/console/new_product.jinja", context, status=422 if form.errors else 200)


@page(CHANGE, methods=("GET", "POST"))
def change_texts(request: HttpRequest, key: str) -> HttpResponse:
    """Change name and description."""
    product = _find(key)
    form = TextsForm(request.POST or None, product=product)

    def change() -> None:
        actions.change_texts(product, names=form.texts("name"), descriptions=form.texts("text"))

    return _change(request, product, form, change, "texts")


@page(CHANGE, methods=("GET", "POST"))
def set_price(request: HttpRequest, key: str) -> HttpResponse:
    """Have a price begin."""
    product = _find(key)
    form = PriceForm(request.POST or None, initial={"currency": read_operator().currency})

    def change() -> None:
        actions.set_price(product, form.money, valid_from=form.cleaned_data["begins"])

    return _change(request, product, form, change, "price")


@page(CHANGE, methods=("GET", "POST"))
def change_stock(request: HttpRequest, key: str) -> HttpResponse:
    """Note pieces that came in or are gone."""
    product = _find(key)
    form = StockForm(request.POST or None)
    return _change(request, product, form, lambda: actions.change_stock(product, by=form.cleaned_data["by"]), "stock")


@page(CHANGE, methods=("GET", "POST"))
def change_sending(request: HttpRequest, key: str) -> HttpResponse:
    """Say where goods come from; of shipping, from which sum on it costs nothing."""
    product = _find(key)
    if product.kind not in {ProductKind.GOODS, ProductKind.SHIPPING}:
        raise Http404
    form = SendingForm(request.POST or None, product=product)

    def change() -> None:
        given = form.cleaned_data
        actions.change_sending(product, origin=given.get("origin", ""), free_from=given.get("free_from", []))

    return _change(request, product, form, change, "sending")


@page(CHANGE, methods=("GET", "POST"))
def change_plan(request: HttpRequest, key: str) -> HttpResponse:
    """Change the rule of a membership."""
    product = _find(key)
    plan = Plan.objects.filter(pk=product.pk).first()
    if plan is None:
        raise Http404
    form = PlanForm(request.POST or None, plan=plan)
    return _change(request, product, form, lambda: actions.change_plan(plan, form.wanted()), "plan")


@page(CHANGE, methods=("POST",))
def put_on_sale(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw something from sale, or sell it again."""
    product = _find(key)
    with acting_as_staff(request, purpose=Purpose.ORDERS):
        actions.put_on_sale(product, on_sale=not product.on_sale)
    return see_other("orders:console_product", key=product.key)


def _change(request: HttpRequest, product: Product, form: Any, change: Callable[[], None], what: str) -> HttpResponse:
    """Show a form about a product; where it is sent and right, change it, and go back to the product's page."""
    if request.method == "POST" and form.is_valid():
        try:
            with acting_as_staff(request, purpose=Purpose.ORDERS):
                change()
        except Refused as refusal:
            form.add_error(None, " ".join(filter(None, (refusal.message, refusal.kept, refusal.next_step))))
        else:
            return see_other("orders:console_product", key=product.key)
    context = {"product": product, "form": form, "what": what}
    return render(request, "orders/console/change_product.jinja", context, status=422 if form.errors else 200)


def _counting(product: Product) -> list[Price]:
    """Return the price of each currency that counts now."""
    newest: dict[str, Price] = {}
    for price in Price.objects.filter(product=product, valid_from__lte=clock.now()).order_by("valid_from"):
        newest[price.currency] = price
    return list(newest.values())


def _may_change(request: HttpRequest) -> bool:
    return may(current_member(request).role, Permission.CHANGE_CATALOGUE)


def _find(key: str) -> Product:
    product = Product.objects.filter(key=key).first()
    if product is None:
        raise Http404
    return product
