"""The vault's commands, as an operator's engineer runs them."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.unit.vault.samples import Person, as_client, make_person
from troth.vault.api import find_subjects, start_erasure
from troth.vault.models import IndexEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples")]


def run(capsys, *arguments):
    call_command(*arguments, "--json")
    captured = capsys.readouterr()
    return json.loads(captured.out), captured.err


def test_keys_are_rotated_with_progress_and_said_to_be_right(capsys):
    make_person()
    facts, progress = run(capsys, "keys", "rotate")
    assert (facts["wrapped_anew"], facts["epoch"]) == (1, 2)
    assert "1 of 1" in progress
    assert run(capsys, "keys", "status")[0]["keys"] == 1
    assert run(capsys, "keys", "check")[0] == {"keys": "right"}


def test_a_missing_key_is_one_line(capsys):
    (settings.ENVIRONMENT.secrets / "kek.1").unlink()
    with pytest.raises(CommandError, match="missing") as refusal:
        call_command("keys", "check")
    assert "\n" not in str(refusal.value)


def test_the_index_is_rebuilt(capsys):
    person = make_person(email="ada@example.org")
    IndexEntry.objects.all().delete()
    assert run(capsys, "index", "rebuild")[0] == {"entries": 3}
    assert find_subjects(Person.email, "ada@example.org") == [person.subject_id]
    assert run(capsys, "index", "reconcile")[0] == {"settled": 0}


def test_retention_is_previewed_and_run(capsys):
    make_person(remark="short-lived")
    assert run(capsys, "retention", "preview")[0]["vault.Person"] == 0
    assert run(capsys, "retention", "run")[0]["vault.Person"] == 0


def test_erasures_are_run_and_replayed(capsys):
    person = make_person()
    with as_client(person.subject_id):
        start_erasure(subject_id=person.subject_id)
    assert run(capsys, "erasures", "status")[0] == {"due": 1}
    assert run(capsys, "erasures", "run")[0] == {"finished": 1, "done": 1}
    assert run(capsys, "erasures", "replay")[0] == {"keys": 0, "subjects": 0, "orphans": 0}


def test_without_json_the_result_is_words(capsys):
    call_command("keys", "status")
    assert "longest days: " in capsys.readouterr().out
