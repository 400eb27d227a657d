"""Money that goes back: once, to the cent, whoever asks at the same moment (C2)."""

import threading
from datetime import timedelta

import pytest
import time_machine

from tests.money.shopping import GOOD, Shopper, attempts
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.settling import look_up_attempt
from troth.orders.actions.sweeping import QUIET, sweep_attempts
from troth.orders.actions.taking_back import cancel_order, decide_refund, pay_refund
from troth.orders.models import (
    Order,
    OrderState,
    PaymentAttempt,
    RefundCause,
    RefundDecision,
    RefundMovement,
    Term,
)
from troth.orders.tasks import move_due_refunds
from troth.processors.api import Unreachable

pytestmark = pytest.mark.django_db(transaction=True)


def as_billing():
    return acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING)


def later(minutes=30):
    return time_machine.travel(clock.now() + timedelta(minutes=minutes))


def test_what_is_cancelled_before_it_is_done_goes_back_once(shopper: Shopper):
    order = shopper.buy("vase")
    shopper.press(order, "cancel")
    assert order.state == OrderState.CANCELLED
    for _time in range(3):
        move_due_refunds.call()
    assert list(shopper.taken().values()) == [0]
    assert RefundMovement.objects.filter(state="paid").count() == 1
    with acting(actor=client(shopper.subject_id), purpose=Purpose.ORDERS), pytest.raises(Refused):
        cancel_order(order)
    assert RefundDecision.objects.count() == 1


def test_pieces_taken_back_one_by_one_come_to_the_whole(shopper: Shopper):
    shopper.put("vase", 3)
    order = shopper.buy()
    for _piece in range(3):
        line = order.lines.get()
        answer = shopper.browser.post(f"/orders/{order.number}/lines/{line.pk}/", {"quantity": 1})
        assert answer.status_code == 303
        move_due_refunds.call()
    assert list(shopper.taken().values()) == [0]
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


def test_an_order_that_was_paid_twice_gives_the_second_payment_back(shopper: Shopper):
    order = shopper.order("member")
    first = shopper.card_page(order)
    # The site forgot its page, and opens another; both are paid.
    PaymentAttempt.objects.filter(order=order).update(state="expired")
    shopper.press(order, "pay")
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.come_back(order)
    shopper.card.pay(first, GOOD)
    look_up_attempt(PaymentAttempt.objects.filter(order=order).earliest("made_at"))
    move_due_refunds.call()
    assert sorted(attempts(order)) == [("paid", 6_000), ("paid", 6_000)]
    assert sorted(shopper.taken().values()) == [0, 6_000]
    assert RefundDecision.objects.get().cause == RefundCause.PAID_TWICE
    assert Term.objects.count() == 1


def test_an_order_that_was_cancelled_before_its_payment_came_gives_it_back(shopper: Shopper):
    order = shopper.order("valuation")
    shopper.card.pay(shopper.card_page(order), GOOD)
    # The sweep and the client cancel at the very moment in which it is paid: the book says cancelled, the card paid.
    Order.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED, ended_at=clock.now(), reserves_stock=False)
    shopper.come_back(order)
    move_due_refunds.call()
    assert order.state == OrderState.CANCELLED
    assert RefundDecision.objects.get().cause == RefundCause.PAID_TOO_LATE
    assert list(shopper.taken().values()) == [0]


def test_cancelling_what_was_just_paid_cancels_a_paid_order(shopper: Shopper):
    order = shopper.order("vase")
    shopper.card.pay(shopper.card_page(order), GOOD)
    shopper.press(order, "cancel")
    assert (order.state, attempts(order)) == (OrderState.CANCELLED, [("paid", 4_500)])
    move_due_refunds.call()
    assert list(shopper.taken().values()) == [0]


def test_no_more_is_decided_than_was_paid(shopper: Shopper):
    order = shopper.buy("valuation")
    with as_billing():
        decide_refund(order=order, amount=Money(10_000, "USD"), cause=RefundCause.GOODWILL)
        with pytest.raises(Refused):
            decide_refund(order=order, amount=Money(8_001, "USD"), cause=RefundCause.GOODWILL)
        with pytest.raises(Refused):
            decide_refund(order=order, amount=Money(8_000, "EUR"), cause=RefundCause.GOODWILL)
        decide_refund(order=order, amount=Money(8_000, "USD"), cause=RefundCause.GOODWILL)
    assert sum(each.amount_minor for each in RefundDecision.objects.all()) == 18_000


def test_two_who_decide_at_the_same_moment_do_not_give_back_twice(shopper: Shopper):
    order = shopper.buy("valuation")
    refused = []

    def decide():
        from django.db import connections

        try:
            with as_billing():
                decide_refund(order=order, amount=Money(10_000, "USD"), cause=RefundCause.GOODWILL)
        except Refused:
            refused.append(True)
        finally:
            connections.close_all()

    run_together(decide, decide)
    assert RefundDecision.objects.count() == len(refused) == 1


def test_two_who_pay_at_the_same_moment_move_the_money_once(shopper: Shopper):
    order = shopper.buy("valuation")
    with as_billing():
        decision = decide_refund(order=order, amount=Money(500, "USD"), cause=RefundCause.GOODWILL)

    def pay():
        from django.db import connections

        try:
            with as_billing():
                pay_refund(decision)
        finally:
            connections.close_all()

    run_together(pay, pay)
    assert list(shopper.taken().values()) == [17_500]
    assert RefundMovement.objects.filter(decision=decision).count() == 1


@pytest.mark.parametrize("fault", ["lost", "unheard", "down"])
def test_a_refund_whose_answer_was_lost_is_moved_once_by_the_schedule(shopper: Shopper, fault):
    order = shopper.buy("vase")
    shopper.press(order, "cancel")
    shopper.card.fail(fault, path="/v1/refunds")
    move_due_refunds.call()
    assert RefundMovement.objects.get().state == "prepared"
    with later():
        move_due_refunds.call()
    assert RefundMovement.objects.get().state == "paid"
    assert list(shopper.taken().values()) == [0]


def test_a_refund_that_staff_ordered_is_asked_for_again_without_them(shopper: Shopper):
    order = shopper.buy("valuation")
    with as_billing():
        decision = decide_refund(order=order, amount=Money(500, "USD"), cause=RefundCause.GOODWILL)
        shopper.card.fail("lost", path="/v1/refunds")
        with pytest.raises(Unreachable):
            pay_refund(decision)
    with later():
        move_due_refunds.call()
    assert RefundMovement.objects.get().state == "paid"
    assert list(shopper.taken().values()) == [17_500]


def test_a_slow_refund_is_looked_up_until_it_has_arrived(shopper: Shopper):
    order = shopper.order("vase")
    shopper.card.pay(shopper.card_page(order), "4000000000007726")
    shopper.come_back(order)
    shopper.press(order, "cancel")
    move_due_refunds.call()
    assert RefundMovement.objects.get().state == "pending"
    shopper.card.move_clock(60)
    with later():
        move_due_refunds.call()
    assert RefundMovement.objects.get().state == "paid"


def test_a_refund_that_the_processor_refuses_is_asked_for_once_and_left_to_people(shopper: Shopper):
    order = shopper.buy("vase")
    shopper.card.dispute(shopper.card.things("pi")[0]["id"])
    shopper.press(order, "cancel")
    for _hour in range(3):
        with later():
            move_due_refunds.call()
    assert [each.state for each in RefundMovement.objects.all()] == ["failed"]
    assert list(shopper.taken().values()) == [4_500]


def test_an_order_that_is_paid_after_the_sweep_gave_it_up_is_filled(shopper: Shopper):
    order = shopper.order("valuation")
    url = shopper.card_page(order)
    with time_machine.travel(clock.now() + QUIET + timedelta(minutes=1)):
        sweep_attempts()
    shopper.card.pay(url, GOOD)
    shopper.come_back(order)
    assert order.state == OrderState.PAID


def run_together(*deeds):
    """Do these at the same moment, each in a thread of its own; raise what one raised."""
    gate, fell = threading.Barrier(len(deeds)), []

    def run(deed):
        gate.wait()
        try:
            deed()
        except Exception as error:
            fell.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not fell, fell
