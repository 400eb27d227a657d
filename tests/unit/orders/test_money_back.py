"""News of money that goes back: refunds by us and at the processor's desk, disputes, each doubled, late, disordered."""

import json

import pytest

from tests.factories.accounts import make_account
from tests.factories.orders import make_product
from tests.unit.orders.shop import FAILING_REFUND, GOOD_CARD, SLOW_REFUND, buy, deliver, pay_on_page
from troth.disclosures.api import list_left_of
from troth.kernel.acting import acting, staff_member, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.deciding import decide_refund, left_of
from troth.orders.actions.disputing import accept_dispute, answer_dispute
from troth.orders.actions.handling import take_order
from troth.orders.actions.taking_back import pay_refund
from troth.orders.models import (
    Dispute,
    MovementState,
    OrderState,
    Paper,
    PaperKind,
    PaymentAttempt,
    Plan,
    Product,
    ProductKind,
    RefundCause,
    RefundDecision,
    RefundMovement,
    Term,
    TermRule,
)
from troth.orders.models.handling import case_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


@pytest.fixture
def ada():
    return make_account()


def payment_of(order):
    return PaymentAttempt.objects.get(order=order)


def refund(order, minor):
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        decision = decide_refund(order=order, amount=Money(minor, "USD"), cause=RefundCause.GOODWILL)
        return pay_refund(decision)


# -- Refunds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order_of_posts", ["as sent", "doubled", "backwards"])
def test_our_own_refund_stays_one_however_its_news_come(ada, card_standin, client, order_of_posts, told):
    order = buy(ada, card_standin)
    refund(order, 3_000)
    posts = card_standin.posts()
    if order_of_posts != "as sent":
        posts = posts + posts if order_of_posts == "doubled" else posts[::-1]
    deliver(posts, client)
    assert RefundDecision.objects.count() == RefundMovement.objects.count() == 1
    assert [news for news, _number, _facts in told].count("refund_paid") == 1


def test_a_refund_made_at_the_processors_own_desk_becomes_a_row(ada, card_standin, client, told):
    order = buy(ada, card_standin)
    card_standin.control("refunds", payment=payment_of(order).payment_ref, amount="2500")
    posts = card_standin.posts()
    deliver([*posts, *posts[::-1]], client)
    decision, movement = RefundDecision.objects.get(), RefundMovement.objects.get()
    assert (decision.amount, decision.cause) == (Money(2_500, "USD"), "at_processor")
    assert (movement.state, movement.ordered_by) == (MovementState.PAID, "processor:desk")
    assert Paper.objects.get(kind=PaperKind.CREDIT_NOTE).total_minor == 2_500
    assert left_of(payment_of(order)) == 15_500
    assert ("refund_paid", order.number, {"amount_minor": 2_500}) in told


def test_what_was_decided_here_and_paid_at_the_desk_is_one_refund(ada, card_standin, client):
    order = buy(ada, card_standin)
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        decision = decide_refund(order=order, amount=Money(2_500, "USD"), cause=RefundCause.FAULT)
    card_standin.control("refunds", payment=payment_of(order).payment_ref, amount="2500")
    deliver(card_standin.posts(), client)
    assert RefundMovement.objects.get().decision == decision == RefundDecision.objects.get()


def test_a_refund_that_takes_a_while_is_on_its_way_and_then_paid(ada, card_standin, client, told):
    order = buy(ada, card_standin, card=SLOW_REFUND)
    assert refund(order, 3_000).state == MovementState.PENDING
    early = card_standin.posts()
    card_standin.move_clock(60)
    deliver([*card_standin.posts(), *early], client)
    assert RefundMovement.objects.get().state == MovementState.PAID
    assert [news for news, _number, _facts in told].count("refund_paid") == 1


def test_a_refund_that_fails_later_is_open_again_and_its_old_news_do_not_pay_it(ada, card_standin, client, told):
    order = buy(ada, card_standin, card=FAILING_REFUND)
    refund(order, 3_000)
    early = card_standin.posts()
    card_standin.move_clock(60)
    deliver([*card_standin.posts(), *early], client)
    assert RefundMovement.objects.get().state == MovementState.FAILED
    assert told[-1][0] == "refund_failed"


def test_news_of_a_refund_before_that_of_the_payment_settles_both(ada, card_standin, client):
    product = make_product("valuation", minor=18_000, kind=ProductKind.SERVICE)
    order = pay_on_page(ada.id, product, card_standin, card=GOOD_CARD)
    (intent,) = card_standin.things("pi")
    card_standin.control("refunds", payment=intent["id"], amount="1000")
    posts = card_standin.posts()
    deliver([post for post in posts if post.name.startswith("refund")], client)
    assert not RefundMovement.objects.exists()
    deliver([post for post in posts if not post.name.startswith("refund")], client)
    deliver([], client)
    order.refresh_from_db()
    assert order.paid_at is not None
    assert RefundMovement.objects.get().state == MovementState.PAID


# -- Disputes ----------------------------------------------------------------------------------------------------------


def dispute(order, card_standin, client):
    ref = card_standin.dispute(payment_of(order).payment_ref)
    deliver(card_standin.posts(), client)
    return Dispute.objects.get(dispute_ref=ref)


def test_a_dispute_holds_the_order_and_its_money_until_it_is_decided(ada, card_standin, client, told):
    order = buy(ada, card_standin)
    found = dispute(order, card_standin, client)
    order.refresh_from_db()
    assert (order.state, order.waits_for) == (OrderState.WAITING, "disputed")
    assert (found.state, found.amount, found.due_at is not None) == ("needs_answer", Money(18_000, "USD"), True)
    assert left_of(payment_of(order)) == 0
    assert ("payment_disputed", order.number, {"amount_minor": 18_000}) in told
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING), pytest.raises(Refused):
        decide_refund(order=order, amount=Money(1, "USD"), cause=RefundCause.GOODWILL)


def test_a_dispute_that_is_won_lets_the_order_go_on(ada, card_standin, client, told):
    order = buy(ada, card_standin)
    found = dispute(order, card_standin, client)
    card_standin.control(f"disputes/{found.dispute_ref}", outcome="won")
    deliver(card_standin.posts() * 2, client)
    found.refresh_from_db()
    order.refresh_from_db()
    assert (found.state, order.state) == ("won", OrderState.PAID)
    assert left_of(payment_of(order)) == 18_000
    assert not RefundDecision.objects.exists()
    assert [news for news, _number, _facts in told].count("dispute_won") == 1


def test_a_dispute_that_is_lost_is_a_refund_in_the_books_and_ends_the_order(ada, card_standin, client, told):
    order = buy(ada, card_standin)
    found = dispute(order, card_standin, client)
    card_standin.control(f"disputes/{found.dispute_ref}", outcome="lost")
    deliver(card_standin.posts() * 2, client)
    found.refresh_from_db()
    order.refresh_from_db()
    decision = RefundDecision.objects.get()
    assert (decision.cause, decision.amount, found.refund) == ("disputed", Money(18_000, "USD"), decision)
    assert RefundMovement.objects.get().state == MovementState.PAID
    assert Paper.objects.get(kind=PaperKind.CREDIT_NOTE).total_minor == 18_000
    assert order.state == OrderState.CANCELLED
    assert left_of(payment_of(order)) == 0
    assert told[-1][0] == "dispute_lost"
    assert len(card_standin.things("re")) == 0


def test_news_of_the_end_before_that_of_the_beginning_come_to_the_same(ada, card_standin, client, told):
    order = buy(ada, card_standin)
    ref = card_standin.dispute(payment_of(order).payment_ref)
    card_standin.control(f"disputes/{ref}", outcome="lost")
    deliver(card_standin.posts()[::-1], client)
    assert Dispute.objects.get().state == "lost"
    assert RefundDecision.objects.count() == 1


def test_a_term_whose_payment_the_bank_took_back_ends(ada, card_standin, client):
    product = make_product("member", minor=6_000, kind=ProductKind.MEMBERSHIP)
    Plan.objects.create(product=product, term_rule=TermRule.MONTHS, months=12)
    order = pay_on_page(ada.id, Product.objects.get(pk=product.pk), card_standin, card=GOOD_CARD)
    deliver(card_standin.posts(), client)
    order.refresh_from_db()
    assert order.state == OrderState.FILLED
    assert Term.objects.get().ended_early_on is None
    found = dispute(order, card_standin, client)
    order.refresh_from_db()
    assert order.state == OrderState.FILLED
    card_standin.control(f"disputes/{found.dispute_ref}", outcome="lost")
    deliver(card_standin.posts(), client)
    term = Term.objects.get()
    assert term.ended_early_on is not None
    assert term.membership.stopped_at is not None


def test_evidence_leaves_by_the_one_door_with_what_was_chosen_and_no_more(ada, card_standin, client, make_member):
    order = buy(ada, card_standin)
    found = dispute(order, card_standin, client)
    member, _browser = make_member("billing")
    before = len(list_left_of(ada.id))
    with (
        acting(actor=staff_member(member.id), purpose=Purpose.BILLING, case=case_of(order.pk)),
        pytest.raises(AccessDenied),
    ):
        answer_dispute(found, told=["name"])
    assert len(list_left_of(ada.id)) == before
    with acting(actor=staff_member(member.id), purpose=Purpose.BILLING, case=case_of(order.pk)):
        take_order(order, reason="dispute")
        answered = answer_dispute(found, told=["name"])
        with pytest.raises(Refused):
            answer_dispute(answered, told=["email"])
    assert answered.state == "under_review"
    (held,) = card_standin.things("du")
    assert held["evidence"]["customer_name"] == "Ada Example"
    assert held["evidence"]["product_description"] == "Valuation"
    assert f"Order {order.number}, placed " in held["evidence"]["uncategorized_text"]
    assert "ada@example.org" not in json.dumps(held)
    newest = list_left_of(ada.id)[0]
    assert list(newest.fields) == ["orders.OrderContact.name"]
    found.refresh_from_db()
    assert found.answered_by == f"staff:{member.id}"


def test_evidence_of_days_and_numbers_alone_tells_nothing_of_the_client(ada, card_standin, client, make_member):
    order = buy(ada, card_standin)
    found = dispute(order, card_standin, client)
    member, _browser = make_member("billing")
    before = len(list_left_of(ada.id))
    with acting(actor=staff_member(member.id), purpose=Purpose.BILLING, case=case_of(order.pk)):
        answer_dispute(found)
    assert card_standin.things("du")[0]["status"] == "under_review"
    assert len(list_left_of(ada.id)) == before


def test_a_dispute_that_is_accepted_is_lost_at_once(ada, card_standin, client, make_member):
    order = buy(ada, card_standin)
    found = dispute(order, card_standin, client)
    member, _browser = make_member("billing")
    with acting(actor=staff_member(member.id), purpose=Purpose.BILLING, case=case_of(order.pk)):
        assert accept_dispute(found).state == "lost"
    assert RefundDecision.objects.get().cause == "disputed"
