"""The deliberate breaches of M2 and L1 by backups, for the drills: each is put right again when its block ends."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyrage
from django.apps import apps
from django.conf import settings

from troth.backup import store, taking
from troth.backup.dumping import dump
from troth.backup.sealing import digest_file
from troth.backup.store import Kind, Stored
from troth.backup.taking import take_backup
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.sabotage import swap
from troth.vault.api import plant_returned_key


@contextmanager
def cut_in_half() -> Iterator[None]:
    """Leave the first half of the newest backup, as a disk that filled would."""
    path = store.list_stored(Kind.MAIN)[-1].path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    try:
        yield
    finally:
        path.write_bytes(whole)


@contextmanager
def leave_unsealed() -> Iterator[None]:
    """Lay a plain copy of the database among the backups, as a careless script would."""
    path = store.folder() / store.name_for(Kind.MAIN, clock.now() + timedelta(seconds=5))
    dump("default", path)
    _note(path)
    try:
        yield
    finally:
        _remove(path)


@contextmanager
def keep_too_long() -> Iterator[None]:
    """Lay a copy among the backups that is older than they may become."""
    newest = store.list_stored(Kind.MAIN)[-1].path
    old = clock.now() - timedelta(days=read_operator().numbers.backup_days + 5)
    path = store.folder() / store.name_for(Kind.MAIN, old)
    shutil.copy(newest, path)
    _note(path)
    try:
        yield
    finally:
        _remove(path)


@contextmanager
def miss_two_days() -> Iterator[None]:
    """Let every backup have been made two days earlier."""
    moved = [(each, _date_back(each)) for each in store.list_stored(Kind.MAIN)]
    try:
        yield
    finally:
        for before, after in moved:
            after.replace(before.path)
            store.note_of(after).replace(store.note_of(before.path))


@contextmanager
def bring_key_back() -> Iterator[None]:
    """Let the ledger name somebody as erased whose key is there, as an old copy of the keys would bring it."""
    with plant_returned_key():
        yield


@contextmanager
def back_up_sessions() -> Iterator[None]:
    """Make a backup that leaves nothing out."""
    attempts = apps.get_model("accounts.AttemptCount")._base_manager
    row = attempts.create(digest=b"drill of backups", ends_at=clock.now() + timedelta(days=1))
    before = _list_files()
    try:
        with swap(taking, "left_out_tables", list):
            take_backup()
        yield
    finally:
        row.delete()
        _remove_since(before)


@contextmanager
def seal_to_nobody() -> Iterator[None]:
    """Seal a backup to the public part of a key whose other part was thrown away."""
    nobody = pyrage.x25519.Identity.generate().to_public()
    before = _list_files()
    try:
        with swap(taking, "read_recipients", lambda: [nobody]):
            take_backup()
        yield
    finally:
        _remove_since(before)


def _date_back(stored: Stored) -> Path:
    path = stored.path.with_name(store.name_for(stored.kind, stored.at - timedelta(days=2)))
    stored.path.replace(path)
    store.note_of(stored.path).replace(store.note_of(path))
    return path


def _note(path: Path) -> None:
    store.note_of(path).write_text(json.dumps({"sha256": digest_file(path)}), encoding="ascii")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    store.note_of(path).unlink(missing_ok=True)


def _list_files() -> set[Path]:
    folder: Path = settings.ENVIRONMENT.backup_folder
    return set(folder.iterdir())


def _remove_since(before: set[Path]) -> None:
    for path in _list_files() - before:
        path.unlink(missing_ok=True)
