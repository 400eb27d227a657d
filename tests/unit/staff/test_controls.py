"""The checks of staff: each looks at something and is kept, and each sabotage is caught and leaves nothing."""

import pytest

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.staff.controls import _CONTROLS
from troth.staff.job import JOB

SABOTAGES = [(control, sabotage) for control in _CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", _CONTROLS, ids=lambda control: control.key)
def test_a_check_looks_at_something_and_is_kept(house, heron, control):
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 0


@pytest.mark.parametrize(
    ("control", "sabotage"), SABOTAGES, ids=[f"{control.key}-{sabotage.key}" for control, sabotage in SABOTAGES]
)
def test_a_sabotage_is_caught_and_leaves_nothing(house, heron, control, sabotage):
    with acting(actor=system(JOB), purpose=Purpose.SECURITY):
        with sabotage.breach():
            assert control.observe().failures
        assert not control.observe().failures
