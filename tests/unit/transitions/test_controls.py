"""The checks see the house whole, and each sabotage, and nothing of a sabotage stays."""

import pytest

from troth.announcements.api import Notice
from troth.kernel.ports import controls
from troth.transitions.models import Transition

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEYS = ("transitions.timing", "transitions.membership", "transitions.notice")
SABOTAGES = [(key, sabotage) for key in KEYS for sabotage in controls.get(key).sabotages]


@pytest.mark.parametrize("key", KEYS)
def test_a_house_in_which_one_is_announced_is_seen_whole(key, announced):
    observation = controls.get(key).observe()
    assert list(observation.failures) == []
    assert observation.examined > 0
    announced.refresh_from_db()
    assert announced.state == "announced"


@pytest.mark.parametrize(("key", "sabotage"), SABOTAGES, ids=[f"{key}-{each.key}" for key, each in SABOTAGES])
def test_each_sabotage_is_caught_and_undone(key, sabotage, furnished, house):
    with sabotage.breach():
        assert list(controls.get(key).observe().failures)
    assert list(controls.get(key).observe().failures) == []
    assert not Transition.objects.exists()
    assert not Notice.objects.exists()
