"""Staff at the till: orders in hand, refunds that one decides and another hand pays, services that were done."""

import uuid

import pytest

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product
from tests.unit.orders.shop import buy
from troth.kernel.acting import acting, staff_member
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.ledger.api import newest_entries
from troth.orders.actions.handling import take_order
from troth.orders.actions.taking_back import pay_refund
from troth.orders.models import (
    MovementState,
    Order,
    OrderContact,
    OrderState,
    Paper,
    PaperKind,
    PaymentAttempt,
    RefundDecision,
    RefundMovement,
)
from troth.orders.models.handling import case_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


@pytest.fixture
def ada():
    return make_account()


# -- Orders ------------------------------------------------------------------------------------------------------------


def test_lists_and_one_order_show_numbers_and_no_value(ada, make_member, card_standin):
    order = buy(ada, card_standin)
    _member, browser = make_member("billing")
    for path in ("/console/orders/?state=all", f"/console/orders/{order.number}/"):
        text = browser.get(path).content.decode()
        assert order.number in text
        assert "$180.00" in text
        for value in ("Ada", "ada@example.org", "Example Street", "+1"):
            assert value not in text


def test_an_order_is_found_by_its_number_however_it_is_typed(ada, make_member):
    order = make_order(ada.id, make_product())
    _member, browser = make_member("fulfilment")
    typed = f" {order.number.lower().replace('-', ' ')} "
    assert browser.get("/console/orders/", {"number": typed}).headers["Location"].endswith(f"/{order.number}/")
    assert "no order with this number" in browser.get("/console/orders/", {"number": "2222-2222"}).content.decode()


def test_a_value_opens_for_who_has_the_order_in_hand_and_the_client_reads_it(ada, make_member):
    order = make_order(ada.id, make_product())
    _member, browser = make_member("billing")
    page = f"/console/orders/{order.number}/"
    assert "Ada Example" not in browser.post(page, {"value": ["name"]}).content.decode()
    browser.post(f"{page}take/", {"reason": "question"})
    shown = browser.post(page, {"value": ["name"]}).content.decode()
    assert "Ada Example" in shown
    assert "ada@example.org" not in shown
    looks = [each for each in newest_entries(limit=10) if each.event == "vault:values:opened"]
    assert looks[0].fields == ["name"] or looks[0].fields == ("name",)
    assert (list(looks[0].fields), looks[0].case) == (["name"], case_of(order.pk))
    browser.post(f"{page}put-away/")
    assert "Ada Example" not in browser.post(page, {"value": ["name"]}).content.decode()


def test_a_colleague_who_has_not_the_order_in_hand_sees_nothing(ada, make_member):
    order = make_order(ada.id, make_product())
    first, _browser = make_member("billing")
    second, _other = make_member("service")
    with acting(actor=staff_member(first.id), purpose=Purpose.ORDERS):
        take_order(order, reason="question")
    contact = OrderContact.objects.get(order=order)
    with acting(actor=staff_member(first.id), purpose=Purpose.ORDERS, case=case_of(order.pk)):
        assert contact.open("name").name == "Ada Example"
    with (
        acting(actor=staff_member(second.id), purpose=Purpose.ORDERS, case=case_of(order.pk)),
        pytest.raises(AccessDenied),
    ):
        contact.open("name")


def test_an_order_in_hand_opens_its_own_values_and_not_the_clients_file(ada, make_member):
    from troth.accounts.api import Profile

    order = make_order(ada.id, make_product())
    member, _browser = make_member("billing")
    with acting(actor=staff_member(member.id), purpose=Purpose.ORDERS):
        take_order(order, reason="question")
    with (
        acting(actor=staff_member(member.id), purpose=Purpose.ORDERS, case=case_of(order.pk)),
        pytest.raises(AccessDenied),
    ):
        Profile.of(ada.id).open("name")


def test_a_service_that_was_done_ends_its_order(ada, make_member, card_standin, told):
    order = buy(ada, card_standin)
    _member, browser = make_member("service")
    line = order.lines.get()
    browser.post(f"/console/orders/{order.number}/lines/{line.pk}/done/")
    order.refresh_from_db()
    assert order.state == OrderState.FILLED
    assert told[-1][0] == "order_filled"


# -- Refunds -----------------------------------------------------------------------------------------------------------


def decide(browser, order, **answers):
    return browser.post(f"/console/orders/{order.number}/refund/", {"cause": "goodwill", **answers})


def test_a_refund_is_decided_by_one_right_and_paid_by_another(ada, make_member, card_standin, told):
    order = buy(ada, card_standin)
    _member, mirela = make_member("billing")
    _other, aoife = make_member("fulfilment")
    aoife.raise_request_exception = False
    assert decide(aoife, order, what="amount", amount="20").status_code == 403
    assert not RefundDecision.objects.exists()
    assert decide(mirela, order, what="amount", amount="20").status_code == 303
    decision = RefundDecision.objects.get()
    assert (decision.amount, decision.cause) == (Money(2_000, "USD"), "goodwill")
    assert decision.decided_by.startswith("staff:")
    assert not RefundMovement.objects.exists()
    assert card_standin.things("re") == []
    pay = f"/console/refunds/{decision.pk}/pay/"
    assert aoife.post(pay).status_code == 403
    mirela.post(pay)
    assert RefundMovement.objects.get().state == MovementState.PAID
    assert [each["amount"] for each in card_standin.things("re")] == [2_000]
    mirela.post(pay)
    assert len(card_standin.things("re")) == 1
    note = Paper.objects.get(kind=PaperKind.CREDIT_NOTE)
    assert note.total_minor == 2_000
    assert ("refund_paid", order.number, {"amount_minor": 2_000}) in told


def test_above_the_limit_two_people_are_needed(ada, make_member, card_standin):
    order = buy(ada, card_standin, minor=90_000)
    member, mirela = make_member("billing")
    _other, tobias = make_member("service")
    decide(mirela, order, what="amount", amount="800")
    own = RefundDecision.objects.get()
    assert "another person pays it" in mirela.get("/console/refunds/").content.decode()
    mirela.raise_request_exception = False
    assert mirela.post(f"/console/refunds/{own.pk}/pay/").status_code == 403
    assert not RefundMovement.objects.exists()
    decide(tobias, order, what="amount", amount="100")
    with acting(actor=staff_member(member.id), purpose=Purpose.BILLING):
        for decision in RefundDecision.objects.exclude(pk=own.pk):
            pay_refund(decision)
    assert RefundMovement.objects.get().decision_id != own.pk


def test_what_is_taken_back_of_an_order_gives_its_share_and_no_more_than_was_paid(ada, make_member, card_standin):
    order = buy(ada, card_standin, minor=1_000, quantity=3)
    line = order.lines.get()
    _member, mirela = make_member("billing")
    assert decide(mirela, order, what=str(line.pk), quantity="4", cause="returned").status_code == 422
    decide(mirela, order, what=str(line.pk), quantity="1", cause="returned")
    assert decide(mirela, order, what="amount", amount="21").status_code == 422
    decide(mirela, order, what="all", cause="fault")
    assert sorted(RefundDecision.objects.values_list("amount_minor", flat=True)) == [1_000, 2_000]
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert decide(mirela, order, what="amount", amount="0.01").status_code == 422


def test_an_amount_with_more_decimals_than_its_currency_is_refused_beside_its_field(ada, make_member, card_standin):
    order = buy(ada, card_standin)
    _member, mirela = make_member("billing")
    answer = decide(mirela, order, what="amount", amount="1.001")
    assert answer.status_code == 422
    assert "fewer decimals" in answer.content.decode()


def test_a_refund_that_the_card_does_not_take_waits_for_a_person_and_may_go_another_way(
    ada, make_member, card_standin, told
):
    from troth.orders.tasks import move_due_refunds

    order = buy(ada, card_standin)
    _member, mirela = make_member("billing")
    card_standin.control("disputes", payment=PaymentAttempt.objects.get(order=order).payment_ref)
    decide(mirela, order, what="amount", amount="20")
    decision = RefundDecision.objects.get()
    by_hand = f"/console/refunds/{decision.pk}/by-hand/"
    mirela.raise_request_exception = False
    mirela.post(by_hand)
    assert not RefundMovement.objects.exists()
    mirela.post(f"/console/refunds/{decision.pk}/pay/")
    assert RefundMovement.objects.get().state == MovementState.FAILED
    assert told[-1][0] == "refund_failed"
    assert move_due_refunds.call() == 0
    assert "The card did not take it" in mirela.get("/console/refunds/").content.decode()
    mirela.post(by_hand)
    assert RefundMovement.objects.get(reason="by_hand").state == MovementState.PAID
    assert "Nothing here" in mirela.get("/console/refunds/").content.decode()


def test_the_console_names_nobody_to_who_may_not_look(ada, make_member):
    order = make_order(ada.id, make_product())
    _member, admin = make_member("administrator")
    admin.raise_request_exception = False
    assert admin.get(f"/console/orders/{order.number}/").status_code == 403


def test_an_order_that_ended_long_ago_is_no_case_by_itself(ada, make_member):
    from datetime import timedelta

    from troth.kernel import clock

    order = make_order(ada.id, make_product())
    member, _browser = make_member("billing")
    Order.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED, ended_at=clock.now() - timedelta(days=91))
    with acting(actor=staff_member(member.id), purpose=Purpose.ORDERS), pytest.raises(Refused):
        take_order(Order.objects.get(pk=order.pk), reason="question")
    Order.objects.filter(pk=order.pk).update(ended_at=clock.now() - timedelta(days=89))
    with acting(actor=staff_member(member.id), purpose=Purpose.ORDERS):
        assert take_order(Order.objects.get(pk=order.pk), reason="question").taken_by == uuid.UUID(str(member.id))
