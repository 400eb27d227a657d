"""Each check of the help desk looks at something, is kept, leaves nothing behind, and turns red when it is broken."""

import pytest

from troth.kernel.ports import contact_kinds, controls
from troth.support.leaving import CLAUSES
from troth.support.models import Case, ContactWish, Outbound

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = (
    "support.inquiries",
    "support.contacts",
    "support.card_numbers",
    *(f"support.leaving_{clause.lower()}" for clause in CLAUSES),
)


@pytest.mark.parametrize("key", KEYS)
def test_a_check_is_kept(house, key):
    seen = controls.get(key).observe()
    assert list(seen.failures) == []
    assert seen.examined > 2
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


def test_every_promise_that_a_mail_keeps_has_its_check():
    assert {kind.clause for kind in contact_kinds} == set(CLAUSES)
