"""Killed while a notice goes to many: none is lost, and one comes twice only where its class allows, and is named.

The log of the mail server that took the mails is the truth: a sink's, or a real Postfix's. ``TROTH_TEST_DEATHS=10``
kills ten times as often, and with Postfix during a run of ten thousand.
"""

import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.mail_servers import DISCARD, IS_ROOT, POSTFIX, run_postfix
from tests.running import PROJECT, environment_of, find_port, wait_until

pytestmark = pytest.mark.slow

MORE = int(os.environ.get("TROTH_TEST_DEATHS", "1"))
DEATHS = 3 * MORE
PEOPLE = 120 * MORE


class Sink:
    """A mail server that writes the Message-ID of each mail that it took into its log before it says so."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.log.touch()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        message_id = message_from_bytes(envelope.content)["Message-ID"].strip("<>")
        with self.log.open("a", encoding="ascii") as file:
            file.write(f"{message_id}\n")
        return "250 taken"

    def count(self) -> Counter[str]:
        return Counter(self.log.read_text(encoding="ascii").split())


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Sink, int]]:
    box, port = Sink(tmp_path / "relay.log"), find_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


class House:
    """A place of its own whose sender is started, killed and asked."""

    def __init__(self, place: Path, port: int, **more: str) -> None:
        given = environment_of(place, find_port(), TROTH_DEMO="0", PYTHONPATH=str(PROJECT), **more)
        self._given = given | {
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "troth.config.settings",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(Path(__file__).with_name("sender.py")), *arguments]
        return subprocess.Popen(command, cwd=PROJECT, env=self._given, text=True, stdout=subprocess.PIPE)

    def ask(self, *arguments: str) -> dict[str, Any]:
        said, _errors = self.start(*arguments).communicate(timeout=1800)
        return dict(json.loads(said.splitlines()[-1]))

    def send_and_die(self, notice: str, log: str, chance: random.Random, longest: float = 0.6) -> None:
        program = self.start("send", notice, log)
        assert program.stdout is not None
        assert json.loads(program.stdout.readline()) == {"ready": True}
        time.sleep(chance.uniform(0, longest))
        program.kill()
        program.communicate()


def send_with_deaths(
    house: House, kind: str, *, log: str, people: int = PEOPLE, longest: float = 0.6
) -> dict[str, Any]:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"The seed of the random points: {seed}")
    chance = random.Random(seed)  # noqa: S311  points in time, not secrets
    notice = house.ask("prepare", kind, str(people))["notice"]
    for _death in range(DEATHS):
        house.send_and_die(notice, log, chance, longest)
    assert house.ask("send", notice, log) == {"ready": True}
    return house.ask("tell", notice)


def test_with_the_relays_log_none_is_lost_and_none_comes_twice(tmp_path: Path, sink: tuple[Sink, int]) -> None:
    house = House(tmp_path / "data", sink[1])
    told = send_with_deaths(house, "service", log=str(sink[0].log))
    arrived = sink[0].count()
    assert {row["state"] for row in told["rows"]} == {"accepted"}
    assert len(told["rows"]) == told["frozen"] == PEOPLE + 2
    assert arrived == Counter(row["mail"] for row in told["rows"])


def test_without_a_log_an_announcement_may_come_twice_where_the_report_says_so(
    tmp_path: Path, sink: tuple[Sink, int]
) -> None:
    house = House(tmp_path / "data", sink[1])
    told = send_with_deaths(house, "service", log="")
    arrived = sink[0].count()
    assert {row["state"] for row in told["rows"]} == {"accepted"}
    assert set(arrived) == {row["mail"] for row in told["rows"]}
    doubled = {mail for mail, count in arrived.items() if count > 1}
    assert doubled <= {row["mail"] for row in told["rows"] if row["again"]}


def test_without_a_log_news_never_comes_twice_and_what_is_uncertain_is_counted(
    tmp_path: Path, sink: tuple[Sink, int]
) -> None:
    house = House(tmp_path / "data", sink[1])
    told = send_with_deaths(house, "news", log="")
    arrived = sink[0].count()
    assert max(arrived.values()) == 1
    states = Counter(row["state"] for row in told["rows"])
    assert set(states) <= {"accepted", "uncertain"}
    assert sum(states.values()) == told["frozen"]
    accepted = {row["mail"] for row in told["rows"] if row["state"] == "accepted"}
    assert accepted <= set(arrived)
    assert set(arrived) - accepted <= {row["mail"] for row in told["rows"] if row["state"] == "uncertain"}


def read_postfix(log: Path) -> Counter[str]:
    """Return how often Postfix took each mail, by its own log: queued, and not only begun."""
    text = log.read_text(encoding="utf-8")
    queued = set(re.findall(r"qmgr\[\d+\]: (\w+): from=<", text))
    named = set(re.findall(r"cleanup\[\d+\]: (\w+): message-id=<([^>]+)>", text))
    return Counter(message_id for queue, message_id in named if queue in queued)


@pytest.mark.skipif(not (POSTFIX and IS_ROOT), reason="Postfix is not here, or this is not root.")
def test_with_a_real_postfix_whose_log_is_read_none_is_lost_and_none_comes_twice(tmp_path: Path) -> None:
    people = PEOPLE if MORE == 1 else 1000 * MORE
    with run_postfix(find_port(), hand_to=DISCARD) as server:
        log = server.folder / "log"
        house = House(tmp_path / "data", server.port, TROTH_RELAY_LOG=str(log))
        told = send_with_deaths(house, "service", log="", people=people, longest=0.6 if MORE == 1 else 2.5)
        wait_until(lambda: server.count_waiting() == 0, longest=120)
        arrived = read_postfix(log)
    states, again = Counter(row["state"] for row in told["rows"]), sum(row["again"] for row in told["rows"])
    print(
        f"{DEATHS} deaths, {told['frozen']} recipients: {dict(states)}; arrived {sum(arrived.values())}; again {again}"
    )
    assert states == {"accepted": people + 2}
    assert arrived == Counter(row["mail"] for row in told["rows"])
