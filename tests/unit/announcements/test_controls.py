"""The checks see the house whole, and each sabotage, and nothing of a sabotage stays."""

import pytest

from troth.announcements.models import Delivery, Notice
from troth.announcements.sending import Sender
from troth.kernel.ports import controls

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEYS = tuple(f"announcements.{each}" for each in ("rare", "no_opt_out", "news", "sums", "moving"))
SABOTAGES = [(key, sabotage) for key in KEYS for sabotage in controls.get(key).sabotages]


@pytest.mark.parametrize("key", KEYS)
def test_a_house_that_announced_something_is_seen_whole(key, ada, begin, mailbox):
    Sender(begin()).run(windows=5)
    observation = controls.get(key).observe()
    assert list(observation.failures) == []
    assert observation.examined > 0


@pytest.mark.parametrize(("key", "sabotage"), SABOTAGES, ids=[f"{key}-{each.key}" for key, each in SABOTAGES])
def test_each_sabotage_is_caught_and_undone(key, sabotage, furnished, house):
    with sabotage.breach():
        assert list(controls.get(key).observe().failures)
    assert list(controls.get(key).observe().failures) == []
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
