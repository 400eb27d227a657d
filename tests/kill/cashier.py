"""A program that is killed at the till: it orders, hears of payments, renews and gives back, at the word of the test.

Ahead of each deed the person's part is done in peace: an account, a card that is saved, a page that is paid at the card
processor's stand-in. The deed itself is ours, and may end anywhere.
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx

from tests.kill.mortal import Deed, close_connections, serve
from troth.kernel import clock

SOON = timedelta(hours=2)
"""After so long every sweep looks at what stopped; pages at the card processor are not over by then."""
PRICE = {"member": 6_000, "vase": 4_500, "valuation": 3_000}
STOCK = 500
_began = date(2000, 1, 1)
"""The day on which the program began, at the operator's place."""
_FORMS = UUID("6f1c1b43-7d5c-4f0e-8d7e-3a5a0e5f2b10")


def begin() -> None:
    """Put three things into the catalogue, and load what a child would else load under the knife."""
    import stripe  # noqa: F401

    global _began  # noqa: PLW0603  set once, before the first child

    from tests.factories.orders import make_product
    from troth.orders.memberships import queries
    from troth.orders.models import Plan, Product, ProductKind, TermRule

    _began = queries.today()

    Product.objects.update(on_sale=False)
    member = make_product("kill-member", minor=PRICE["member"], kind=ProductKind.MEMBERSHIP, names={"en": "Member"})
    Plan.objects.create(product=member, term_rule=TermRule.MONTHS, months=12, rank=50)
    make_product("kill-vase", minor=PRICE["vase"], names={"en": "Vase"}, stock=STOCK)
    make_product("kill-valuation", minor=PRICE["valuation"], kind=ProductKind.SERVICE, names={"en": "Appraisal"})


# -- What a person does, in peace -------------------------------------------------------------------------------------


def come(number: int) -> UUID:
    """Open an account and confirm it; return whose."""
    from tests.factories.accounts import make_account
    from tests.kill.clerk import values_of

    return make_account(**values_of(number)).id


def order(subject_id: UUID, *keys: str, save_card: bool = False) -> tuple[Any, str]:
    """Place an order and open the card processor's page, as the order form does; return both."""
    from tests.factories.orders import ADDRESS
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.orders.actions.ordering import OrderContactValues, place_order
    from troth.orders.actions.paying import Pages, begin_payment
    from troth.orders.models import Product
    from troth.orders.pricing import LineWanted
    from troth.ui.api import absolute_url

    contact = OrderContactValues(
        name="Person Example", email="person@example.org", billing_address=ADDRESS, shipping_address=ADDRESS
    )
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        placed = place_order(
            subject_id=subject_id,
            wanted=[LineWanted(product=Product.objects.get(key=f"kill-{key}")) for key in keys],
            contact=contact,
            currency="USD",
            checkout_key=uuid5(_FORMS, str(subject_id)),
            language="en",
            renews_by_card=save_card,
        )
        back = absolute_url(f"/orders/{placed.number}/back/")
        page = begin_payment(order=placed, save_card=save_card, pages=Pages(paid=back, left=back))
    return placed, page.url if page is not None else ""


def pay(url: str) -> None:
    """Type a good card on the card processor's page."""
    typed = {"number": "4242424242424242", "expiry": "12/44", "code": "123"}
    assert httpx.post(url, data=typed, trust_env=False, timeout=60).status_code in {302, 303}


def pay_and_wait(number: int) -> list[bytes]:
    """Order and pay; return what the card processor has to say of it, which nobody has heard yet."""
    subject_id = come(number)
    _placed, url = order(subject_id, "member", "vase")
    pay(url)
    posts = httpx.post(f"{os.environ['TROTH_CARD_URL']}/control/posts", trust_env=False, timeout=60).json()
    return [post["body"].encode() for post in posts]


def buy(subject_id: UUID, *keys: str, save_card: bool = False) -> Any:
    """Order, pay and come back, all in peace."""
    from troth.orders.actions.settling import look_up_attempt
    from troth.orders.models import PaymentAttempt

    placed, url = order(subject_id, *keys, save_card=save_card)
    pay(url)
    look_up_attempt(PaymentAttempt.objects.get(order=placed))
    placed.refresh_from_db()
    return placed


def join_with_card(number: int) -> UUID:
    """Become a member whose card is saved, and whose renewal was announced."""
    import time_machine

    from troth.orders.memberships import queries, renewals
    from troth.orders.models import Renewal

    subject_id = come(number)
    buy(subject_id, "member", save_card=True)
    with time_machine.travel(noon(renewal_day() - timedelta(days=14)), tick=True):
        renewals.announce_due(queries.today())
    return Renewal.objects.get(subject_id=subject_id).pk


def buy_something(number: int) -> Any:
    """Buy goods and a service; nothing of it is done yet."""
    return buy(come(number), "vase", "valuation")


# -- What may end anywhere --------------------------------------------------------------------------------------------


def check_out(subject_id: UUID) -> None:
    """Place an order and open the processor's page."""
    order(subject_id, "vase", "valuation")


def hear(posts: list[bytes]) -> None:
    """Take the posts of the card processor, and do what follows of them."""
    from troth.processors.hooks.intake import hand_on, take_card_event
    from troth.standins.card.company import sign

    for body in posts:
        signature = sign(body, secret=os.environ["TROTH_CARD_WEBHOOK_SECRET"])["Stripe-Signature"]
        take_card_event(body=body, signature=signature)
    for body in posts:
        hand_on(json.loads(body)["id"])


def renew(renewal_id: UUID) -> None:
    """Charge the card for a renewal whose day has come."""
    import time_machine

    from troth.orders.memberships import charging, queries

    with time_machine.travel(noon(renewal_day()), tick=True):
        charging.take_step(renewal_id, queries.today())


def give_back(placed: Any) -> None:
    """Cancel an order as its client, and move the money."""
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.orders.actions.taking_back import cancel_order
    from troth.orders.tasks import move_refund

    with acting(actor=client(placed.subject_id), purpose=Purpose.ORDERS):
        decision = cancel_order(placed)
    assert decision is not None
    move_refund.call(decision_id=str(decision.pk))


def pair[T](prepare: Callable[[int], T], act: Callable[[T], Any]) -> Deed:
    """Return the deed that is given what its preparation returns; both happen in one child."""
    kept: dict[int, T] = {}

    def prepare_and_keep(number: int) -> None:
        kept[number] = prepare(number)

    return prepare_and_keep, lambda number: act(kept[number])


DEEDS: dict[str, Deed] = {
    "checkout": pair(come, check_out),
    "webhook": pair(pay_and_wait, hear),
    "renewal": pair(join_with_card, renew),
    "refund": pair(buy_something, give_back),
}


# -- How everything stands --------------------------------------------------------------------------------------------


def inspect() -> dict[str, Any]:
    """Do what the schedule does after a while, let clients go on, and tell how both sides' books stand."""
    import time_machine

    from troth.ledger.reading import verify_ledger
    from troth.ledger.sealing import seal_entries
    from troth.orders.memberships import queries, renewals

    go_on_with_checkouts()
    with time_machine.travel(clock.now() + SOON, tick=True):
        run_schedule()
    # The pages that nobody pays run out.
    control = f"{os.environ['TROTH_CARD_URL']}/control"
    httpx.post(f"{control}/settings", data={"clock_ahead": "172800"}, trust_env=False, timeout=60)
    httpx.post(f"{control}/tick", trust_env=False, timeout=60)
    announced = renewal_day() - timedelta(days=14)
    for day in (announced, renewal_day()):
        for hours in (0, 2, 4):
            # Each hour's run comes upon what the one before left; the sweep, now before it and now after it.
            with time_machine.travel(noon(day) + timedelta(hours=hours), tick=True):
                renewals.announce_due(queries.today())
                run_schedule()
    seal_entries(sweep=True)
    facts = {"ours": read_ours(), "ledger": [str(finding) for finding in verify_ledger().findings]}
    close_connections()
    return facts


def go_on_with_checkouts() -> None:
    """Let every second client whose order form was killed send it again, and pay."""
    from troth.accounts.api import Account
    from troth.orders.actions.settling import look_up_attempt
    from troth.orders.models import Order, PaymentAttempt

    known = set(Order.objects.values_list("subject_id", flat=True))
    unpaid = set(
        Order.objects.filter(paid_at=None, lines__product__key="kill-valuation").values_list("subject_id", flat=True)
    )
    for place, subject_id in enumerate(Account.objects.order_by("id").values_list("id", flat=True)):
        if place % 2 and (subject_id in unpaid or subject_id not in known):
            placed, url = order(subject_id, "vase", "valuation")
            pay(url)
            look_up_attempt(PaymentAttempt.objects.get(order=placed))


def run_schedule() -> None:
    """Do what the schedule does of money, and the tasks that wait for a worker."""
    from django_tasks_db.models import DBTaskResult

    from troth.orders.actions.sweeping import sweep_attempts
    from troth.orders.memberships.tasks import cancel_unpaid_order, run_renewals
    from troth.orders.tasks import move_due_refunds, move_refund
    from troth.processors.hooks.intake import hand_on_waiting
    from troth.processors.tasks import hand_on_event

    for each in (move_refund, cancel_unpaid_order, hand_on_event):
        waiting = DBTaskResult.objects.ready().filter(task_path=each.module_path)
        for row in waiting:
            each.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        waiting.delete()
    hand_on_waiting()
    sweep_attempts()
    move_due_refunds.call()
    run_renewals.call()


def read_ours() -> dict[str, Any]:
    """Return what our books say, by the names that both sides know."""
    from troth.orders.models import (
        AttemptState,
        MovementState,
        Order,
        OrderLine,
        Paper,
        PaymentAttempt,
        Product,
        RefundDecision,
        RefundMovement,
        Renewal,
        RenewalTry,
        Term,
    )
    from troth.processors.models import HookEvent

    paid = PaymentAttempt.objects.filter(state=AttemptState.PAID)
    back: Counter[str] = Counter()
    for moved in RefundMovement.objects.filter(state=MovementState.PAID).select_related("decision__attempt"):
        back[moved.decision.attempt.payment_ref] += moved.decision.amount_minor
    held = OrderLine.objects.filter(order__reserves_stock=True, product__key="kill-vase")
    vase = Product.objects.get(key="kill-vase")
    orders = {str(each.pk): each for each in Order.objects.prefetch_related("lines")}
    return {
        "taken": {each.payment_ref: each.taken_minor for each in paid},
        "back": dict(back),
        "open_attempts": [
            f"{each} for {each.order.origin} of {each.made_at}, tries {each.tries}"
            for each in PaymentAttempt.objects.exclude(state__in=["paid", "failed", "expired"])
        ],
        "open_movements": RefundMovement.objects.exclude(state=MovementState.PAID).count(),
        "decided": RefundDecision.objects.count(),
        "unheard": HookEvent.objects.filter(handled_at=None).count(),
        "tries": [
            f"{each.number} of {each.renewal.state}, due {each.renewal.due_on}, {describe(each.renewal.order, paid)}, "
            f"{list(PaymentAttempt.objects.filter(order=each.renewal.order).values('state', 'payment_ref', 'made_at'))}"
            for each in RenewalTry.objects.filter(ended_at=None)
        ],
        "renewals": dict(Counter(Renewal.objects.values_list("state", flat=True))),
        "orders": {key: describe(each, paid) for key, each in orders.items()},
        "terms": dict(Counter(str(each) for each in Term.objects.values_list("line__order_id", flat=True))),
        "invoices": dict(
            Counter(str(each) for each in Paper.objects.filter(kind="invoice").values_list("order_id", flat=True))
        ),
        "stock": {"free": vase.free_stock, "reserved": vase.reserved, "held": sum(each.remaining for each in held)},
    }


def describe(placed: Any, paid: Any) -> dict[str, Any]:
    """Return how one order stands."""
    lines = list(placed.lines.all())
    return {
        "state": placed.state,
        "paid": placed.paid_at is not None,
        "total": placed.total_minor,
        "kept": sum((line.net_minor + line.tax_minor) * line.remaining // line.quantity for line in lines),
        "payments": [each.payment_ref for each in paid if each.order_id == placed.pk],
        "member": any(line.kind == "membership" and line.remaining for line in lines),
    }


def renewal_day() -> date:
    """Return the day on which the memberships of today are charged again."""
    from troth.orders.memberships.terms import Rule, end_of_term

    return end_of_term(_began, Rule(months=12))


def noon(day: date) -> datetime:
    """Return a moment well within a day of the operator's."""
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


if __name__ == "__main__":
    serve(DEEDS, inspect, begin=begin)
