"""Hostile input where money is: order forms over a filled basket, baskets in any sequence, events that are signed."""

import io
import json
import logging
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.test_forms import MARK, QUICK, check_silence, sent_values
from tests.money.conftest import account, house, open_features, shop, shopper
from tests.money.shopping import Shopper
from tests.standins import SECRET
from troth.config.logs import PlainFormatter
from troth.kernel import clock
from troth.orders.actions.ordering import MOST_PIECES
from troth.orders.models import Order, Product
from troth.processors.hooks.intake import hand_on_waiting
from troth.processors.models import HookEvent
from troth.standins.card.company import sign

__all__ = ["account", "house", "open_features", "shop", "shopper"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KINDS = (
    *("checkout.session.completed", "checkout.session.expired", "payment_intent.succeeded"),
    *("payment_intent.payment_failed", "refund.updated", "charge.dispute.created", "customer.created", MARK),
)


@pytest.fixture
def log():
    """What the program logs, as its lines are written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PlainFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_an_order_form_takes_no_harm_from_what_is_typed(shopper: Shopper, log: io.StringIO) -> None:
    names = sorted([*shopper_form(shopper), "unknown"])
    Product.objects.update(stock=None)

    @QUICK
    @given(answers=st.dictionaries(st.sampled_from(names), sent_values(), max_size=8), query=st.text(max_size=30))
    def send(answers: dict[str, str], query: str) -> None:
        shopper.put("vase")
        form = shopper.open_form()
        for address in (form.address, f"/orders/new/?of={form.answers and query}&sum={query}"):
            answer = shopper.browser.post(address, form.answers | answers)
            assert answer.status_code < 500
            check_silence(answer)
        assert all(order.total_minor == 4_500 * order.lines.get().quantity for order in shopper.orders())

    send()
    assert MARK not in log.getvalue()


def shopper_form(shopper: Shopper) -> list[str]:
    """Return the names of all inputs of an order form."""
    shopper.put("vase")
    shopper.put("member")
    page = shopper.browser.get("/orders/new/").content.decode()
    shopper.browser.post("/basket/member/remove/")
    return re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove", "currency", "look"]),
        st.sampled_from(["vase", "valuation", "member", "nothing"]),
        st.one_of(st.integers(-3, 120).map(str), sent_values()),
    ),
    max_size=12,
)


def test_a_basket_stays_one_whatever_is_done_to_it(shopper: Shopper, log: io.StringIO) -> None:
    @QUICK
    @given(steps=STEPS)
    def go(steps: list[tuple[str, str, str]]) -> None:
        for verb, key, value in steps:
            match verb:
                case "add":
                    answer = shopper.browser.post(f"/shop/{key}/add/", {"quantity": value})
                case "change":
                    answer = shopper.browser.post(f"/basket/{key}/", {"quantity": value})
                case "remove":
                    answer = shopper.browser.post(f"/basket/{key}/remove/")
                case "currency":  # XXX is ISO 4217's code for "no currency", so nobody sells in it.
                    answer = shopper.browser.post(f"/shop/in/{'USD' if key == 'vase' else 'XXX'}/")
                case _:
                    answer = shopper.browser.get("/basket/")
            assert answer.status_code < 500
            check_silence(answer)
        lines = (shopper.browser.session.get("basket") or {}).get("lines", {})
        assert set(lines) <= {"vase", "valuation", "member"}
        assert all(1 <= count <= MOST_PIECES for count in lines.values())
        assert lines.get("member", 1) == 1

    go()
    assert MARK not in log.getvalue()
    assert not Order.objects.exists()


THINGS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just(MARK)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=12), inner, max_size=4)),
    max_leaves=8,
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.text(max_size=300), st.just(f"pi_{MARK}"), THINGS),
        "metadata": st.one_of(THINGS, st.fixed_dictionaries({"attempt": THINGS})),
        "client_reference_id": THINGS,
        "payment_intent": THINGS,
        "status": THINGS,
        "amount": THINGS,
    },
)
EVENTS = st.one_of(
    THINGS,
    st.fixed_dictionaries(
        {"id": st.text(min_size=1, max_size=30), "object": st.just("event"), "type": st.sampled_from(KINDS)},
        optional={"created": st.one_of(st.integers(), THINGS), "data": st.fixed_dictionaries({"object": OBJECTS})},
    ),
)


def test_an_event_that_is_signed_and_makes_no_sense_is_refused_and_not_a_failure(
    shopper: Shopper, log: io.StringIO
) -> None:
    @QUICK
    @given(event=EVENTS)
    def post(event: Any) -> None:
        body = json.dumps(event).encode()
        given_with = {"Stripe-Signature": sign(body, secret=SECRET)["Stripe-Signature"]}
        answer = shopper.browser.post("/hooks/card/", data=body, content_type="application/json", headers=given_with)
        assert answer.status_code in {200, 400}, (answer.status_code, event)
        HookEvent.objects.filter(handled_at=None).update(next_try_at=clock.now())
        hand_on_waiting()

    post()
    assert MARK not in log.getvalue()


@given(
    body=st.binary(max_size=2_000), signature=st.one_of(st.text(max_size=80), sent_values().map(lambda v: v[:5_000]))
)
@QUICK
def test_what_is_not_signed_is_refused(shopper: Shopper, body: bytes, signature: str) -> None:
    header = "".join(character for character in signature if 32 <= ord(character) < 127)
    answer = shopper.browser.post(
        "/hooks/card/", data=body, content_type="application/json", headers={"Stripe-Signature": header}
    )
    assert answer.status_code == 400
    assert not HookEvent.objects.exists()
