"""Each check of the help desk looks at something, is kept, leaves nothing behind, and turns red when it is broken."""

import pytest

from troth.kernel.ports import controls
from troth.support.models import Case, ContactWish, Outbound

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = ("support.inquiries", "support.contacts")


@pytest.mark.parametrize("key", KEYS)
def test_a_check_is_kept(house, key):
    seen = controls.get(key).observe()
    assert list(seen.failures) == []
    assert seen.examined > 5
    assert not Case.objects.exists()
    assert not ContactWish.objects.exists()
    assert not Outbound.objects.exists()


@pytest.mark.parametrize(
    ("key", "sabotage"), [(key, sabotage.key) for key in KEYS for sabotage in controls.get(key).sabotages]
)
def test_a_breach_is_caught(house, key, sabotage):
    control = controls.get(key)
    (chosen,) = (each for each in control.sabotages if each.key == sabotage)
    with chosen.breach():
        assert control.observe().failures
    assert list(control.observe().failures) == []
