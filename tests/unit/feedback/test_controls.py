"""The checks see the house whole, and each sabotage, and nothing of a sabotage stays."""

import pytest

from troth.feedback.models import Feedback, Tally
from troth.kernel.ports import controls

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEYS = ("feedback.within_reach", "feedback.heard", "feedback.nobody")
SABOTAGES = [(key, sabotage) for key in KEYS for sabotage in controls.get(key).sabotages]


@pytest.mark.parametrize("key", KEYS)
def test_the_house_as_it_is_keeps_what_is_promised(key, house):
    observation = controls.get(key).observe()
    assert list(observation.failures) == []
    assert observation.examined > 3


@pytest.mark.parametrize(("key", "sabotage"), SABOTAGES, ids=[f"{key}-{each.key}" for key, each in SABOTAGES])
def test_each_sabotage_is_caught_and_undone(key, sabotage, house):
    with sabotage.breach():
        assert list(controls.get(key).observe().failures)
    assert list(controls.get(key).observe().failures) == []
    assert not Feedback.objects.exists()
    assert not Tally.objects.exists()
