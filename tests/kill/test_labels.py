"""Killed by SIGKILL at random points of the making of a label: none is bought twice, and none is lost."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import PROJECT, environment_of, find_port
from tests.standins import KEY, SECRET, run_standin

pytestmark = pytest.mark.slow

DEATHS = 6 * int(os.environ.get("TROTH_TEST_DEATHS", "1"))


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with run_standin("parcel", tmp_path_factory.mktemp("carrier")) as running:
        yield running


@pytest.fixture(scope="module")
def packer(tmp_path_factory: pytest.TempPathFactory, standin: Any) -> Iterator["Packer"]:
    given = environment_of(
        tmp_path_factory.mktemp("kill") / "data",
        find_port(),
        TROTH_DEMO="0",
        PYTHONPATH=str(PROJECT),
        TROTH_PARCEL_URL=standin.url,
        TROTH_PARCEL_KEY=KEY,
        TROTH_PARCEL_WEBHOOK_SECRET=SECRET,
    )
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("packer.py"))],
        cwd=PROJECT,
        env=given,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    yield Packer(program)
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.close()
    program.stdout.close()
    assert program.wait(30) == 0


class Packer:
    """The program that is killed; see ``packer.py``."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        assert self._hear() == {"ready": True}

    def ask(self, **command: Any) -> dict[str, Any]:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(command) + "\n")
        self._program.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        assert line, "The packer itself fell; what it said stands above."
        return dict(json.loads(line))


def test_each_label_is_bought_once_and_stands_in_our_books(packer: Packer, standin: Any) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"The seed of the random points: {seed}")
    chance = random.Random(seed)  # noqa: S311  points in time, not secrets
    whole = packer.ask(number=1, delay=None)
    assert whole["done"]
    killed, number = 0, 1
    while killed < DEATHS:
        number += 1
        killed += not packer.ask(number=number, delay=chance.uniform(0, whole["took"]))["done"]
    parcels = packer.ask(settle=True)["parcels"]
    assert len(parcels) == number
    shipments = standin.things("shp")
    bought = {each["reference"]: each for each in shipments if each["postage_label"]}
    assert len(bought) == sum(bool(each["postage_label"]) for each in shipments), "A label was bought twice."
    assert len({each["reference"] for each in shipments}) == len(shipments), "A shipment was made twice."
    for parcel in parcels:
        assert parcel["asked"] is False, parcel
        there = bought.get(parcel["key"])
        assert parcel["ref"] == (there["id"] if there else ""), parcel
        assert parcel["tracking"] == (there["tracking_code"] if there else ""), parcel
        if any(each["reference"] == parcel["key"] for each in shipments):
            assert parcel["key"] in parcel["held_there"], "The carrier holds what it could not be asked to delete."
    # Every parcel that was left without a label gets one now, and still just one.
    again = packer.ask(finish=True)["parcels"]
    references = [each["reference"] for each in standin.things("shp") if each["postage_label"]]
    assert sorted(references) == sorted(parcel["key"] for parcel in again)
