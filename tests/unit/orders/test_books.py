"""Our books against the card processor's, to the cent: what agrees, what was lost on either side, what is mended."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.factories.accounts import make_account
from tests.unit.orders.shop import buy, deliver
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.money import Money
from troth.kernel.ports import controls
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.deciding import decide_refund
from troth.orders.actions.taking_back import pay_refund
from troth.orders.books.checking import check_books, fetch_movements, open_differences
from troth.orders.books.comparing import compare
from troth.orders.models import (
    BookCheck,
    Dispute,
    Paper,
    PaymentAttempt,
    ProcessorMovement,
    RefundCause,
    RefundDecision,
    RefundMovement,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]
KEY = "orders.books"


@pytest.fixture
def ada():
    return make_account()


def check():
    return check_books(until=clock.now() + timedelta(minutes=1))


def refund(order, minor):
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        decision = decide_refund(order=order, amount=Money(minor, "USD"), cause=RefundCause.GOODWILL)
        return pay_refund(decision)


def test_payments_refunds_and_disputes_agree(ada, card_standin, client):
    order, other = buy(ada, card_standin), buy(ada, card_standin)
    refund(order, 2_000)
    card_standin.dispute(PaymentAttempt.objects.get(order=other).payment_ref)
    deliver(card_standin.posts(), client)
    found = check()
    assert (found.payments, found.differences) == (2, 0)
    assert ProcessorMovement.objects.count() == 4


def test_what_was_fetched_twice_stands_once(ada, card_standin):
    buy(ada, card_standin)
    assert fetch_movements(since=clock.today()) == 1
    assert fetch_movements(since=clock.today()) == 0


def test_news_that_was_lost_is_mended_by_asking_again(ada, card_standin):
    order, other = buy(ada, card_standin), buy(ada, card_standin)
    card_standin.control("refunds", payment=PaymentAttempt.objects.get(order=order).payment_ref, amount="700")
    card_standin.dispute(PaymentAttempt.objects.get(order=other).payment_ref)
    card_standin.posts()
    found = check()
    assert found.differences == 0
    assert RefundDecision.objects.get().amount == Money(700, "USD")
    assert Dispute.objects.get().state == "needs_answer"


def test_a_payment_that_no_order_asked_for_is_shown_until_it_is_explained(ada, card_standin):
    order = buy(ada, card_standin)
    PaymentAttempt.objects.filter(order=order).update(payment_ref="pi_other")
    found = check()
    assert found.differences == 2
    assert {(each.ours.minor, each.theirs.minor) for each in open_differences()} == {(18_000, 0), (0, 18_000)}
    PaymentAttempt.objects.filter(order=order).update(payment_ref=card_standin.things("pi")[0]["id"])
    assert check().differences == 0
    assert open_differences() == []


def test_a_refund_of_ours_that_they_do_not_have_is_a_difference(ada, card_standin):
    order = buy(ada, card_standin)
    refund(order, 2_000)
    check()
    ProcessorMovement.objects.filter(kind="refund").delete()
    (found,) = compare(since=clock.today(), until=clock.now() + timedelta(minutes=1)).differences
    assert (found.kind, found.ours, found.theirs) == ("refund", Money(-2_000, "USD"), Money(0, "USD"))


def test_what_moved_a_moment_ago_is_left_for_the_next_time(ada, card_standin):
    order = buy(ada, card_standin)
    PaymentAttempt.objects.filter(order=order).update(taken_minor=1)
    assert check_books().payments == 0
    PaymentAttempt.objects.filter(order=order).update(settled_at=clock.now() - timedelta(hours=2))
    ProcessorMovement.objects.update(fetched_at=clock.now() - timedelta(hours=2))
    assert check_books().differences == 1


def test_the_command_says_what_differs_and_fails_then(ada, card_standin, capsys):
    order = buy(ada, card_standin)
    call_command("books", now=True)
    assert "1 payments" in capsys.readouterr().out
    PaymentAttempt.objects.filter(order=order).update(taken_minor=1)
    with pytest.raises(CommandError):
        call_command("books", now=True, json=True)
    assert '"ours": 1, "theirs": 18000' in capsys.readouterr().out


# -- The check of the promise ------------------------------------------------------------------------------------------


def test_the_check_is_kept_and_leaves_nothing_behind():
    seen = controls.get(KEY).observe()
    assert list(seen.failures) == []
    assert seen.examined >= 3
    for model in (PaymentAttempt, ProcessorMovement, RefundMovement, Paper, BookCheck):
        assert not model.objects.exists()


def test_the_check_looks_at_what_is_there(ada, card_standin):
    order = buy(ada, card_standin)
    check()
    PaymentAttempt.objects.update(settled_at=clock.now() - timedelta(hours=2))
    ProcessorMovement.objects.update(fetched_at=clock.now() - timedelta(hours=2))
    assert list(controls.get(KEY).observe().failures) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_paymentattempt SET taken_minor = taken_minor + 1")
    assert controls.get(KEY).observe().failures
    PaymentAttempt.objects.filter(order=order).update(taken_minor=18_000, settled_at=clock.now() - timedelta(days=3))
    assert list(controls.get(KEY).observe().failures) == []
    BookCheck.objects.update(at=clock.now() - timedelta(days=3))
    assert controls.get(KEY).observe().failures


@pytest.mark.parametrize("key", ["payment_deleted", "amount_changed", "refund_lost_here", "refund_lost_there", "blind"])
def test_each_breach_is_caught_and_leaves_nothing(key):
    control = controls.get(KEY)
    (chosen,) = (each for each in control.sabotages if each.key == key)
    assert not control.observe().failures
    with chosen.breach():
        assert control.observe().failures
    assert not control.observe().failures
    assert not PaymentAttempt.objects.exists()
