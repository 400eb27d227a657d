"""The checks of I1 to I3 pass on what the collector writes, and catch each breach."""

import pytest

from troth.kernel.ports import controls
from troth.weblog.controls import CONTROLS


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    from dataclasses import replace

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_check_looks_at_something_and_finds_nothing_wrong(control):
    seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 0
    assert control.key in controls


BREACHES = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize(("control", "sabotage"), BREACHES, ids=lambda each: each.key)
def test_a_check_catches_each_breach(control, sabotage):
    with sabotage.breach():
        assert control.observe().failures
