"""What changes between looking and paying: prices, stock, tax, currency, an answer that is lost (C1, C3)."""

from datetime import timedelta

import pytest
import time_machine

from tests.money.shopping import CONTACT, GOOD, PARCEL, Shopper, attempts
from troth.kernel import clock
from troth.kernel.acting import acting, staff_member
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders.actions.catalogue import change_stock, put_on_sale, set_price
from troth.orders.actions.sweeping import QUIET, sweep_attempts
from troth.orders.models import Order, OrderContact, OrderState, Price, Product

pytestmark = pytest.mark.django_db(transaction=True)

TAXES = """
[prices]
include_tax = false
[[region]]
place = "DE"
name = "VAT"
standard = 19
[[region]]
place = "US-NY"
name = "Sales tax"
standard = 8.875
"""


def as_office():
    return acting(actor=staff_member(new_id()), purpose=Purpose.ORDERS)


def free_of(product: Product) -> int | None:
    product.refresh_from_db()
    return product.free_stock


def test_a_price_that_changed_is_shown_before_anything_is_ordered(shopper: Shopper, shop):
    shopper.put("valuation")
    form = shopper.open_form(name="Ada of the form")
    with as_office():
        set_price(shop["valuation"], Money(19_000, "USD"))
    answer = shopper.send(form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A price changed meanwhile" in page
    assert "190.00" in page
    assert "Ada of the form" in page
    assert shopper.orders() == []
    shopper.send(shopper.open_form())
    assert shopper.newest().total_minor == 19_000


def test_a_price_that_changes_after_the_order_changes_nothing_of_it(shopper: Shopper, shop):
    order = shopper.order("valuation")
    with as_office():
        set_price(shop["valuation"], Money(99_000, "USD"))
        put_on_sale(shop["valuation"], on_sale=False)
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    assert (order.state, attempts(order)) == (OrderState.PAID, [("paid", 18_000)])


def test_a_sum_that_was_never_shown_is_not_ordered(shopper: Shopper):
    shopper.put("valuation")
    form = shopper.open_form()
    forged = form.address.replace("sum=USD18000-18000", "sum=USD18000-1")
    assert forged != form.address
    assert shopper.browser.post(forged, form.answers).status_code == 422
    assert shopper.orders() == []


@pytest.mark.parametrize(
    ("place", "tax"),
    [
        (("DE", "", "Berlin", "10115"), 855),
        (("US", "NY", "New York", "10001"), 399),
        (("US", "CA", "Daly City", "94016"), 0),
        (("JP", "東京都", "千代田区", "1000001"), 0),
    ],
)
def test_tax_is_that_of_the_place_and_shown_before_it_is_owed(shopper: Shopper, tax_table, place, tax):
    tax_table(TAXES)
    shopper.put("vase")
    names = ("country_code", "country_area", "city", "postal_code")
    parts = zip(names, place, strict=True)
    form = shopper.open_form(**{f"shipping_address__{part}": value for part, value in parts})
    answer = shopper.send(form)
    if tax:
        # The form was opened without an address, so without the tax: it is shown again, with the tax in its sum.
        assert answer.status_code == 422
        assert "another tax is due" in answer.content.decode()
        assert shopper.orders() == []
        again = answer.content.decode().partition('action="/orders/new/')[2].partition('"')[0].replace("&amp;", "&")
        answer = shopper.browser.post(f"/orders/new/{again}", form.answers)
    assert answer.status_code == 303
    order = shopper.newest()
    assert (order.net_minor, order.tax_minor, order.total_minor) == (4_500, tax, 4_500 + tax)
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    assert list(shopper.taken().values()) == [4_500 + tax]


def test_a_basket_is_of_one_currency_and_what_has_no_price_in_it_is_said(shopper: Shopper, shop):
    began = clock.now() - timedelta(days=1)
    Price.objects.create(product=shop["valuation"], currency="EUR", minor=16_500, valid_from=began)
    shopper.put("valuation")
    shopper.put("vase")
    shopper.browser.post("/shop/in/EUR/")
    page = shopper.browser.get("/basket/").content.decode()
    assert "It has no price in this currency." in page
    assert shopper.browser.get("/orders/new/").headers["Location"] == "/basket/"
    shopper.browser.post("/basket/vase/remove/")
    order = shopper.order()
    assert (order.currency, order.total_minor) == ("EUR", 16_500)
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    assert shopper.card.things("pi")[0]["currency"] == "eur"
    assert order.state == OrderState.PAID


def test_two_who_want_the_last_piece_one_gets_it_and_the_other_is_told_and_not_charged(
    shopper: Shopper, another: Shopper, shop
):
    Product.objects.filter(pk=shop["vase"].pk).update(stock=1)
    for each in (shopper, another):
        each.put("vase")
    mine, theirs = shopper.open_form(), another.open_form()
    shopper.send(mine)
    answer = another.send(theirs)
    assert answer.status_code == 303
    assert another.orders() == []
    assert "None is left" in another.browser.get("/basket/").content.decode()
    order = shopper.newest()
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    assert order.state in {OrderState.PAID, OrderState.FILLED}
    assert free_of(shop["vase"]) == 0


def test_stock_that_is_lost_while_it_is_paid_leaves_the_money_safe_and_says_so(shopper: Shopper, shop):
    order = shopper.order("vase")
    # Held while the page was open; then given up by the sweep, and sold to somebody else.
    with time_machine.travel(clock.now() + timedelta(days=2)):
        shopper.card.move_clock(2 * 86_400)
        sweep_attempts()
    assert free_of(shop["vase"]) == 3
    with as_office():
        change_stock(shop["vase"], by=-3)
    answer = shopper.press(order, "pay")
    assert answer.headers["Location"] == f"/orders/{order.number}/"
    assert "is not there any more" in shopper.read(order)
    assert shopper.taken() == {}
    assert order.paid_at is None


def test_goods_are_free_again_when_nobody_pays(shopper: Shopper, shop):
    order = shopper.order("vase")
    assert free_of(shop["vase"]) == 2
    shopper.press(order, "cancel")
    assert (order.state, free_of(shop["vase"])) == (OrderState.CANCELLED, 3)
    assert shopper.card.things("cs")[0]["status"] == "expired"


@pytest.mark.parametrize("fault", ["lost", "unheard", "down"])
def test_an_answer_that_is_lost_costs_nothing_and_the_next_click_goes_on(shopper: Shopper, fault):
    shopper.card.fail(fault, path="/v1/checkout")
    order = shopper.order("valuation")
    assert "does not answer" in shopper.read(order)
    shopper.press(order, "pay")
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    assert (order.state, attempts(order)) == (OrderState.PAID, [("paid", 18_000)])
    assert len(shopper.card.things("cs")) == 1


def test_a_page_that_nobody_heard_of_is_swept_away(shopper: Shopper, shop):
    shopper.card.fail("lost", path="/v1/checkout")
    order = shopper.order("vase")
    with time_machine.travel(clock.now() + QUIET + timedelta(minutes=1)):
        assert sweep_attempts() == 1
    assert attempts(order) == [("expired", 4_500)]
    assert free_of(shop["vase"]) == 3
    shopper.press(order, "pay")
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    assert list(shopper.taken().values()) == [4_500]


def test_an_address_is_saved_where_it_was_wished_and_nowhere_else(shopper: Shopper):
    from troth.accounts.api import Profile
    from troth.kernel.acting import client

    def saved():
        with acting(actor=client(shopper.subject_id), purpose=Purpose.ACCOUNT):
            return Profile.of(shopper.subject_id).open("address").address

    shopper.order("vase")
    assert saved() is None
    shopper.order("vase", save_address="on")
    assert saved()["street_address"] == PARCEL["shipping_address__street_address"]
    assert OrderContact.objects.count() == 2


def test_an_address_that_its_country_cannot_have_is_said_at_its_part(shopper: Shopper):
    shopper.put("vase")
    answer = shopper.send(shopper.open_form(shipping_address__postal_code="1"))
    assert answer.status_code == 422
    assert "does not fit an address in this country" in answer.content.decode()
    assert Order.objects.count() == 0
    assert CONTACT["email"] in answer.content.decode()
