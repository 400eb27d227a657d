"""The order form, the way to the card processor's page and back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.accounts.api import Profile, as_client, require_subject
from troth.kernel.errors import Refused, TrothError
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.pages import CLIENT, page
from troth.kernel.purposes import Purpose
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.paying import Pages, begin_payment, find_open_attempt
from troth.orders.actions.settling import look_up_attempt
from troth.orders.basket import Basket, empty_basket, read_basket
from troth.orders.forms import BY_CARD, CheckoutForm, ShippedCheckoutForm
from troth.orders.models import Order
from troth.orders.pricing import Sums, add_up
from troth.orders.queries import find_order
from troth.orders.tax import find_region
from troth.orders.views.going import see_other
from troth.ui.api import absolute_url
from troth.vault.api import input_name

_WAY_OUT = "orders_way_out"


@page(CLIENT, methods=("GET", "POST"))
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the order form, each question with its reason; place the order, and go on to the payment."""
    basket = read_basket(request)
    if request.method == "POST":
        # A form that was sent twice, or went back to: its order is there already.
        placed = _find_placed(request, request.GET.get("of", ""))
        if placed is not None:
            return see_other("orders:order", number=placed.number)
    if not basket.is_ready or basket.checkout_key is None:
        return see_other("orders:basket")
    with as_client(request, purpose=Purpose.ORDERS):
        told, sums = "", None
        form = _make_form(request, basket)
        if request.method == "POST" and request.GET.get("of") != str(basket.checkout_key):
            told = _("Your basket changed meanwhile, in another tab or window. Look at it again.")
            form = _show_again(request, basket)
        elif request.method == "POST" and form.is_valid():
            sums = _add_up(basket, form.contact())
            if request.GET.get("sum") == _sign(basket, sums):
                order = _place(request, basket, form, agreed=sums.total)
                return lead_to_payment(request, order)
            told = _say_why(request, basket)
        if sums is None:
            sums = _add_up(basket, _address_shown(form))
        context = {
            "basket": basket,
            "form": form,
            "told": told,
            "sums": sums,
            "address": f"?of={basket.checkout_key}&sum={_sign(basket, sums)}",
        }
        return render(request, "orders/checkout.jinja", context, status=422 if form.errors or told else 200)


@page(CLIENT, methods=("POST",))
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to pay an order, or go on with it; a second click leads to the same page of the processor."""
    order = _find_own(request, number)
    with as_client(request, purpose=Purpose.ORDERS):
        return lead_to_payment(request, order)


@page(CLIENT)
def go_to_card(request: HttpRequest, number: str) -> HttpResponse:
    """Lead on to the processor's page, and say whose it is and what it was given."""
    order = _find_own(request, number)
    ways: dict[str, str] = request.session.get(_WAY_OUT) or {}
    url = ways.get(order.number, "")
    if not url or order.paid_at is not None:
        return see_other("orders:order", number=order.number)
    response = render(request, "orders/to_card.jinja", {"order": order, "card_url": url})
    # By a header and not by the form's answer: the policy lets our forms lead to our own pages alone.
    response["Refresh"] = f"0; url={url}"
    return response


@page(CLIENT)
def come_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take the client back from the processor's page: ask what became of the payment, and show the order.

    It may be opened again, gone back to, or never opened: the order is settled all the same.
    """
    order = _find_own(request, number)
    attempt = find_open_attempt(order)
    if attempt is not None:
        try:
            look_up_attempt(attempt)
        except TrothError:
            # Nobody answered: the event or the sweep settles it; the order's page says that it is not known yet.
            request.session.pop(_WAY_OUT, None)
    return see_other("orders:order", number=order.number)


def lead_to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """Begin the payment, and lead on to the processor's page; where that is not possible, the order says why."""
    back = absolute_url(reverse("orders:come_back", kwargs={"number": order.number}))
    try:
        card_page = begin_payment(order=order, save_card=order.renews_by_card, pages=Pages(paid=back, left=back))
    except (Refused, TrothError) as error:
        request.session["orders_told"] = {order.number: [error.message, error.kept, error.next_step]}
        return see_other("orders:order", number=order.number)
    if card_page is None:
        return see_other("orders:order", number=order.number)
    request.session[_WAY_OUT] = {order.number: card_page.url}
    return see_other("orders:to_card", number=order.number)


def _place(request: HttpRequest, basket: Basket, form: CheckoutForm, *, agreed: Money) -> Order:
    subject_id = require_subject(request)
    contact = form.contact()
    order = place_order(
        subject_id=subject_id,
        wanted=basket.wanted(),
        contact=contact,
        currency=basket.currency,
        agreed=agreed,
        checkout_key=basket.checkout_key,
        renews_by_card=form.cleaned_data.get("renewal") == BY_CARD,
    )
    if form.cleaned_data["save_address"]:
        _keep_address(request, contact.shipping_address or contact.billing_address)
    empty_basket(request)
    return order


def _keep_address(request: HttpRequest, address: object) -> None:
    profile = Profile.of(require_subject(request))
    if profile is not None and address:
        with as_client(request):
            profile.address = address
            profile.save()


def _make_form(request: HttpRequest, basket: Basket) -> CheckoutForm:
    kind = ShippedCheckoutForm if basket.is_shipped else CheckoutForm
    if request.method == "POST":
        return kind(request.POST, renews=basket.renews)
    return kind(initial=_read_initial(request, basket), renews=basket.renews)


def _read_initial(request: HttpRequest, basket: Basket) -> dict[str, object]:
    """Return what the client gave before, so that nobody types it twice."""
    profile = Profile.of(require_subject(request))
    if profile is None:
        return {}
    opened = (
        profile.open("name", "email", "telephone", "address") if basket.is_shipped else profile.open("name", "email")
    )
    initial: dict[str, object] = {"name": opened.name, "email": opened.email}
    if basket.is_shipped:
        address = opened.address or {"country_code": read_operator().country}
        initial["telephone"] = opened.telephone or ""
        initial |= {f"shipping_address__{part}": value for part, value in address.items()}
    return initial


def _show_again(request: HttpRequest, basket: Basket) -> CheckoutForm:
    """Return the form with what was typed, as for the first time: it may ask now what it did not ask then."""
    kind = ShippedCheckoutForm if basket.is_shipped else CheckoutForm
    return kind(initial=request.POST.dict(), renews=basket.renews)


def _address_shown(form: CheckoutForm) -> OrderContactValues:
    """Return the addresses that stand in the form, as far as they say which place it is."""
    return OrderContactValues(
        name="",
        email="",
        shipping_address=_place_shown(form, "shipping_address"),
        billing_address=_place_shown(form, "billing_address"),
    )


def _place_shown(form: CheckoutForm, attribute: str) -> dict[str, str] | None:
    if input_name(attribute, "city") not in form.fields:
        return None
    parts = {part: form[input_name(attribute, part)].value() for part in ("country_code", "country_area", "city")}
    return (
        {part: str(value or "") for part, value in parts.items()} if parts["city"] and parts["country_code"] else None
    )


def _add_up(basket: Basket, contact: OrderContactValues) -> Sums:
    """Return the sums with the tax of the place, as far as it is known."""
    region = find_region(shipping=contact.shipping_address, billing=contact.billing_address)
    return add_up(basket.wanted(), currency=basket.currency, region=region)


def _sign(basket: Basket, sums: Sums) -> str:
    """Return what the page says that is to pay, so that a form that was shown another sum is seen as such."""
    return f"{basket.currency}{_without_tax_of_place(basket)}-{sums.total.minor}"


def _without_tax_of_place(basket: Basket) -> int:
    shipping = basket.shipping
    return sum(line.minor for line in basket.lines) + (shipping.minor if shipping else 0)


def _say_why(request: HttpRequest, basket: Basket) -> str:
    """Say why the sum is another one than the form was shown with."""
    shown = request.GET.get("sum", "").partition("-")[0]
    if shown != f"{basket.currency}{_without_tax_of_place(basket)}":
        return _("A price changed meanwhile. Look at the sum again, and send it if it suits you.")
    return _("With this address another tax is due. Look at the sum again, and send it if it suits you.")


def _find_placed(request: HttpRequest, key: str) -> Order | None:
    try:
        checkout_key = UUID(key)
    except ValueError:
        return None
    return Order.objects.filter(checkout_key=checkout_key, subject_id=require_subject(request)).first()


def _find_own(request: HttpRequest, number: str) -> Order:
    order = find_order(number, subject_id=require_subject(request))
    if order is None:
        raise Http404
    return order
