"""Each check of the order form and of what is kept looks at something, is kept, and turns red when it is broken."""

import pytest

from tests.factories.orders import make_product
from tests.unit.rights.conftest import house
from troth.kernel.card_numbers import find_card_numbers
from troth.kernel.ports import controls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("furnished")]
__all__ = ["house"]
KEYS = ("orders.form", "orders.card_numbers", "orders.waiting", "orders.use")


@pytest.mark.parametrize("key", KEYS)
def test_a_check_is_kept_and_each_breach_is_caught(house, key):
    make_product("valuation", kind="service")
    control = controls.get(key)
    seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 0
    for sabotage in control.sabotages:
        with sabotage.breach():
            assert control.observe().failures, sabotage.key
    assert list(control.observe().failures) == []


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "paid with 4242 4242 4242 4242, thanks",
        "card:5555-5555-5555-4444",
        '{"n": "378282246310005"}',
        "4242.4242.4242.4242",
        "2223003122003222 and more",
    ],
)
def test_a_card_number_is_known_however_it_is_written(text):
    assert list(find_card_numbers(text))


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424241",
        "018f2b54-4242-7424-9424-242424242420",
        "1764094123456786",
        "pi_4242424242424242",
        "0.4242424242424242",
        "DE89370400440532013000",
        "+49 151 23456789",
        "42424242424242424242424242",
    ],
)
def test_what_only_looks_like_one_is_none(text):
    assert list(find_card_numbers(text)) == []
