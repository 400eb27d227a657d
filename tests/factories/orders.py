"""Makes orders by the program's own actions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.settling import settle_attempt
from troth.orders.models import AttemptState, Order, PaymentAttempt, Price, Product, ProductKind
from troth.orders.pricing import LineWanted
from troth.processors.api import CardOutcome, CardState

ADDRESS = {
    "country_code": "US",
    "street_address": "12 Example Street",
    "city": "New York",
    "country_area": "NY",
    "postal_code": "10001",
    "city_area": "",
}


def make_product(key: str = "vase", *, minor: int = 4_500, kind: str = ProductKind.GOODS, **more: Any) -> Product:
    """Return a product with a price in dollars that has begun."""
    names = more.pop("names", {"en": "Glass vase", "de": "Glasvase"})
    product = Product.objects.create(key=key, kind=kind, names=names, descriptions={}, **more)
    Price.objects.create(product=product, currency="USD", minor=minor, valid_from=clock.now() - timedelta(days=1))
    return product


def make_order(
    subject_id: UUID,
    product: Product,
    *,
    quantity: int = 1,
    name: str = "Ada Example",
    language: str = "en",
    address: dict[str, str] = ADDRESS,
) -> Order:
    """Place an order as the client."""
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        return place_order(
            subject_id=subject_id,
            wanted=[LineWanted(product=product, quantity=quantity)],
            contact=OrderContactValues(
                name=name,
                email="ada@example.org",
                telephone="+12125550100",
                billing_address=address,
                shipping_address=address,
            ),
            currency="USD",
            language=language,
        )


def settle(order: Order) -> PaymentAttempt:
    """Note that an order was paid, as the outcome of a processor does."""
    attempt = PaymentAttempt.objects.create(
        order=order,
        subject_id=order.subject_id,
        state=AttemptState.OPEN,
        currency=order.currency,
        amount_minor=order.total_minor,
        session_ref=f"session-{order.number}",
    )
    outcome = CardOutcome(
        state=CardState.PAID, payment_ref=f"payment-{order.number}", amount=Money(order.total_minor, order.currency)
    )
    return settle_attempt(attempt, outcome)


__all__ = ["ADDRESS", "make_order", "make_product", "settle"]
