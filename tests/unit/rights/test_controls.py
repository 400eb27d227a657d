"""Each check is kept on the site as it stands, catches each of its sabotages, and is kept again after it."""

import pytest

from troth.kernel.ports import controls
from troth.rights.controls import _CONTROLS
from troth.rights.controls_written import CONTROLS

ALL = (*_CONTROLS, *CONTROLS)
PAIRS = [(control, sabotage) for control in ALL for sabotage in control.sabotages]


@pytest.mark.parametrize("control", ALL, ids=lambda control: control.key)
def test_a_check_looks_at_something_and_is_kept(house, control):
    seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 0
    assert controls.get(control.key) is control


@pytest.mark.parametrize(("control", "sabotage"), PAIRS, ids=lambda each: each.key)
def test_a_sabotage_is_caught_and_leaves_nothing(house, control, sabotage):
    with sabotage.breach():
        during = control.observe()
    assert during.failures
    assert list(control.observe().failures) == []
