"""The check of connected sites holds on a sound house, and each breach is caught."""

import pytest

from troth.connect.controls import ANSWERS
from troth.connect.models import Connection, Party
from troth.kernel.ports import Sabotage

pytestmark = pytest.mark.usefixtures("house")


def test_the_check_is_kept_and_leaves_nothing() -> None:
    seen = ANSWERS.observe()
    assert seen.examined > 8 and not seen.failures
    assert not Party.objects.exists() and not Connection.objects.exists()


@pytest.mark.parametrize("sabotage", ANSWERS.sabotages, ids=lambda each: each.key)
def test_a_breach_is_caught(sabotage: Sabotage) -> None:
    with sabotage.breach():
        assert ANSWERS.observe().failures
    assert not ANSWERS.observe().failures
