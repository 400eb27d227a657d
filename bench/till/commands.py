"""What a process of a site at which is bought is asked to do: orders through to paid, events, invoices, renewals."""

import json
import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched, count
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.browser import Browser
from bench.house import make_browser, make_ready
from bench.measuring import measure

if TYPE_CHECKING:
    from troth.orders.models import Plan

PEOPLE = 20
"""Clients of each process; they buy in turn."""
_PRICE = 4_500
_MEMBER = "bench-member"


def prepare() -> dict[str, Any]:
    """Make the place, or take the one that another process made; put a service on sale, and open some accounts."""
    make_ready()
    import stripe  # noqa: F401  loaded by the first payment of a process, which is not measured

    from troth.kernel import clock
    from troth.orders.models import Price, Product, ProductKind

    product, made = Product.objects.get_or_create(
        key="bench", defaults={"kind": ProductKind.SERVICE, "names": {"en": "Appraisal"}, "descriptions": {"en": ""}}
    )
    if made:
        began = clock.now() - timedelta(days=1)
        Price.objects.create(product=product, currency="USD", minor=_PRICE, valid_from=began)
    _state["people"] = [_open_account() for _number in range(PEOPLE)]
    _state["browser"] = make_browser()
    return {}


def buy(*, seconds: float) -> dict[str, float]:
    """Order, open the card processor's page, pay there, come back: as often as it goes in so many seconds."""
    people = _in_turn()
    ends, started, bought = perf_counter() + seconds, perf_counter(), 0
    while perf_counter() < ends:
        _buy_one(next(people))
        bought += 1
    return {"count": bought, "wall": perf_counter() - started}


def take_events(*, seconds: float) -> dict[str, float]:
    """Take signed events of the card processor at the page for them, each a new one."""
    from troth.standins.card.company import sign

    browser: Browser = _state["browser"]
    numbers = count()

    def post() -> None:
        thing = {"id": f"pi_bench{secrets.token_hex(8)}", "metadata": {}}
        event = {
            "id": f"evt_bench{next(numbers)}{secrets.token_hex(6)}",
            "object": "event",
            "type": "payment_intent.succeeded",
            "created": 1_764_000_000,
            "data": {"object": thing},
        }
        body = json.dumps(event).encode()
        headers = sign(body, secret=os.environ["TROTH_CARD_WEBHOOK_SECRET"])
        browser.post_body("/hooks/card/", body, headers=headers)

    return measure(post, seconds=seconds).as_facts()


def draw_invoices(*, seconds: float) -> dict[str, float]:
    """Draw the PDF of invoices that wait for it."""
    from troth.orders.models import Paper
    from troth.orders.papers.draw import draw_as_keeper

    waiting = iter(list(Paper.objects.filter(digest=b"").values_list("pk", flat=True)[:500]))
    return measure(lambda: draw_as_keeper(next(waiting)), seconds=seconds, least=3).as_facts()


def run_renewals(*, members: int) -> dict[str, float]:
    """Make so many memberships that are not due, and run the renewals among them."""
    from troth.orders.memberships import queries, renewals

    made = _make_members(members)
    day = queries.today()
    started = perf_counter()
    announced = renewals.announce_due(day)
    steps = sum(1 for _each in renewals.list_due(day))
    warned = renewals.warn_of_cards(day)
    return {"wall": perf_counter() - started, "made": made, "done": announced + steps + warned}


def charge_due() -> dict[str, float]:
    """Let each client join with a saved card, and charge the renewals of all of them: their notice was long ago."""
    from troth.kernel import clock
    from troth.orders.memberships import charging, queries, renewals
    from troth.orders.models import Renewal, Term

    _find_plan()
    for subject_id in _state["people"]:
        _buy_one(subject_id, key=_MEMBER, save_card=True)
    today, people = queries.today(), _state["people"]
    Term.objects.filter(subject_id__in=people).update(ends_on=today)
    renewals.announce_due(today)
    Renewal.objects.filter(subject_id__in=people, closed_at=None).update(
        announced_at=clock.now() - timedelta(days=61), due_on=today, charge_on=today
    )
    started = perf_counter()
    steps = [charging.take_step(renewal_id, today) for renewal_id in renewals.list_due(today)]
    return {"wall": perf_counter() - started, "count": steps.count("renewed")}


def _find_plan() -> "Plan":
    from troth.kernel import clock
    from troth.orders.models import Plan, Price, Product, ProductKind, TermRule

    product, made = Product.objects.get_or_create(
        key=_MEMBER, defaults={"kind": ProductKind.MEMBERSHIP, "names": {"en": "Member"}, "descriptions": {}}
    )
    if made:
        began = clock.now() - timedelta(days=1)
        Price.objects.create(product=product, currency="USD", minor=_PRICE, valid_from=began)
    plan, _made = Plan.objects.get_or_create(product=product, defaults={"term_rule": TermRule.MONTHS})
    return plan


def _make_members(members: int) -> int:
    from troth.kernel.ids import new_id
    from troth.orders.memberships import queries
    from troth.orders.models import Membership, Order, OrderLine, Term

    plan = _find_plan()
    product = plan.product
    present = Membership.objects.filter(plan=plan).count()
    today = queries.today()
    for numbers in batched(range(present, members), 5_000, strict=False):
        rows = [
            Membership(subject_id=new_id(), number=f"B{number:011}", plan=plan, began_on=today, renews=True)
            for number in numbers
        ]
        Membership.objects.bulk_create(rows)
        order = Order.objects.create(subject_id=new_id(), number=secrets.token_hex(8), currency="USD")
        lines = OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                subject_id=row.subject_id,
                product=product,
                kind=product.kind,
                name="Member",
                quantity=1,
                unit_minor=0,
                net_minor=0,
                tax_minor=0,
                tax_rate=0,
            )
            for row in rows
        )
        Term.objects.bulk_create(
            Term(
                line=lines[place],
                membership=row,
                subject_id=row.subject_id,
                plan=plan,
                starts_on=today,
                ends_on=today + timedelta(days=60 + place % 300),
            )
            for place, row in enumerate(rows)
        )
    return members - present


def _buy_one(subject_id: UUID, *, key: str = "bench", save_card: bool = False) -> None:
    import httpx

    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.orders.actions.ordering import OrderContactValues, place_order
    from troth.orders.actions.paying import Pages, begin_payment, find_open_attempt
    from troth.orders.actions.settling import look_up_attempt
    from troth.orders.models import Product
    from troth.orders.pricing import LineWanted
    from troth.ui.api import absolute_url

    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        order = place_order(
            subject_id=subject_id,
            wanted=[LineWanted(product=Product.objects.get(key=key))],
            contact=OrderContactValues(name="Bench Example", email="bench@example.org"),
            currency="USD",
            checkout_key=UUID(bytes=secrets.token_bytes(16)),
            renews_by_card=save_card,
        )
        back = absolute_url(f"/orders/{order.number}/back/")
        page = begin_payment(order=order, save_card=save_card, pages=Pages(paid=back, left=back))
    if page is None:
        raise RuntimeError("There was nothing to pay.")
    card = {"number": "4242424242424242", "expiry": "12/44", "code": "123"}
    httpx.post(page.url, data=card, trust_env=False, timeout=60)
    attempt = find_open_attempt(order)
    if attempt is None or not look_up_attempt(attempt).settled_at:
        raise RuntimeError("The order was not paid.")


def _open_account() -> UUID:
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from troth.accounts.api import open_account, verify
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    tag = secrets.token_hex(6)
    values = {"name": "Bench Example", "email": f"till-{tag}@example.org", "user_name": f"till-{tag}"}
    account = open_account(values=values, encoded=make_password(None), welcome=False)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT), transaction.atomic():
        verify(account)
    return account.id


def _in_turn() -> Iterator[UUID]:
    while True:
        yield from _state["people"]


_state: dict[str, Any] = {}
COMMANDS = {
    "buy": buy,
    "take_events": take_events,
    "draw_invoices": draw_invoices,
    "run_renewals": run_renewals,
    "charge_due": charge_due,
}
