"""Each check of this room looks at something, is kept, and turns red when its promise is broken."""

import pytest

from tests.unit.rights.conftest import house
from troth.kernel.ports import controls

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["house"]
KEYS = ("law.releases", "law.tellings", "law.holds", "law.breaches")


@pytest.mark.parametrize("key", KEYS)
def test_a_check_is_kept(house, key):
    seen = controls.get(key).observe()
    assert list(seen.failures) == []


@pytest.mark.parametrize(
    ("key", "sabotage"), [(key, sabotage.key) for key in KEYS for sabotage in controls.get(key).sabotages]
)
def test_a_breach_is_caught(house, key, sabotage):
    control = controls.get(key)
    (chosen,) = (each for each in control.sabotages if each.key == sabotage)
    with chosen.breach():
        assert control.observe().failures
    assert list(control.observe().failures) == []
