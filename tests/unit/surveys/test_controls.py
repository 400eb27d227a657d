"""The checks see the house whole, and each sabotage, and nothing of a sabotage stays."""

import pytest

from tests.unit.surveys.conftest import act_as, fill
from troth.kernel.ports import controls
from troth.surveys.actions.releasing import decide_release, prepare_release
from troth.surveys.actions.running import close_survey
from troth.surveys.models import Survey

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEYS = (
    "surveys.voluntary",
    "surveys.no_gate",
    "surveys.unnamed",
    "surveys.fixed",
    "surveys.releases",
    "surveys.invited",
    "surveys.retention",
)
SABOTAGES = [(key, sabotage) for key in KEYS for sabotage in controls.get(key).sabotages]


def test_a_house_that_released_something_is_seen_whole(opened, author, reviewer):
    opened("confidential")
    survey = opened()
    fill(survey, 40)
    with act_as(author):
        release = prepare_release(close_survey(survey))
    with act_as(reviewer):
        decide_release(release, sign=True, content_hash=release.content_hash)
    for key in KEYS:
        observation = controls.get(key).observe()
        assert list(observation.failures) == []
        assert observation.examined > 0


@pytest.mark.parametrize(("key", "sabotage"), SABOTAGES, ids=[f"{key}-{each.key}" for key, each in SABOTAGES])
def test_each_sabotage_is_caught_and_undone(key, sabotage, house):
    with sabotage.breach():
        assert list(controls.get(key).observe().failures)
    assert list(controls.get(key).observe().failures) == []
    assert not Survey.objects.exists()
