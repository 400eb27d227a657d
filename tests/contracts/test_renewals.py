"""Renewals over real HTTP: the hourly run, the real adapter, the card stand-in's own books, and the clock moved."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.orders import make_product
from tests.factories.visitors import sign_in_directly
from tests.unit.orders.shop import PAGES
from troth.accounts.models import Account
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.actions.paying import begin_payment
from troth.orders.actions.settling import look_up_attempt
from troth.orders.memberships import changes, charging, queries, renewals
from troth.orders.memberships.standing import DAY, State
from troth.orders.memberships.tasks import run_renewals
from troth.orders.models import Membership, Order, PaymentAttempt, Plan, Product, ProductKind, Renewal, Term, TermRule
from troth.orders.pricing import LineWanted
from troth.support.models import Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house", "furnished")]

GOOD, DECLINED_LATER, ASKS_ALWAYS = "4242424242424242", "4000000000000341", "4000002760003184"
PRICE = 6000


@pytest.fixture
def plan(house: None) -> Plan:
    product = make_product("collector", minor=PRICE, kind=ProductKind.MEMBERSHIP, names={"en": "Collector"})
    return Plan.objects.create(product=product, term_rule=TermRule.MONTHS, months=12)


def join(
    account: Account, product: Product, card_standin: Any, card: str = GOOD, *, by_card: bool = True
) -> Membership:
    """Order a membership, and pay it on the processor's own page."""
    with acting(actor=client(account.id), purpose=Purpose.ORDERS):
        contact = OrderContactValues(name="Ada Example", email="ada@example.org")
        wanted = [LineWanted(product=product)]
        order = place_order(
            subject_id=account.id, wanted=wanted, contact=contact, currency="USD", renews_by_card=by_card
        )
    pay(order, card_standin, card)
    membership = queries.find_membership(account.id)
    assert membership is not None
    return membership


def pay(order: Order, card_standin: Any, card: str) -> None:
    """Pay an order on the processor's page, and let the bank ask where it wants to."""
    with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS):
        page = begin_payment(order=order, save_card=order.renews_by_card, pages=PAGES)
    assert page is not None
    card_standin.pay(page.url, card)
    if card == ASKS_ALWAYS:
        card_standin.confirm(page.url)
    look_up_attempt(PaymentAttempt.objects.filter(order=order).latest("made_at"))


def paid_at(card_standin: Any) -> list[int]:
    """Return the amounts that the processor's books say were paid."""
    return [each["amount_received"] for each in card_standin.things("pi") if each["status"] == "succeeded"]


def end_of(membership: Membership) -> date:
    """Return the last day that is paid."""
    paid_until = queries.standing_of(membership).paid_until
    assert paid_until is not None
    return paid_until


def on(day: date) -> Any:
    """Let it be noon of a day in the operator's zone."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 17, tzinfo=UTC), tick=True)


def told(membership: Membership) -> list[str]:
    """Return what the gate let the member be told of its membership, in order."""
    rows = Decision.objects.filter(subject_id=membership.subject_id, allowed=True).order_by("pk")
    names = [about.removeprefix("orders.") for about in rows.values_list("about", flat=True)]
    return [name for name in names if name.startswith(("renewal_", "membership_", "card_"))]


def test_a_year_later_the_saved_card_is_charged_once_after_its_notice(plan: Plan, card_standin: Any) -> None:
    membership = join(make_account(), plan.product, card_standin)
    ends_on = end_of(membership)
    with on(ends_on - 14 * DAY):
        assert run_renewals.call()["announced"] == 1
        assert run_renewals.call()["announced"] == 0
    with on(ends_on - DAY):
        run_renewals.call()
        assert paid_at(card_standin) == [PRICE]
    with on(ends_on):
        assert run_renewals.call()["renewed"] == 1
        run_renewals.call()
        assert end_of(membership) > ends_on + 360 * DAY
    assert paid_at(card_standin) == [PRICE, PRICE]
    assert told(membership) == ["renewal_announced"]
    assert Term.objects.count() == 2 and Renewal.objects.get().closed_at is not None


def test_a_card_that_is_declined_is_tried_four_times_told_each_time_and_another_card_mends_it(
    plan: Plan, card_standin: Any, client: Any
) -> None:
    account = make_account()
    membership = join(account, plan.product, card_standin, DECLINED_LATER)
    ends_on = end_of(membership)
    tries = {}
    for offset in (-14, 0, 1, 3):
        with on(ends_on + offset * DAY):
            tries[offset] = run_renewals.call().get("failed", 0)
            assert queries.is_member(account.id)
    assert tries == {-14: 0, 0: 1, 1: 0, 3: 1}
    assert told(membership) == ["renewal_announced", "renewal_failed", "renewal_failed"]
    with on(ends_on + 5 * DAY):
        sign_in_directly(client, account.id)
        assert client.post(reverse("memberships:card_save")).status_code == 303
        card_standin.pay(card_standin.url + f"/pay/{newest(card_standin)}", GOOD)
        assert client.get(reverse("memberships:card_return")).status_code == 303
        assert b"4242" in client.get(reverse("memberships:card_page")).content
    with on(ends_on + 7 * DAY):
        assert run_renewals.call()["renewed"] == 1
        assert queries.standing_of(membership).state == State.ACTIVE
        assert end_of(membership) > ends_on + 360 * DAY
    assert paid_at(card_standin) == [PRICE, PRICE]


def newest(card_standin: Any) -> str:
    """Return the processor's name of the page that it opened last."""
    return str(card_standin.things("cs")[0]["id"])


def test_declined_to_the_end_it_lapses_once_everywhere_and_its_owner_comes_back(plan: Plan, card_standin: Any) -> None:
    account = make_account()
    membership = join(account, plan.product, card_standin, DECLINED_LATER)
    ends_on = end_of(membership)
    for offset in (-14, 0, 3, 7, 10, 14, 15, 16):
        with on(ends_on + offset * DAY):
            run_renewals.call()
            assert queries.is_member(account.id) == (offset <= 14)
    failed = ["renewal_failed", "renewal_failed", "renewal_failed", "renewal_given_up"]
    assert told(membership) == ["renewal_announced", *failed, "membership_lapsed"]
    refused = [each for each in card_standin.things("pi") if each["status"] != "succeeded"]
    assert len(refused) == 4 and paid_at(card_standin) == [PRICE]
    with on(ends_on + 40 * DAY):
        again = join(account, plan.product, card_standin)
        assert again.number == membership.number and queries.standing_of(again).came_back_on == queries.today()


def test_a_bank_that_wants_to_ask_its_owner_is_answered_on_the_processors_page(plan: Plan, card_standin: Any) -> None:
    account = make_account()
    membership = join(account, plan.product, card_standin, ASKS_ALWAYS)
    ends_on = end_of(membership)
    with on(ends_on - 14 * DAY):
        run_renewals.call()
    with on(ends_on):
        assert run_renewals.call()["failed"] == 1
        order = Renewal.objects.get().order
        assert order is not None
        assert PaymentAttempt.objects.filter(order=order).latest("made_at").reason == "authentication_required"
        pay(order, card_standin, ASKS_ALWAYS)
        assert end_of(membership) > ends_on + 360 * DAY
    with on(ends_on + 3 * DAY):
        run_renewals.call()
    assert paid_at(card_standin) == [PRICE, PRICE]


def test_a_processor_that_cannot_be_reached_uses_no_try_up_and_is_asked_again(plan: Plan, card_standin: Any) -> None:
    membership = join(make_account(), plan.product, card_standin)
    ends_on = end_of(membership)
    with on(ends_on - 14 * DAY):
        run_renewals.call()
    with on(ends_on):
        card_standin.fail("lost", times=3)
        done = [run_renewals.call() for _hour in range(5)]
        assert done[0].get("unanswered") == 1
        assert sum(each.get("renewed", 0) for each in done) == 1
    assert paid_at(card_standin) == [PRICE, PRICE]
    assert told(membership) == ["renewal_announced"] and Renewal.objects.get().tries == 1


def test_a_renewal_that_was_stopped_is_not_charged_and_one_that_was_resumed_is(plan: Plan, card_standin: Any) -> None:
    membership = join(make_account(), plan.product, card_standin)
    ends_on = end_of(membership)
    with on(ends_on - 30 * DAY), acting(actor=client(membership.subject_id), purpose=Purpose.ORDERS):
        assert changes.stop_renewal(membership)
    with on(ends_on - 14 * DAY):
        assert run_renewals.call()["announced"] == 0
        with acting(actor=client(membership.subject_id), purpose=Purpose.ORDERS):
            changes.resume_renewal(membership)
        assert run_renewals.call()["announced"] == (1 if queries.find_membership(membership.subject_id).renews else 0)
    with on(ends_on):
        assert run_renewals.call()["renewed"] == 1
    assert paid_at(card_standin) == [PRICE, PRICE]


def test_two_runs_at_the_same_moment_announce_once_and_charge_once(plan: Plan, card_standin: Any) -> None:
    membership = join(make_account(), plan.product, card_standin)
    ends_on = end_of(membership)
    with on(ends_on - 14 * DAY):
        term = Term.objects.select_related("membership__plan__product").get()
        contact = OrderContactValues(name="Ada Example", email="ada@example.org")
        made = at_once(lambda: renewals.announce(term, queries.today(), contact=contact))
        assert sorted(made) == [False, False, False, True]
    assert Renewal.objects.count() == 1 and Order.objects.count() == 2
    renewal_id = Renewal.objects.get().pk
    with on(ends_on):
        day = queries.today()
        at_once(lambda: charging.take_step(renewal_id, day))
    assert paid_at(card_standin) == [PRICE, PRICE]
    assert Term.objects.count() == 2 and Renewal.objects.get().tries == 1


def at_once(act: Callable[[], Any], *, times: int = 4) -> list[Any]:
    """Do a thing several times at the same moment, each on a connection of its own; return what came of each."""
    barrier, results = Barrier(times), []

    def run() -> None:
        try:
            barrier.wait(10)
            results.append(act())
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _each in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == times
    return results


def test_a_card_that_runs_out_is_warned_of_once(plan: Plan, card_standin: Any) -> None:
    account = make_account()
    with acting(actor=client(account.id), purpose=Purpose.ORDERS):
        contact = OrderContactValues(name="Ada Example", email="ada@example.org")
        order = place_order(
            subject_id=account.id,
            wanted=[LineWanted(product=plan.product)],
            contact=contact,
            currency="USD",
            renews_by_card=True,
        )
        page = begin_payment(order=order, save_card=True, pages=PAGES)
    assert page is not None
    soon = clock.today() + timedelta(days=40)
    card_standin.pay(page.url, GOOD, expiry=f"{soon:%m/%y}")
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        look_up_attempt(PaymentAttempt.objects.get(order=order))
    last_day = (soon.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY
    with on(last_day - 20 * DAY):
        assert run_renewals.call()["warned"] == 1
        assert run_renewals.call()["warned"] == 0
    membership = queries.find_membership(account.id)
    assert membership is not None and told(membership) == ["card_expires"]
