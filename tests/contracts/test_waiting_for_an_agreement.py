"""An agreement lapses and is renewed (A8, A13): what waits for it loses nothing, and goes on by itself."""

from typing import Any

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from tests.contracts.test_renewals import GOOD, PRICE, end_of, join, on, paid_at, plan, told
from tests.factories.accounts import make_account
from tests.unit.orders.shop import PAGES
from troth.accounts.mails import ask_for_mail, find_due
from troth.accounts.models import Message
from troth.accounts.tasks import deliver_due
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.paying import begin_payment
from troth.orders.memberships import queries
from troth.orders.memberships.standing import DAY, State
from troth.orders.memberships.tasks import run_renewals, take_renewal_step
from troth.orders.models import Membership, Order, OrderState, Plan, Renewal, RenewalTry, WaitCause
from troth.orders.pricing import LineWanted
from troth.processors.models import Agreement, Processor, RefusalCount
from troth.processors.models.register import Kind
from troth.processors.queries import view_entry
from troth.processors.standing import office_day
from troth.processors.tasks import go_on, go_on_with_what_waits
from troth.support.models import Decision, Outbound
from troth.support.tasks import deliver_due_answers

__all__ = ["plan"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]


def lapse(kind: Kind) -> Processor:
    """Let the agreement with the company of a kind end yesterday."""
    company = Processor.objects.get(kind=kind, state="active")
    Agreement.objects.filter(processor=company).update(runs_until=office_day() - DAY)
    return company


def renew(company: Processor) -> None:
    """Let the agreement run on, and what waits go on, as the decision of the second person does."""
    Agreement.objects.filter(processor=company).update(runs_until=office_day() + 400 * DAY)
    go_on.call(company.key)
    for row in DBTaskResult.objects.ready().filter(task_path=take_renewal_step.module_path):
        take_renewal_step.call(**row.args_kwargs["kwargs"])


def told_of(subject_id: Any, about: str) -> int:
    return Decision.objects.filter(subject_id=subject_id, about=about).count()


def place(plan: Plan, subject_id: Any) -> Order:
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        contact = OrderContactValues(name="Ada Example", email="ada@example.org")
        return place_order(
            subject_id=subject_id, wanted=[LineWanted(product=plan.product)], contact=contact, currency="USD"
        )


def test_an_order_waits_for_the_agreement_is_told_once_and_can_be_paid_as_soon_as_it_stands_again(
    plan: Plan, card_standin: Any
) -> None:
    order = place(plan, make_account().id)
    company = lapse(Kind.CARD)
    for _each in range(2):
        with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS), pytest.raises(Refused, match="be given"):
            begin_payment(order=order, save_card=False, pages=PAGES)
    order.refresh_from_db()
    assert (order.state, order.waits_for) == (OrderState.WAITING, WaitCause.PROCESSOR)
    assert told_of(order.subject_id, "orders.order_waits") == 1
    assert RefusalCount.objects.get(processor=company.key).count == 2
    assert [waiting.count for waiting in view_entry(company).waiting] == [1]
    assert not card_standin.things("cs")
    go_on_with_what_waits.call()
    order.refresh_from_db()
    assert order.state == OrderState.WAITING
    renew(company)
    order.refresh_from_db()
    assert (order.state, order.waits_for) == (OrderState.PLACED, WaitCause.NONE)
    assert told_of(order.subject_id, "orders.order_goes_on") == 1
    with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS):
        assert begin_payment(order=order, save_card=False, pages=PAGES) is not None


def test_what_the_register_refuses_is_not_let_go_on_again_and_again(plan: Plan, card_standin: Any) -> None:
    order = place(plan, make_account().id)
    company = Processor.objects.get(kind=Kind.CARD, state="active")
    company.allowed_fields.all().delete()
    with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS), pytest.raises(Refused):
        begin_payment(order=order, save_card=False, pages=PAGES)
    go_on_with_what_waits.call()
    order.refresh_from_db()
    assert order.state == OrderState.WAITING and told_of(order.subject_id, "orders.order_goes_on") == 0


def test_a_renewal_loses_no_day_of_grace_to_a_lapsed_agreement_and_is_charged_when_it_stands_again(
    plan: Plan, card_standin: Any
) -> None:
    account = make_account()
    membership = join(account, plan.product, card_standin, GOOD)
    ends_on = end_of(membership)
    with on(ends_on - 14 * DAY):
        run_renewals.call()
    with on(ends_on):
        company = lapse(Kind.CARD)
    for offset in range(25):
        with on(ends_on + offset * DAY):
            run_renewals.call()
            run_renewals.call()
            assert queries.is_member(account.id)
    membership = Membership.objects.get(pk=membership.pk)
    assert membership.grace_held_days == 25 and RenewalTry.objects.count() == 1
    assert paid_at(card_standin) == [PRICE]
    assert told_of(account.id, "orders.order_waits") == 1 and told(membership) == ["renewal_announced"]
    with on(ends_on + 25 * DAY):
        assert queries.standing_of(membership).grace_until == ends_on + (14 + 25) * DAY
        renew(company)
        assert paid_at(card_standin) == [PRICE, PRICE]
        run_renewals.call()
        membership = Membership.objects.get(pk=membership.pk)
        assert queries.standing_of(membership).state == State.ACTIVE
        assert membership.grace_held_days == 0 and Renewal.objects.get().tries == 1
    assert told_of(account.id, "orders.order_goes_on") == 0 and paid_at(card_standin) == [PRICE, PRICE]


def test_days_that_do_not_count_are_only_added_and_the_grace_ends_after_them(plan: Plan, card_standin: Any) -> None:
    account = make_account()
    membership = join(account, plan.product, card_standin, by_card=False)
    ends_on = end_of(membership)
    with on(ends_on - 14 * DAY):
        run_renewals.call()
    with on(ends_on + 10 * DAY):
        company = lapse(Kind.CARD)
        run_renewals.call()
    with on(ends_on + 11 * DAY):
        renew(company)
        run_renewals.call()
    for offset, belongs in ((15, True), (16, False), (17, False)):
        with on(ends_on + offset * DAY):
            run_renewals.call()
            assert queries.is_member(account.id) == belongs
    assert told(membership)[-1] == "membership_lapsed"


def test_mails_wait_for_the_relay_are_listed_use_up_no_try_and_go_when_its_agreement_stands(plan: Plan) -> None:
    account = make_account()
    company = lapse(Kind.MAIL)
    place(plan, account.id)
    ask_for_mail(subject_id=account.id, kind="password_changed")
    for hours in range(60):
        with on(clock.today() + hours * DAY):
            deliver_due.call()
            deliver_due_answers.call()
    assert not mail.outbox
    assert Message.objects.get(kind="password_changed").tries == 0
    assert Outbound.objects.get(about="orders.order_placed").tries == 0
    assert sorted(waiting.count for waiting in view_entry(company).waiting) == [1, 1]
    renew(company)
    assert find_due()
    deliver_due.call()
    deliver_due_answers.call()
    assert len(mail.outbox) == 2 and not view_entry(company).waiting
