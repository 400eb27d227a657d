"""The same on PostgreSQL: a place is backed up by the server's own programs, and comes back in other databases."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import make_databases
from tests.running import PROJECT, environment_of, find_port

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.on_both]

WHO_IS_THERE = """
import django
django.setup()
from troth.accounts.api import find_account
from django.db import connection
print(connection.vendor, [name for name in ("ottilie", "nneka", "nobody") if find_account(name)])
"""


def run(place: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    given = environment_of(place, find_port(), DJANGO_SETTINGS_MODULE="troth.config.settings", **more)
    return subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=given, capture_output=True, text=True, timeout=600, check=False
    )


def test_a_place_comes_back_in_other_databases_and_never_over_one(tmp_path: Path) -> None:
    server = os.environ["TROTH_TEST_POSTGRES_URL"]
    lost, found = tmp_path / "lost", tmp_path / "found"
    first, second = make_databases(server), make_databases(server)
    assert (done := run(lost, "-m", "troth", "setup", **first)).returncode == 0, done.stderr
    main = max((lost / "backups").glob("*.main.age"))
    found.mkdir(mode=0o700)
    shutil.copytree(lost / "secrets", found / "secrets")
    elsewhere = run(found, "-m", "troth", "restore", str(main))
    assert elsewhere.returncode == 1
    assert "is of postgresql, and the main database here is sqlite" in elsewhere.stderr
    done = run(found, "-m", "troth", "restore", str(main), **second)
    assert done.returncode == 0, done.stderr
    done = run(found, "-c", WHO_IS_THERE, **second)
    assert done.stdout.strip() == "postgresql ['ottilie', 'nneka']", done.stderr
    again = run(found, "-m", "troth", "restore", str(main), **second)
    assert again.returncode == 1
    assert "The main database is not empty" in again.stderr
