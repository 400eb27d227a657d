"""Killed by SIGKILL at fifty random points: each account is wholly in one state, nothing is lost, erasures finish.

``TROTH_TEST_DEATHS=3`` kills fifty times at each of the three.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kill.killing import Mortal, choose_points, start_mortal
from tests.running import find_port
from troth.vault.api import verify_receipt

pytestmark = pytest.mark.slow

MORE = int(os.environ.get("TROTH_TEST_DEATHS", "1"))
DEATHS = {"join": 17 * MORE, "correct": 17 * MORE, "erase": 17 * MORE}


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    with start_mortal("clerk.py", tmp_path_factory.mktemp("kill") / "data", find_port()) as program:
        yield program


@pytest.fixture(scope="module")
def after(clerk: Mortal) -> dict[str, Any]:
    """What stands after fifty deaths at random points, and after what the schedule then does by itself."""
    clerk.die_often(DEATHS, choose_points())
    return clerk.ask(inspect=True)


def test_fifty_were_killed_and_each_person_is_wholly_in_one_state(clerk: Mortal, after: dict[str, Any]) -> None:
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


def test_every_erasure_is_finished_and_has_one_genuine_receipt(clerk: Mortal, after: dict[str, Any]) -> None:
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
