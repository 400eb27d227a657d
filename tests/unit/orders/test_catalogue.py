"""What is sold, as staff keep it: who may change it, and that what is ordered keeps what it was ordered at."""

from datetime import timedelta

import pytest

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product
from tests.unit.orders.shop import PAGES
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders.actions.catalogue import seed_catalogue
from troth.orders.actions.paying import begin_payment
from troth.orders.catalogue.queries import is_sold_name
from troth.orders.models import Plan, Price, Product, ProductKind, TermRule
from troth.orders.pricing import find_price

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


@pytest.fixture
def ada():
    return make_account()


@pytest.fixture
def admin(make_member):
    return make_member("administrator")[1]


def test_who_may_read_what_is_sold_may_not_change_it(make_member):
    make_product()
    _member, mirela = make_member("billing")
    text = mirela.get("/console/catalogue/").content.decode()
    assert "Glass vase" in text
    assert "Add something" not in text
    mirela.raise_request_exception = False
    assert mirela.post("/console/catalogue/vase/price/", {"currency": "USD", "amount": "1"}).status_code == 403
    assert Price.objects.count() == 1


def test_a_new_price_counts_from_its_moment_and_touches_no_order(ada, admin):
    product = make_product(minor=4_500)
    order = make_order(ada.id, product)
    admin.post("/console/catalogue/vase/price/", {"currency": "usd", "amount": "50"})
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    admin.post("/console/catalogue/vase/price/", {"currency": "USD", "amount": "60", "begins": later})
    assert find_price(product, "USD") == Money(5_000, "USD")
    order.refresh_from_db()
    assert order.total == Money(4_500, "USD")
    text = admin.get("/console/catalogue/vase/").content.decode()
    assert "$50.00" in text
    assert "$60.00" in text
    assert "to come" in text


@pytest.mark.parametrize("answers", [{"currency": "XYZ", "amount": "1"}, {"currency": "JPY", "amount": "1.5"}])
def test_a_price_that_cannot_be_is_refused_beside_its_field(admin, answers):
    make_product()
    assert admin.post("/console/catalogue/vase/price/", answers).status_code == 422
    assert Price.objects.count() == 1


def test_a_renamed_thing_is_still_known_by_the_name_that_orders_hold(ada, admin, card_standin):
    order = make_order(ada.id, make_product(stock=3))
    admin.post("/console/catalogue/vase/texts/", {"name_en": "Crystal vase", "text_en": "Blown.", "name_de": "Vase"})
    assert is_sold_name("Crystal vase")
    assert is_sold_name("Glass vase")
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        assert begin_payment(order=order, save_card=False, pages=PAGES) is not None
    assert order.lines.get().name == "Glass vase"


def test_pieces_come_and_go_and_never_below_what_orders_hold(admin):
    product = make_product(stock=5)
    Product.objects.filter(pk=product.pk).update(reserved=4)
    admin.post("/console/catalogue/vase/stock/", {"by": "3"})
    assert admin.post("/console/catalogue/vase/stock/", {"by": "-5"}).status_code == 422
    product.refresh_from_db()
    assert product.stock == 8


def test_a_plan_that_was_ordered_keeps_its_length(ada, admin):
    product = make_product("club", kind=ProductKind.MEMBERSHIP)
    plan = Plan.objects.create(product=product, term_rule=TermRule.MONTHS, months=12)
    rule = {"months": "6", "seats": "1", "rank": "2", "renews": "on"}
    assert admin.post("/console/catalogue/club/plan/", rule).status_code == 303
    plan.refresh_from_db()
    assert (plan.months, plan.rank) == (6, 2)
    make_order(ada.id, product)
    assert admin.post("/console/catalogue/club/plan/", {**rule, "months": "3"}).status_code == 422
    assert admin.post("/console/catalogue/club/plan/", {**rule, "rank": "3", "benefits_en": "Tea"}).status_code == 303
    plan.refresh_from_db()
    assert (plan.months, plan.rank, plan.benefits) == (6, 3, {"en": "Tea"})
    assert admin.post("/console/catalogue/club/plan/", {**rule, "ends_on": "12-31"}).status_code == 422


def test_something_new_is_sold_at_once_and_its_key_is_its_own(admin):
    given = {"key": "lens", "kind": "goods", "name_en": "Lens", "text_en": "Ten times.", "currency": "USD"}
    given |= {"amount": "19.50", "tax": "standard", "weight_grams": "80", "stock": "4"}
    assert admin.post("/console/catalogue/new/", given).status_code == 303
    product = Product.objects.get(key="lens")
    assert (product.stock, product.weight_grams, find_price(product, "USD")) == (4, 80, Money(1_950, "USD"))
    assert admin.post("/console/catalogue/new/", given).status_code == 422
    club = {**given, "key": "club", "kind": "membership"}
    assert admin.post("/console/catalogue/new/", club).status_code == 422
    assert admin.post("/console/catalogue/new/", {**club, "months": "12"}).status_code == 303
    assert Plan.objects.get(product__key="club").months == 12


def test_what_is_withdrawn_is_not_sold_and_can_come_back(admin, client):
    make_product(kind=ProductKind.SERVICE)
    admin.post("/console/catalogue/vase/sale/")
    assert "Glass vase" not in client.get("/shop/").content.decode()
    admin.post("/console/catalogue/vase/sale/")
    assert "Glass vase" in client.get("/shop/").content.decode()


def test_the_operators_file_seeds_once_and_leaves_what_staff_changed(admin):
    count = seed_catalogue()
    assert count > 5
    admin.post("/console/catalogue/collector/texts/", {"name_en": "Keeper", "text_en": "For one."})
    assert seed_catalogue() == 0
    assert Product.objects.get(key="collector").names["en"] == "Keeper"


def test_memberships_are_listed_by_state_and_found_by_number_without_a_name(ada, make_member):
    from tests.factories.orders import settle
    from troth.orders.models import Membership

    product = make_product("club", kind=ProductKind.MEMBERSHIP)
    Plan.objects.create(product=product, term_rule=TermRule.MONTHS, months=12)
    settle(make_order(ada.id, product))
    membership = Membership.objects.get()
    _member, mirela = make_member("billing")
    text = mirela.get("/console/members/").content.decode()
    assert membership.number in text
    assert "Ada" not in text
    for other in ("ending", "failing", "grace", "over"):
        assert membership.number not in mirela.get(f"/console/members/?list={other}").content.decode()
    found = mirela.get("/console/members/", {"number": membership.number.lower()})
    assert found.headers["Location"].endswith(f"/{membership.number}/")
    page = mirela.get(found.headers["Location"]).content.decode()
    assert "running" in page
    assert "Ada" not in page


def test_shipping_costs_nothing_from_a_sum_of_goods_on_and_its_price_below_it(ada, admin):
    vase = make_product(minor=4_500, weight_grams=100)
    way = make_product("way", minor=900, kind="shipping", weight_grams=9_000, names={"en": "Shipping"})
    assert make_order(ada.id, vase, quantity=3).total_minor == 13_500 + 900
    assert admin.post("/console/catalogue/way/sending/", {"free_from": "USD 90"}).status_code == 303
    assert make_order(ada.id, vase).total_minor == 4_500 + 900
    free = make_order(ada.id, vase, quantity=2)
    assert free.total_minor == 9_000 and free.lines.get(product=way).unit_minor == 0
    assert "$90.00" in admin.get("/console/catalogue/way/").content.decode()


@pytest.mark.parametrize(
    ("key", "answers"),
    [("way", {"free_from": "USD"}), ("way", {"free_from": "XYZ 9"}), ("vase", {"origin": "XX"})],
)
def test_a_sum_or_a_country_that_there_is_not_is_refused_beside_its_field(admin, key, answers):
    make_product()
    make_product("way", kind="shipping")
    assert admin.post(f"/console/catalogue/{key}/sending/", answers).status_code == 422


def test_goods_name_the_country_that_they_come_from(admin):
    make_product()
    assert admin.post("/console/catalogue/vase/sending/", {"origin": "ie"}).status_code == 303
    assert Product.objects.get(key="vase").origin == "IE"
