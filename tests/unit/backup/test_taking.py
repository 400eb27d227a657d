"""Backups are made whole or not at all, leave out what they should, and go after the promised days."""

import errno
import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings

from tests.factories.accounts import make_account
from troth.backup import store, taking
from troth.backup.contents import list_left_out
from troth.backup.controls import CONTROLS, observe_backups, observe_rehearsal
from troth.backup.dumping import read_rows
from troth.backup.rehearsal import rehearse
from troth.backup.sealing import read_identity, rehearsal_file, unseal
from troth.backup.store import Kind
from troth.backup.taking import take_backup, take_due
from troth.backup.tasks import back_up_due
from troth.kernel import clock
from troth.kernel.errors import NotConfigured, Refused
from troth.kernel.operator import read_operator
from troth.vault.api import SubjectKey, rotate_keys

pytestmark = pytest.mark.django_db(transaction=True)


def open_backup(stored, target):
    return unseal(stored.path, target, identity=read_identity(rehearsal_file()))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def date_back(stored, age):
    path = stored.path.with_name(store.name_for(stored.kind, clock.now() - age))
    store.note_of(stored.path).replace(store.note_of(path))
    return stored.path.replace(path)


def test_a_backup_holds_the_keys_of_all_and_no_value_in_clear(folder, tmp_path):
    account = make_account()
    main, keys = take_backup()
    manifest = open_backup(main, tmp_path / "main")
    columns = ["subject_id", "key_id"]
    rows = read_rows(tmp_path / "main", vendor=manifest["vendor"], table=SubjectKey._meta.db_table, columns=columns)
    assert str(account.id).replace("-", "") in {row[0].replace("-", "") for row in rows}
    assert b"ada@" not in (tmp_path / "main").read_bytes()
    assert (main.kind, keys.kind) == (Kind.MAIN, Kind.KEYS)
    assert keys.at >= main.at
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_what_is_left_out_has_no_rows_and_is_there_as_a_table(folder):
    make_account()
    attempts = apps.get_model("accounts.AttemptCount")._base_manager
    attempts.create(digest=b"somebody tried..", ends_at=clock.now() + timedelta(days=1))
    found = rehearse(take_backup()[0], identity=read_identity(rehearsal_file()))
    assert "accounts.AttemptCount" in list_left_out()
    assert found.left_out == ()
    assert attempts.count() == 1


def test_nothing_in_a_backup_refers_to_what_is_left_out():
    left_out = set(list_left_out())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label not in left_out:
            targets = {field.related_model._meta.label for field in model._meta.fields if field.is_relation}
            assert not targets & left_out, model._meta.label


def test_every_session_token_link_and_task_is_left_out():
    assert {
        "accounts.Session",
        "accounts.KeptSignIn",
        "accounts.MailedLink",
        "connect.AccessToken",
        "connect.RefreshToken",
        "connect.Code",
        "django_tasks_database.DBTaskResult",
    } <= set(list_left_out())


def test_a_full_disk_is_refused_and_leaves_only_what_stood(folder, monkeypatch):
    make_account()
    take_backup()
    before = names(folder)

    def fill(*_arguments, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(taking, "seal", fill)
    monkeypatch.setattr(clock, "now", lambda now=clock.now: now() + timedelta(seconds=2))
    with pytest.raises(Refused, match="No space left on device"):
        take_backup()
    assert names(folder) == before
    assert not list(settings.ENVIRONMENT.data.glob("backup-scratch-*"))


def test_without_a_key_nothing_is_backed_up(folder):
    rehearsal_file().rename(rehearsal_file().with_suffix(".away"))
    try:
        with pytest.raises(NotConfigured, match="no key to seal backups to"):
            take_backup()
        assert names(folder) == []
        assert back_up_due.call() == 0
    finally:
        rehearsal_file().with_suffix(".away").rename(rehearsal_file())


def test_what_is_past_the_promised_days_goes_and_the_rest_stays(folder):
    make_account()
    days = read_operator().numbers.backup_days
    gone = date_back(take_backup()[0], timedelta(days=days, hours=1))
    stays = date_back(store.list_stored(Kind.KEYS)[0], timedelta(days=days - 1))
    assert store.prune() == 1
    assert not gone.exists()
    assert not store.note_of(gone).exists()
    assert stays.exists()


def test_what_is_due_is_made_and_nothing_else(folder):
    make_account()
    assert [each.kind for each in take_due()] == [Kind.MAIN, Kind.KEYS]
    assert take_due() == []
    date_back(store.list_stored(Kind.KEYS)[-1], timedelta(hours=1))
    assert [each.kind for each in take_due()] == [Kind.KEYS]
    date_back(store.list_stored(Kind.MAIN)[-1], timedelta(days=1))
    assert [each.kind for each in take_due()] == [Kind.MAIN, Kind.KEYS]


def test_a_change_of_epochs_wants_a_fresh_copy_of_the_keys(folder):
    make_account()
    take_backup()
    rotate_keys()
    assert [each.note["epoch"] for each in take_due()] == [2]


def test_the_note_beside_a_backup_names_nobody(folder):
    account = make_account()
    main, _keys = take_backup()
    note = store.note_of(main.path).read_text()
    assert json.loads(note).keys() == {"at", "bytes", "epoch", "kind", "sha256"}
    assert account.id.hex not in note


def test_nothing_was_examined_where_nothing_was_ever_backed_up(folder):
    assert observe_backups().examined == 0
    assert observe_rehearsal().examined == 0


def test_the_checks_find_nothing_wrong_with_a_fresh_backup(folder):
    make_account()
    take_backup()
    for seen in (observe_backups(), observe_rehearsal()):
        assert seen.examined > 0
        assert seen.failures == []


@pytest.mark.parametrize(
    ("control", "sabotage"), [(c, s) for c in CONTROLS for s in c.sabotages], ids=lambda each: each.key
)
def test_each_breach_is_caught_and_leaves_nothing(folder, monkeypatch, control, sabotage):
    make_account()
    take_backup()
    monkeypatch.setattr(clock, "now", lambda now=clock.now: now() + timedelta(seconds=2))
    before = names(folder)
    with sabotage.breach():
        assert control.observe().failures
    assert names(folder) == before
    assert control.observe().failures == []


def test_whoever_was_erased_is_looked_for_in_the_oldest_backup_too(folder):
    account = make_account()
    make_account(user_name="bob", email="bob@example.org")
    take_backup()
    from troth.vault import keyring
    from troth.vault.models import ErasedKey

    key = SubjectKey.objects.get(subject_id=account.id, key_class="account").key_id
    ErasedKey.objects.create(key_id=key, erased_on=clock.today())
    assert any("open what" in line for line in observe_rehearsal().failures)
    keyring.destroy_keys([key])
    seen = observe_rehearsal()
    assert seen.failures == []
    assert seen.evidence["erased_looked_for"] == 1
