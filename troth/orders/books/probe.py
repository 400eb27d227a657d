"""An invented order that is paid, and the processor's line of it: for the checks of the books, which undo it."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.deciding import decide_refund
from troth.orders.actions.hearing import note_refund
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.settling import settle_attempt
from troth.orders.models import (
    AttemptState,
    BookKind,
    Order,
    PaymentAttempt,
    Price,
    ProcessorMovement,
    Product,
    ProductKind,
    RefundCause,
)
from troth.orders.pricing import LineWanted
from troth.processors.api import CardOutcome, CardState, RefundOutcome

PROBE = UUID("01a20000-0000-7000-8000-00000b00c5b0")
"""Nobody's id; nothing is ever committed under it."""
_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Probe:
    """The invented order with its payment, and what the processor calls it."""

    order: Order
    attempt: PaymentAttempt
    payment_ref: str


def make_probe(*, minor: int = 4_321, quantity: int = 3) -> Probe:
    """Order, pay and settle by the program's own actions; call it where everything is undone."""
    tag = secrets.token_hex(6)
    product = Product.objects.create(
        key=f"probe-{tag}", kind=ProductKind.SERVICE, names={"en": "A probe"}, descriptions={"en": ""}, on_sale=True
    )
    Price.objects.create(product=product, currency=_CURRENCY, minor=minor, valid_from=clock.now())
    with acting(actor=client(PROBE), purpose=Purpose.ORDERS):
        order = place_order(
            subject_id=PROBE,
            wanted=[LineWanted(product=product, quantity=quantity)],
            contact=OrderContactValues(name=f"Probe {tag}", email=f"probe-{tag}@example.org"),
            currency=_CURRENCY,
        )
    attempt = PaymentAttempt.objects.create(
        order=order,
        subject_id=PROBE,
        state=AttemptState.OPEN,
        currency=order.currency,
        amount_minor=order.total_minor,
        session_ref=f"cs_probe_{tag}",
    )
    ref = f"pi_probe_{tag}"
    attempt = settle_attempt(
        attempt, CardOutcome(state=CardState.PAID, payment_ref=ref, amount=Money(order.total_minor, order.currency))
    )
    order.refresh_from_db()
    book(ref, BookKind.PAYMENT, order.total_minor)
    return Probe(order=order, attempt=attempt, payment_ref=ref)


def give_back(probe: Probe, minor: int, *, at_desk: bool = False) -> None:
    """Give a part back, decided here or made at the processor's own desk, and have it booked there."""
    ref = f"re_probe_{secrets.token_hex(6)}"
    amount = Money(minor, probe.order.currency)
    if not at_desk:
        with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
            decide_refund(order=probe.order, amount=amount, cause=RefundCause.GOODWILL)
    note_refund(
        probe.attempt, RefundOutcome(refund_ref=ref, state="paid", amount=amount, payment_ref=probe.payment_ref)
    )
    book(probe.payment_ref, BookKind.REFUND, -minor)


def book(payment_ref: str, kind: BookKind, minor: int) -> ProcessorMovement:
    """Write a line as the processor's account would have it."""
    return ProcessorMovement.objects.create(
        movement_ref=f"txn_probe_{new_id().hex}",
        payment_ref=payment_ref,
        kind=kind,
        currency=_CURRENCY,
        amount_minor=minor,
        booked_on=clock.today(),
    )
