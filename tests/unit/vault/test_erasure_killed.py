"""An erasure that is killed goes on, who is erased does not come back, and no file keeps what is gone."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections

from tests.unit.vault.erasing import NAME, ask, erase
from tests.unit.vault.samples import Person, Token, as_client, make_person
from troth.kernel.errors import Refused
from troth.vault.api import (
    replay_erasures,
    run_erasures,
    verify_receipt,
)
from troth.vault.erasure import run
from troth.vault.models import Erasure, ErasureState, SubjectKey, WrappedKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples", "tidy")]


class Killed(BaseException):
    """What a SIGKILL is to the code that it hits: nothing catches it."""


STEPS = [
    "count_tables",
    "search_for_values",
    "_keep_held_rows",
    "index.forget_subject",
    "keyring.destroy_keys",
    "delete_rows",
    "_date_what_stays",
    "truncate_logs",
    "find_remains",
    "sign_receipt",
    "_record",
    "_advance",
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_it_resumes_and_finishes(wilhelmina, monkeypatch, step, when):
    number = ask(wilhelmina)
    target = "troth.vault.erasure.run." + step
    holder, _dot, name = target.rpartition(".")
    owner = run if holder.endswith(".run") else getattr(run, holder.rpartition(".")[2])
    real = getattr(owner, name)

    def die(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(owner, name, die)
    with pytest.raises(Killed):
        run_erasures()
    monkeypatch.undo()
    run_erasures()
    erasure = Erasure.objects.get(pk=number)
    assert erasure.state == ErasureState.DONE
    checked = verify_receipt(erasure.receipt)
    assert {item["table"]: item["count"] for item in checked.facts["removed"]} == {"vault.Person": 1, "vault.Token": 1}
    assert not Person._base_manager.exists()
    assert not WrappedKey.objects.filter(key_id=wilhelmina.key_id).exists()


def test_who_comes_back_with_a_backup_goes_again(wilhelmina):
    grace = make_person(name="Grace Remains", email="grace@example.org")
    backup = {model: list(model._base_manager.all().values()) for model in (Person, Token, SubjectKey)}
    keyring = list(WrappedKey.objects.all().values())
    erase(wilhelmina)
    for table, rows in {**backup, WrappedKey: keyring}.items():
        table._base_manager.all().delete()
        table._base_manager.bulk_create([table(**row) for row in rows])
    with as_client(wilhelmina.subject_id):
        assert Person.of(wilhelmina.subject_id).open("name").name == NAME
    replay = replay_erasures()
    assert (replay.keys, replay.subjects) == (1, 1)
    assert [person.subject_id for person in Person._base_manager.all()] == [grace.subject_id]
    assert not Token.objects.exists()
    assert not WrappedKey.objects.filter(key_id=wilhelmina.key_id).exists()
    assert replay_erasures().subjects == 0


def test_a_row_that_an_import_brings_without_its_key_goes(wilhelmina):
    rows = list(Person._base_manager.values())
    erase(wilhelmina)
    Person._base_manager.bulk_create([Person(**row) for row in rows])
    assert replay_erasures().subjects == 1
    assert not Person._base_manager.exists()


def test_an_erased_subject_gets_no_new_key(wilhelmina):
    erase(wilhelmina)
    with as_client(wilhelmina.subject_id), pytest.raises(Refused, match="erased"):
        Person(subject_id=wilhelmina.subject_id, name=NAME, email="again@example.org").save()
    make_person(uuid4(), name=NAME, email="wilhelmina.u@example.org")


def test_a_lost_keyring_is_not_taken_for_erasures():
    for _person in range(101):
        make_person()
    WrappedKey.objects.all().delete()
    with pytest.raises(Refused, match="lost"):
        replay_erasures()
    assert Person._base_manager.count() == 101


def test_two_runs_at_once_are_one():
    from troth.vault.locks import run_alone

    with run_alone(run.JOB), pytest.raises(Refused, match="already"):
        run_erasures()


@pytest.mark.sqlite
def test_after_an_erasure_no_file_has_the_sealed_row_any_more(wilhelmina):
    from tests.canary import read_outside

    sealed = bytes(Person._base_manager.get(pk=wilhelmina.pk).sealed)
    path = settings.DATABASES["default"]["NAME"]
    wal = f"{path}-wal"
    assert sealed[20:60] in read_outside(path) + read_outside(wal)
    erase(wilhelmina)
    for connection in connections.all():
        connection.close()
    assert sealed[20:60] not in read_outside(path) + read_outside(wal)
