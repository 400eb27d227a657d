"""Killed by SIGKILL at fifty random points: each account is wholly in one state, nothing is lost, erasures finish."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.running import PROJECT, environment_of, find_port
from troth.vault.api import verify_receipt

pytestmark = pytest.mark.slow

DEATHS = {"join": 17, "correct": 17, "erase": 16}


@dataclass
class Clerk:
    """The program that is killed, and what came of each of its deeds."""

    process: subprocess.Popen[str]
    done: dict[int, bool] = field(default_factory=dict)
    deeds: dict[int, str] = field(default_factory=dict)
    killed: int = 0

    def ask(self, **command: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "The clerk itself fell; what it said stands above."
        return dict(json.loads(line))

    def act(self, deed: str, *, delay: float | None) -> float:
        """Let one person do a deed, and be killed after ``delay`` seconds of it; return how long it lived."""
        number = len(self.deeds) + 1
        told = self.ask(deed=deed, number=number, delay=delay)
        assert told["ready"], f"{deed} {number} fell before it began."
        assert told["done"] or told["signal"] == 9, f"{deed} {number} fell by itself."
        self.deeds[number], self.done[number] = deed, told["done"]
        self.killed += not told["done"]
        return float(told["took"])


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clerk]:
    place = tmp_path_factory.mktemp("kill") / "data"
    given = environment_of(place, find_port(), TROTH_DEMO="0", PYTHONPATH=str(PROJECT))
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("clerk.py"))],
        cwd=PROJECT,
        env=given,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert json.loads(program.stdout.readline()) == {"ready": True}
    yield Clerk(program)
    assert program.stdin is not None
    program.stdin.close()
    program.stdout.close()
    assert program.wait(20) == 0


@pytest.fixture(scope="module")
def after(clerk: Clerk) -> dict[str, Any]:
    """What stands after fifty deaths at random points, and after what the schedule then does by itself."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"The seed of the random points: {seed}")
    chance = random.Random(seed)  # noqa: S311  points in time, not secrets
    for deed, deaths in DEATHS.items():
        whole = min(clerk.act(deed, delay=None) for _ in range(2))
        died = clerk.killed
        while clerk.killed < died + deaths:
            # A deed that was done before its moment came counts as done, and another one is begun.
            clerk.act(deed, delay=chance.uniform(0, whole))
    return clerk.ask(inspect=True)


def test_fifty_were_killed_and_each_person_is_wholly_in_one_state(clerk: Clerk, after: dict[str, Any]) -> None:
    assert clerk.killed == sum(DEATHS.values())
    for number, deed in clerk.deeds.items():
        told = after["people"][str(number)]
        if deed == "erase":
            assert told == {"found": [], "rows": 0}, (number, told)
        elif not told["found"]:
            assert deed == "join", (number, told)
            assert not clerk.done[number], f"Person {number} was told to have joined, and is not there."
        else:
            check_person(number, told, corrected=clerk.done[number] and deed == "correct")


def check_person(number: int, told: dict[str, Any], *, corrected: bool) -> None:
    """Assert that all values are the old ones, or all the new ones; and that the index finds these and no others."""
    old = {"name": f"Person {number}", "email": f"person{number}@example.org"}
    new = {"name": f"Corrected {number}", "email": f"corrected{number}@example.org"}
    values = {name: told["values"][name] for name in old}
    assert values in ([new] if corrected else [old, new]), (number, told)
    assert told["rows"] == 1
    assert told["telephone"] == (values == new)
    telephone = [f"+1212555{number:04}"] if values == new else []
    assert told["found"] == sorted([values["email"], f"person{number}", *telephone]), (number, told)


def test_every_erasure_is_finished_and_has_one_genuine_receipt(clerk: Clerk, after: dict[str, Any]) -> None:
    erased = [number for number, deed in clerk.deeds.items() if deed == "erase"]
    assert after["erasures"] == ["done"]
    assert len(after["receipts"]) == len(set(after["receipts"])) == len(erased)
    assert all(after["genuine"])
    # Another place did not sign them, and says so: the check can fail.
    assert not any(verify_receipt(receipt).genuine for receipt in after["receipts"])


def test_index_rows_and_record_agree(after: dict[str, Any]) -> None:
    assert after["claims"] == 0
    assert after["strays"] == []
    assert after["ledger"] == []
