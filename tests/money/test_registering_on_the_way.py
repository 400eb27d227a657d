"""A guest fills a basket, registers on the way, and finds it again; a guest's basket is nobody's file (B1, C1)."""

import re

import pytest

from tests.factories.accounts import PASSWORD
from tests.money.shopping import Shopper
from tests.unit.accounts.conftest import mailbox
from troth.accounts.models import Account
from troth.kernel.crawl import SiteBrowser
from troth.orders.models import Order, OrderState

__all__ = ["mailbox"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("furnished")]


@pytest.fixture
def guest(shop, card_standin):
    """A shopper who is nobody yet."""
    shopper = Shopper.__new__(Shopper)
    shopper.card, shopper.browser = card_standin, SiteBrowser()
    shopper.browser.handler.enforce_csrf_checks = False
    shopper.browser.raise_request_exception = True
    return shopper


def test_a_guest_registers_on_the_way_and_buys_what_was_in_the_basket(guest, mailbox):
    guest.put("vase", 2)
    guest.put("valuation")
    page = guest.browser.get("/basket/").content.decode()
    assert "/join/" in page
    assert "/sign-in/" in page
    asked = guest.browser.get("/orders/new/")
    assert asked.status_code in {302, 303}
    values = {"name": "Gast Example", "email": "gast@example.org", "user_name": "gast", "password": PASSWORD}
    assert guest.browser.post("/join/", values).headers["Location"].startswith("/join/sent/")
    mailbox.deliver_all()
    guest.browser.get(mailbox.link_in(mailbox.mails[0], "/join/confirm/"))
    done = guest.browser.post("/join/confirm/", {"password": PASSWORD})
    assert done.headers["Location"] == "/orders/new/", "Who has something in the basket goes on to the order."
    guest.subject_id = Account.objects.get(state="active").pk
    order = guest.buy(name="Gast Example", email="gast@example.org")
    assert order.state in {OrderState.PAID, OrderState.FILLED}
    assert sorted(order.lines.values_list("name", "quantity")) == [("Glass vase", 2), ("Valuation", 1)]


def test_a_basket_comes_along_at_sign_in_and_leaves_with_its_owner(guest, account):
    guest.put("vase")
    answer = guest.browser.post("/sign-in/", {"login": "ada", "password": PASSWORD})
    assert answer.headers["Location"] == "/orders/new/"
    assert "Glass vase" in guest.browser.get("/orders/new/").content.decode()
    guest.browser.post("/sign-out/")
    assert "Glass vase" not in guest.browser.get("/basket/").content.decode()


def test_somebody_elses_order_is_not_there(guest, account, shopper):
    order = shopper.buy("valuation")
    stranger = Shopper(Account.objects.get().pk, guest.card)
    other = Order.objects.create(subject_id=account.pk, number="ZZZZ-ZZZZ", currency="USD")
    Order.objects.filter(pk=other.pk).update(subject_id=order.pk)
    for path in ("", "back/", "to-card/"):
        assert stranger.browser.get(f"/orders/ZZZZ-ZZZZ/{path}").status_code == 404
    for path in ("pay/", "cancel/"):
        assert stranger.browser.post(f"/orders/ZZZZ-ZZZZ/{path}").status_code == 404
    assert stranger.browser.get(f"/orders/{order.number}/").status_code == 200


def test_a_basket_holds_keys_and_numbers_and_nothing_else(guest):
    guest.put("vase", 3)
    kept = guest.browser.session["basket"]
    assert kept["lines"] == {"vase": 3}
    assert set(kept) == {"lines", "key"}
    assert re.fullmatch(r"[0-9a-f-]{36}", kept["key"])
