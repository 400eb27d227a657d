"""However often something is clicked, posted or gone back to: one order, one payment, one thing (C1, C2)."""

import pytest

from tests.money.shopping import GOOD, POOR, Shopper, attempts
from troth.kernel import clock
from troth.orders.models import Order, OrderState, PaymentAttempt, Term
from troth.processors.hooks.intake import hand_on_waiting
from troth.processors.models import HookEvent

pytestmark = pytest.mark.django_db(transaction=True)


def hand_on_all():
    HookEvent.objects.filter(handled_at=None).update(next_try_at=clock.now())
    hand_on_waiting()


def test_an_order_is_placed_paid_and_filled_once(shopper: Shopper):
    order = shopper.buy("member")
    assert (order.state, attempts(order)) == (OrderState.FILLED, [("paid", 6_000)])
    assert list(shopper.taken().values()) == [6_000]
    assert Term.objects.filter(subject_id=shopper.subject_id).count() == 1


def test_a_double_click_makes_one_order_and_leads_to_one_page(shopper: Shopper):
    shopper.put("valuation")
    form = shopper.open_form()
    first, second = shopper.send(form), shopper.send(form)
    (order,) = shopper.orders()
    assert first.headers["Location"].endswith("/to-card/")
    assert second.headers["Location"] == f"/orders/{order.number}/"
    page = shopper.card_page(order)
    shopper.press(order, "pay")
    assert shopper.card_page(order) == page
    assert attempts(order) == [("open", 18_000)]


def test_two_tabs_with_one_basket_make_one_order(shopper: Shopper):
    shopper.put("valuation")
    one, other = shopper.open_form(), shopper.open_form(name="Ada of the other tab")
    shopper.send(one)
    assert shopper.send(other).status_code == 303
    assert len(shopper.orders()) == 1


def test_two_tabs_whose_baskets_differ_make_no_order_of_the_old_one(shopper: Shopper):
    shopper.put("valuation")
    old = shopper.open_form()
    shopper.put("vase")
    answer = shopper.send(old)
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    assert shopper.orders() == []
    shopper.send(shopper.open_form())
    assert shopper.newest().total_minor == 22_500


def test_back_button_after_paying_finds_the_order_and_pays_nothing_again(shopper: Shopper):
    shopper.put("valuation")
    form = shopper.open_form()
    shopper.send(form)
    order = shopper.newest()
    url = shopper.card_page(order)
    shopper.card.pay(url, GOOD)
    shopper.come_back(order)
    assert shopper.send(form).headers["Location"] == f"/orders/{order.number}/"
    assert shopper.browser.get(f"/orders/{order.number}/to-card/").status_code == 303
    shopper.card.pay(url, GOOD)
    shopper.press(order, "pay")
    assert (order.state, attempts(order)) == (OrderState.PAID, [("paid", 18_000)])
    assert list(shopper.taken().values()) == [18_000]


def test_back_button_before_paying_leads_on_to_the_same_page(shopper: Shopper):
    order = shopper.order("valuation")
    url = shopper.card_page(order)
    shopper.come_back(order)
    assert "Not paid yet" in shopper.read(order)
    shopper.press(order, "pay")
    assert shopper.card_page(order) == url


def test_events_twice_late_and_out_of_order_settle_once(shopper: Shopper):
    order = shopper.order("member")
    url = shopper.card_page(order)
    shopper.card.pay(url, POOR)
    shopper.card.pay(url, GOOD)
    posts = shopper.card.posts()
    for post in [*reversed(posts), *posts]:
        assert post.deliver(shopper.browser, "/hooks/card/").status_code == 200
    hand_on_all()
    order.refresh_from_db()
    paid_at = order.paid_at
    assert (order.state, attempts(order)) == (OrderState.FILLED, [("paid", 6_000)])
    # Late and once more: after the client came back, and everything is done.
    shopper.come_back(order)
    HookEvent.objects.update(handled_at=None, tries=0)
    hand_on_all()
    order.refresh_from_db()
    assert (order.paid_at, Term.objects.count(), len(attempts(order))) == (paid_at, 1, 1)
    assert list(shopper.taken().values()) == [6_000]


def test_the_event_comes_before_the_site_knows_of_its_page(shopper: Shopper):
    order = shopper.order("valuation")
    shopper.card.pay(shopper.card_page(order), GOOD)
    # As if the site was killed before it wrote down which page it had opened.
    PaymentAttempt.objects.filter(order=order).update(state="prepared", session_ref="")
    for post in shopper.card.posts():
        post.deliver(shopper.browser, "/hooks/card/")
    hand_on_all()
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert list(shopper.taken().values()) == [18_000]


def test_a_payment_without_an_order_of_ours_changes_nothing(shopper: Shopper):
    order = shopper.order("valuation")
    shopper.card.pay(shopper.card_page(order), GOOD)
    posts = shopper.card.posts()
    before = PaymentAttempt.objects.get(order=order)
    # As if the payment was made for a shop that shares the account: no attempt of ours has its names.
    PaymentAttempt.objects.filter(pk=before.pk).delete()
    for post in posts:
        assert post.deliver(shopper.browser, "/hooks/card/").status_code == 200
    hand_on_all()
    order.refresh_from_db()
    assert (order.state, order.paid_at) == (OrderState.PLACED, None)
    assert not HookEvent.objects.filter(handled_at=None).exists()


def test_a_declined_card_is_said_and_mended(shopper: Shopper):
    order = shopper.order("valuation")
    url = shopper.card_page(order)
    assert shopper.card.pay(url, POOR).status_code == 422
    shopper.come_back(order)
    assert (order.state, attempts(order)) == (OrderState.PLACED, [("open", 18_000)])
    shopper.card.pay(url, GOOD)
    shopper.come_back(order)
    assert order.state == OrderState.PAID


def test_what_costs_nothing_is_done_without_a_card(shopper: Shopper, shop):
    from troth.orders.models import Price

    Price.objects.filter(product=shop["member"]).update(minor=0)
    order = shopper.order("member")
    assert (order.state, order.total_minor, attempts(order)) == (OrderState.FILLED, 0, [])
    assert shopper.card.requests() == []
    assert Order.objects.count() == Term.objects.count() == 1
