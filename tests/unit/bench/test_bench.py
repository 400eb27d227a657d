"""The bench at its smallest sizes, so that it cannot rot unseen. Nothing here asks how fast anything is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections

from bench.browser import Browser, UnexpectedAnswerError
from bench.measuring import Spread, measure, measure_in_turn
from bench.report import Figure, Goal, format_table

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def clients(transactional_db: None, furnished: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A place with a dozen invented clients."""
    from bench.population import make_clients
    from troth.accounts.hashers import PepperedArgon2
    from troth.vault.keyring import ensure_epoch

    monkeypatch.setattr(PepperedArgon2, "memory_cost", 64)
    monkeypatch.setattr(PepperedArgon2, "time_cost", 1)
    ensure_epoch()
    make_clients(12, tell=lambda _done: None)
    yield 12
    for path in django_settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


def test_invented_clients_are_found_and_open_as_any_other(clients: int) -> None:
    from bench.values import email_of
    from troth.accounts.api import Profile, find_account
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    for number in range(clients):
        account = find_account(email_of(number))
        assert account is not None
        assert account.is_active
        with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
            opened = Profile.objects.get(subject_id=account.id).open()
        assert opened.email == email_of(number)
        assert find_account(opened.user_name).id == account.id
        assert (opened.telephone is not None) == (number % 4 == 0)


@pytest.mark.sqlite
def test_filling_brings_every_index_back(transactional_db: None) -> None:
    from bench.population import _filling

    def read_indexes() -> list[Any]:
        found = []
        for alias in connections:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
                found.append(cursor.fetchall())
        return found

    before = read_indexes()
    with pytest.raises(KeyboardInterrupt), _filling():
        assert read_indexes() != before
        raise KeyboardInterrupt
    assert read_indexes() == before


def test_each_job_does_what_it_measures(clients: int) -> None:
    from bench.members.jobs import JOBS
    from troth.accounts.api import Account

    assert JOBS["look_up"](clients=clients, seconds=0)["not_found"] == 0
    assert JOBS["export"](clients=clients, seconds=0)["bytes"] > 1000
    erased = JOBS["erase"](clients=clients, count=3)
    assert erased["left"] == 0
    assert Account.objects.count() == clients - 3


def test_a_page_that_fails_is_not_measured() -> None:
    def fail(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("500 Internal Server Error", [])
        return [b""]

    with pytest.raises(UnexpectedAnswerError):
        Browser(fail, site="https://example.org").get("/")


def test_works_are_done_in_turn_and_as_often() -> None:
    done: list[str] = []
    samples = measure_in_turn({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, seconds=0.001)
    assert done == ["a", "b"] * samples["a"].count
    assert samples["a"].count == samples["b"].count >= 1
    assert measure(lambda: done.append("c"), seconds=0, least=3).count == 3


def test_the_table_says_which_goal_was_missed() -> None:
    spread = Spread.of([1.0, 3.0, 2.0])
    assert (spread.median, spread.least, spread.most) == (2.0, 1.0, 3.0)
    kept = Figure("this", spread, "ms", goal=Goal("at most 2", met=True))
    missed = Figure("that", spread, "ms", 1.5, "× this", Goal("at most 1", met=False), "why")
    lines = format_table([kept, missed]).splitlines()
    assert lines[2].endswith("yes")
    assert lines[3].endswith("NO")
    assert lines[-1] == "  that: why"


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_command_runs_from_end_to_end(tmp_path: Path) -> None:
    result = tmp_path / "figures.json"
    sizes = {"few": 5, "clients": 5, "rounds": 1, "seconds": 0.01, "values": 30, "cases": 2}
    arguments = ["pages", "values", "served", "console", *(f"--{name}={size}" for name, size in sizes.items())]
    environment = {**os.environ, "TROTH_BENCH_DATA": str(tmp_path / "places")}
    run = subprocess.run(
        [sys.executable, "-m", "bench", *arguments, "--json", str(result)],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    figures = json.loads(result.read_text())["figures"]
    assert [figure["name"] for figure in figures if figure["goal"]] == [
        "· their throughput beside the calibration’s",
        "· sealed beside plain",
        "memory of troth serve",
    ]
    assert all(figure["spread"]["median"] > 0 for figure in figures)
