"""A drill keeps what it learnt of each control at once, and stops between two controls when its time is up."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from troth.assessment import drills
from troth.assessment.drills import DrillResult, run_drill
from troth.assessment.models import Drill
from troth.assessment.queries import undrilled_controls
from troth.kernel.errors import Refused
from troth.kernel.ports import Control, Observation, Sabotage, controls

pytestmark = pytest.mark.django_db

KEYS = ["tests.first", "tests.second", "tests.third"]
PROGRAM = """#!{python}
import time
from pathlib import Path
for line in Path({lines!r}).read_text().splitlines():
    print(line, flush=True)
{then}
"""


@contextmanager
def leave_it() -> Iterator[None]:
    yield


@pytest.fixture(autouse=True)
def three_controls() -> Iterator[None]:
    for key in KEYS:
        sabotages = tuple(Sabotage(name, name, leave_it) for name in ("one", "two"))
        control = Control(
            key=key,
            clauses=("A13",),
            words="The world is whole",
            observe=lambda: Observation(examined=1),
            sabotages=sabotages,
            every=timedelta(minutes=5),
        )
        controls.register(key, control)
    yield
    for key in KEYS:
        controls.withdraw(key)


@pytest.fixture
def scratch(monkeypatch, tmp_path) -> list[subprocess.Popen[str]]:
    """Let another program stand for the scratch place's; return the processes that were started."""
    started = []
    real = subprocess.Popen

    def start(*arguments, **options) -> subprocess.Popen[str]:
        started.append(real(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(drills, "_call", lambda *_arguments: None)
    monkeypatch.setattr(drills.subprocess, "Popen", start)
    return started


def stand_in(monkeypatch, tmp_path: Path, *, then: str) -> None:
    lines = tmp_path / "lines"
    found = [DrillResult(key, name, caught=True, note="") for key in KEYS for name in ("one", "two")]
    lines.write_text("".join(drills.write_result(result) + "\n" for result in found))
    program = tmp_path / "program"
    program.write_text(PROGRAM.format(python=sys.executable, lines=str(lines), then=then))
    program.chmod(0o700)
    monkeypatch.setattr(drills.sys, "executable", str(program))


def list_undrilled() -> list[str]:
    return [control.key for control in undrilled_controls() if control.key in KEYS]


def test_all_are_drilled_where_there_is_time(scratch, monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, then="")
    assert len(run_drill(chosen=KEYS)) == 6
    assert list_undrilled() == []


def test_what_no_time_was_left_for_is_left_for_the_next_spell_and_its_process_ends(scratch, monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, then="time.sleep(600)")
    assert [result.control for result in run_drill(chosen=KEYS, longest=0)] == ["tests.first"] * 2
    assert list_undrilled() == KEYS[1:]
    assert scratch[0].poll() is not None


def test_a_drill_that_is_killed_keeps_what_it_knew_of_whole_controls(scratch, monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, then="raise SystemExit(1)")
    with pytest.raises(Refused):
        run_drill(chosen=KEYS)
    assert list_undrilled() == KEYS[2:]
    assert Drill.objects.filter(control="tests.first").count() == 2
