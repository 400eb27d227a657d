"""A whole story: a running site is backed up, somebody is erased, the site is lost, and comes back without them."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import PROJECT, Site, environment_of, find_port, start_site
from troth.backup.sealing import make_identity

pytestmark = pytest.mark.slow

ERASE = """
from troth.accounts.api import find_account
from troth.kernel.acting import Case, acting, client
from troth.kernel.purposes import Purpose
from troth.vault.api import run_erasures, start_erasure
account = find_account(sys.argv[1])
with acting(actor=client(account.id), purpose=Purpose.RIGHTS):
    start_erasure(subject_id=account.id, case=Case("request", "R-1"))
run_erasures()
print(account.id)
"""
WHO_IS_THERE = """
from troth.accounts.api import find_account
from troth.accounts.models import Session
from troth.vault.models import SubjectKey
from django_tasks_db.models import DBTaskResult
print([name for name in ("ottilie", "nneka") if find_account(name)], Session.objects.count())
print(SubjectKey.objects.filter(subject_id=sys.argv[1], key_class="account").count())
"""


@dataclass
class Story:
    """What there is to restore: a backup with somebody who was erased since, and the keys before and after that."""

    site: Site
    main: Path
    keys_before: Path
    keys_after: Path
    erased: str


def command(place: Path, port: int, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``troth`` on a place."""
    return subprocess.run(
        [sys.executable, "-m", "troth", *arguments],
        cwd=PROJECT,
        env=environment_of(place, port, **more),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A running site that was backed up, and where ottilie was erased after that."""
    site = start_site(tmp_path_factory.mktemp("lost") / "data", find_port())
    try:
        taken = command(site.place, site.port, "backup")
        assert taken.returncode == 0, taken.stderr
        folder = site.place / "backups"
        main, before = max(folder.glob("*.main.age")), max(folder.glob("*.keys.age"))
        erased = site.run(ERASE, "ottilie").strip()
        assert command(site.place, site.port, "backup").returncode == 0
        after = max(folder.glob("*.keys.age"))
        yield Story(site, main, before, after, erased)
    finally:
        site.stop()


@pytest.fixture
def empty(story: Story, tmp_path: Path) -> Path:
    """A new place, with the mirror of the secrets and nothing else."""
    place = tmp_path / "data"
    place.mkdir(mode=0o700)
    shutil.copytree(story.site.place / "secrets", place / "secrets")
    return place


def what_stands(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()} - {"serve.lock"}


def require_refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_site_comes_back_and_serves_and_whoever_was_erased_since_does_not(story: Story, empty: Path) -> None:
    port = find_port()
    done = command(empty, port, "restore", str(story.main), "--keys", str(story.keys_after))
    assert done.returncode == 0, done.stderr
    assert "erased subjects removed again: 1" in done.stderr
    site = start_site(empty, port)
    try:
        assert site.ask("/").status_code == 200
        assert site.run(WHO_IS_THERE, story.erased).split("\n")[:2] == ["['nneka'] 0", "0"]
    finally:
        site.stop()
    assert story.erased.encode() not in (empty / "index.db").read_bytes()


def test_the_newest_keys_beside_the_backup_are_found_by_themselves(story: Story, empty: Path) -> None:
    done = command(empty, find_port(), "restore", str(story.main))
    assert done.returncode == 0, done.stderr
    assert story.keys_after.name in done.stderr
    assert "erased subjects removed again: 1" in done.stderr


def test_older_keys_are_refused_where_newer_ones_lie_beside_them(story: Story, empty: Path) -> None:
    done = command(empty, find_port(), "restore", str(story.main), "--keys", str(story.keys_before))
    require_refused(done, "is not the newest copy of the keys' database")
    assert what_stands(empty) == {"secrets"}


def test_keys_older_than_the_backup_are_refused(story: Story, empty: Path, tmp_path: Path) -> None:
    newest = max((story.site.place / "backups").glob("*.main.age"))
    alone = tmp_path / "alone"
    alone.mkdir()
    for path in (newest, story.keys_before):
        shutil.copy(path, alone)
    require_refused(command(empty, find_port(), "restore", str(alone / newest.name)), "older than the backup")
    assert what_stands(empty) == {"secrets"}


def test_a_missing_erasure_ledger_is_refused(story: Story, empty: Path, tmp_path: Path) -> None:
    alone = shutil.copy(story.main, tmp_path)
    done = command(empty, find_port(), "restore", str(alone))
    require_refused(done, "and with it the erasure ledger")
    assert what_stands(empty) == {"secrets"}


def test_a_backup_that_was_cut_in_half_is_refused(story: Story, empty: Path, tmp_path: Path) -> None:
    half = tmp_path / story.main.name
    half.write_bytes(story.main.read_bytes()[: story.main.stat().st_size // 2])
    done = command(empty, find_port(), "restore", str(half), "--keys", str(story.keys_after))
    require_refused(done, "is cut or changed")
    assert what_stands(empty) == {"secrets"}


def test_another_identity_is_refused(story: Story, empty: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.identity"
    make_identity(other)
    done = command(empty, find_port(), "restore", str(story.main), "--identity", str(other))
    require_refused(done, "it was sealed to another key")
    assert what_stands(empty) == {"secrets"}


def test_another_systems_secrets_are_refused(story: Story, empty: Path) -> None:
    (empty / "secrets" / "root").write_bytes(os.urandom(32))
    done = command(empty, find_port(), "restore", str(story.main))
    require_refused(done, "another system's")
    assert what_stands(empty) == {"secrets"}


def test_a_disk_that_fills_is_refused_and_leaves_nothing(story: Story, empty: Path) -> None:
    arguments = [sys.executable, "-m", "troth", "restore", str(story.main)]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 512; trap "" XFSZ; exec "$@"', "-", *arguments],
        cwd=PROJECT,
        env=environment_of(empty, find_port()),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    require_refused(done, "The backup could not be opened here")
    assert what_stands(empty) == {"secrets"}


def test_a_place_that_is_not_empty_is_refused_and_left_as_it_is(story: Story, empty: Path) -> None:
    port = find_port()
    assert command(empty, port, "restore", str(story.main)).returncode == 0
    before = (empty / "troth.db").read_bytes()
    require_refused(command(empty, port, "restore", str(story.main)), "The main database is not empty")
    assert (empty / "troth.db").read_bytes() == before


def test_nothing_serves_until_a_restore_that_was_cut_off_has_gone_on(story: Story, empty: Path) -> None:
    port = find_port()
    assert command(empty, port, "restore", str(story.main)).returncode == 0
    (empty / "restore.json").write_text('{"backup": "x", "done": ["keys are the ones of this place"]}')
    for program in ("serve", "web", "worker", "setup"):
        require_refused(command(empty, port, program), "was begun and is not finished")
    require_refused(command(empty, port, "restore", str(story.main)), "Run 'troth restore --resume'")
    assert command(empty, port, "restore", "--resume").returncode == 0
    assert not (empty / "restore.json").exists()
    require_refused(command(empty, port, "restore", "--resume"), "No restore was begun here")


def test_a_restore_that_was_cut_off_before_anything_stood_is_done_again(story: Story, empty: Path) -> None:
    port = find_port()
    (empty / "restore.json").write_text('{"backup": "x", "done": []}')
    require_refused(command(empty, port, "restore", "--resume"), "before the main database was in its place")
    assert what_stands(empty) == {"secrets", "restore.json"}
    done = command(empty, port, "restore", str(story.main))
    assert done.returncode == 0, done.stderr
    assert "erased subjects removed again: 1" in done.stderr


def test_keys_that_stand_are_the_newest_and_stay(story: Story, empty: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(story.site.place / "keys.db")) as keys:
        keys.execute("VACUUM INTO ?", [str(empty / "keys.db")])
    alone = shutil.copy(story.main, tmp_path)
    done = command(empty, find_port(), "restore", str(alone))
    assert done.returncode == 0, done.stderr
    assert "keys: opening" not in done.stderr
    assert "erased subjects removed again: 1" in done.stderr
