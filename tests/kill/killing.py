"""What the tests with SIGKILL share: the program that is killed, from outside."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgres import make_databases
from tests.running import PROJECT, environment_of


@dataclass
class Mortal:
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
        assert line, "The program itself fell; what it said stands above."
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

    def die_often(self, deaths: Mapping[str, int], chance: random.Random, *, reach: float = 1.0) -> None:
        """Do each deed until so many were killed at a random point of it, within ``reach`` times its whole time."""
        for deed, count in deaths.items():
            whole = min(self.act(deed, delay=None) for _ in range(2))
            died = self.killed
            while self.killed < died + count:
                # A deed that was done before its moment came counts as done, and another one is begun.
                self.act(deed, delay=chance.uniform(0, reach * whole))


@contextmanager
def start_mortal(script: str, place: Path, port: int, **more: str) -> Iterator[Mortal]:
    """Start a program of this folder on data and port of its own, and end it with the block.

    In a run on PostgreSQL it has databases of its own on the run's server.
    """
    if server := os.environ.get("TROTH_TEST_POSTGRES_URL"):
        more |= make_databases(server)
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name(script))],
        cwd=PROJECT,
        env=environment_of(place, port, TROTH_DEMO="0", PYTHONPATH=str(PROJECT), **more),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    assert json.loads(program.stdout.readline()) == {"ready": True}
    yield Mortal(program)
    program.stdin.close()
    program.stdout.close()
    assert program.wait(20) == 0


def choose_points() -> random.Random:
    """Return the chance that picks the points in time, and print its seed."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"The seed of the random points: {seed}")
    return random.Random(seed)  # noqa: S311  points in time, not secrets
