"""The control sees a whole record, and each of its sabotages, and nothing of a sabotage stays."""

import pytest

from troth.kernel.ports import controls
from troth.ledger.controls import RECORD_IS_WHOLE
from troth.ledger.models import Checkpoint, EntryRow, Leaf
from troth.ledger.sealing import seal_entries

pytestmark = pytest.mark.django_db


def test_an_empty_record_proves_nothing(ledger_key):
    assert RECORD_IS_WHOLE.observe().examined == 0


def test_a_whole_record_is_seen_whole(write):
    write(4)
    seal_entries()
    observation = RECORD_IS_WHOLE.observe()
    assert (observation.examined, list(observation.failures)) == (4, [])


@pytest.mark.parametrize("sabotage", RECORD_IS_WHOLE.sabotages, ids=lambda sabotage: sabotage.key)
def test_each_sabotage_is_caught_and_undone(write, sabotage):
    write(4)
    seal_entries()
    with sabotage.breach():
        caught = [failure for failure in RECORD_IS_WHOLE.observe().failures if "trigger" not in failure]
        assert caught
    assert list(RECORD_IS_WHOLE.observe().failures) == []
    assert (EntryRow.objects.count(), Leaf.objects.count(), Checkpoint.objects.count()) == (4, 4, 1)


def test_the_control_is_registered():
    assert controls.get("ledger.record_is_whole") is RECORD_IS_WHOLE
