"""The checks of renewals hold on a sound house, and each breach is caught."""

import pytest

from troth.kernel.ports import Control, Sabotage
from troth.orders.memberships.controls import FAILURES, NOTICES
from troth.orders.models import Membership, RenewalTry

pytestmark = pytest.mark.usefixtures("house", "furnished")
CHECKS = (NOTICES, FAILURES)
BREACHES = [(control, sabotage) for control in CHECKS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", CHECKS, ids=lambda control: control.key)
def test_a_check_is_kept_and_leaves_nothing(control: Control) -> None:
    seen = control.observe()
    assert seen.examined > 5 and not seen.failures
    assert not Membership.objects.exists() and not RenewalTry.objects.exists()


@pytest.mark.parametrize(("control", "sabotage"), BREACHES, ids=lambda each: each.key)
def test_a_breach_is_caught(control: Control, sabotage: Sabotage) -> None:
    with sabotage.breach():
        assert control.observe().failures
    assert not control.observe().failures
