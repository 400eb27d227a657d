"""An order that nobody pays is closed after the published days: its pieces are free again, and its owner is told."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product, settle
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.orders.models import Order, OrderState, Origin, Product, WaitCause
from troth.orders.stock import reserve_stock
from troth.orders.tasks import close_unpaid
from troth.support.models import Outbound
from troth.support.sending import deliver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


@pytest.fixture
def order():
    product = make_product(stock=3)
    order = make_order(make_account().id, product, quantity=2)
    assert reserve_stock(order)
    return order


def after(*, days):
    return time_machine.travel(clock.now() + timedelta(days=days), tick=True)


def state_of(order):
    return Order.objects.get(pk=order.pk).state


def test_it_is_closed_on_its_day_and_not_before(order):
    days = read_operator().numbers.unpaid_order_days
    with after(days=days - 1):
        assert close_unpaid.call() == 0
    assert state_of(order) == OrderState.PLACED and Product.objects.get().reserved == 2
    with after(days=days + 1):
        assert close_unpaid.call() == 1
        assert close_unpaid.call() == 0
        for outbound in Outbound.objects.filter(about="orders.order_cancelled"):
            deliver(outbound.id)
    assert state_of(order) == OrderState.CANCELLED and Product.objects.get().reserved == 0
    (told,) = mail.outbox
    assert f"not paid within {days} days" in told.body and "/shop/" in told.body


@pytest.mark.parametrize(
    "hinders",
    [
        settle,
        lambda order: Order.objects.filter(pk=order.pk).update(origin=Origin.RENEWAL),
        lambda order: Order.objects.filter(pk=order.pk).update(state=OrderState.WAITING, waits_for=WaitCause.PROCESSOR),
        lambda order: Order.objects.filter(pk=order.pk).update(state=OrderState.WAITING, waits_for=WaitCause.REVIEW),
    ],
    ids=["paid", "renewal", "waits for the processor", "waits for us"],
)
def test_what_is_paid_or_waits_for_us_is_not_closed(order, hinders):
    hinders(order)
    before = state_of(order)
    with after(days=400):
        assert close_unpaid.call() == 0
    assert state_of(order) == before
