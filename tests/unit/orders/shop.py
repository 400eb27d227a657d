"""What the tests of money have in common: a client who bought a service by a card at the stand-in."""

from typing import Any
from uuid import UUID

from tests.factories.orders import make_order, make_product
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose
from troth.orders.actions.paying import Pages, begin_payment
from troth.orders.actions.settling import look_up_attempt
from troth.orders.models import Order, PaymentAttempt, Product, ProductKind
from troth.processors.hooks.intake import hand_on_waiting
from troth.processors.models import HookEvent

PAGES = Pages(paid="https://troth.localhost:8443/orders/back/", left="https://troth.localhost:8443/orders/left/")
GOOD_CARD = "4242424242424242"
SLOW_REFUND = "4000000000007726"
FAILING_REFUND = "4000000000005126"


def pay_on_page(subject_id: UUID, product: Product, card_standin: Any, *, quantity: int = 1, card: str) -> Order:
    """Order as the client, and pay on the processor's own page; the house has not heard of it yet."""
    order = make_order(subject_id, product, quantity=quantity)
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        page = begin_payment(order=order, save_card=False, pages=PAGES)
    assert page is not None
    card_standin.pay(page.url, card)
    return order


def buy(
    ada: Any,
    card_standin: Any,
    *,
    minor: int = 18_000,
    quantity: int = 1,
    card: str = GOOD_CARD,
    key: str = "valuation",
) -> Order:
    """Order a service, pay it, and let the house hear of it."""
    product = Product.objects.filter(key=key).first() or make_product(
        key, minor=minor, kind=ProductKind.SERVICE, names={"en": "Valuation"}
    )
    order = pay_on_page(ada.id, product, card_standin, quantity=quantity, card=card)
    look_up_attempt(PaymentAttempt.objects.get(order=order))
    order.refresh_from_db()
    assert order.paid_at is not None
    return order


def deliver(posts: Any, browser: Any) -> None:
    """Deliver posts to the site, and hand on all that waits, as the worker does."""
    for post in posts:
        assert post.deliver(browser, "/hooks/card/").status_code == 200
    HookEvent.objects.filter(handled_at=None).update(next_try_at=clock.now())
    hand_on_waiting()
