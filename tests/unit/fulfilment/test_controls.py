"""Each check of this room holds on a sound site, and catches each of its sabotages."""

import pytest

from troth.fulfilment.controls import _CONTROLS
from troth.fulfilment.models import Parcel
from troth.orders.models import Order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("furnished", "house")]

BREACHES = [(control, sabotage) for control in _CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", _CONTROLS, ids=lambda each: each.key)
def test_a_sound_site_is_found_sound_and_nothing_is_left_of_the_look(control):
    seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 5
    assert not Parcel.objects.exists()
    assert not Order.objects.exists()


@pytest.mark.parametrize(("control", "sabotage"), BREACHES, ids=[f"{c.key}.{s.key}" for c, s in BREACHES])
def test_each_breach_is_caught(control, sabotage):
    with sabotage.breach():
        assert control.observe().failures
