"""The checks see the house whole, and each sabotage, and nothing of a sabotage stays."""

import pytest

from tests.unit.amendments.conftest import at, keep, send
from troth.amendments.models import Amendment, Practice
from troth.kernel.ports import controls
from troth.statement.api import versions

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEYS = ("amendments.decided", "amendments.told", "amendments.governs", "amendments.posted")
SABOTAGES = [(key, sabotage) for key in KEYS for sabotage in controls.get(key).sabotages]


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Serve static files under their own names, since a unit test collects none."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_house_is_seen_whole_before_while_and_after_a_change_is_announced(key, announce, ada, mailbox):
    assert list(controls.get(key).observe().failures) == []
    amendment = announce()
    seen = controls.get(key).observe()
    assert list(seen.failures) == []
    assert seen.examined > 0
    send(amendment)
    with at(amendment.version.planned_for):
        keep()
        assert list(controls.get(key).observe().failures) == []


@pytest.mark.parametrize(("key", "sabotage"), SABOTAGES, ids=[f"{key}-{each.key}" for key, each in SABOTAGES])
def test_each_sabotage_is_caught_and_undone(key, sabotage):
    with sabotage.breach():
        assert list(controls.get(key).observe().failures)
    assert list(controls.get(key).observe().failures) == []
    assert not Amendment.objects.exists()
    assert Practice.objects.count() == len(versions()) == 1
