"""The search before an erasure: a value that stands in clear in a table or a file is found, named, and mended."""

import pytest
from django.conf import settings

from tests.unit.vault.erasing import NAME, ask, erase
from tests.unit.vault.samples import Token, make_person
from troth.kernel.ids import new_id
from troth.ledger.api import entries_about
from troth.vault.api import (
    find_receipt,
    menders,
    run_erasures,
    verify_receipt,
)
from troth.vault.erasure import run
from troth.vault.events import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples", "tidy")]


def findings(number):
    found = verify_receipt(find_receipt(number)).facts["search"]["findings"]
    return {finding["place"]: finding["mended"] for finding in found}


def test_a_value_in_a_table_and_in_a_file_is_found_and_named_without_the_value(wilhelmina):
    Token.objects.create(subject_id=new_id(), note=f"Called {NAME.upper()} today")
    log = settings.ENVIRONMENT.data / "vaulttest.log"
    log.write_text("mail to wilhelmina.u%40example.org\n")
    number = ask(wilhelmina)
    run_erasures()
    log.unlink()
    found = findings(number)
    assert found["vault_token.note"] is False
    assert found["file:vaulttest.log"] is False
    assert NAME not in find_receipt(number)


@pytest.mark.sqlite
def test_a_value_in_the_bytes_of_a_database_is_found(wilhelmina):
    Token.objects.create(subject_id=new_id(), note=f"Called {NAME} today")
    number = ask(wilhelmina)
    run_erasures()
    assert any(place.startswith("file:") and ".db" in place for place in findings(number))


def test_what_has_a_mender_is_mended_and_gone(wilhelmina):
    def forget_notes(rows):
        Token.objects.filter(pk__in=[row["id"] for row in rows]).update(note="")

    menders.register("vault_token.note", forget_notes)
    menders.register("file:vaulttest", lambda path: path.unlink())
    token = Token.objects.create(subject_id=new_id(), note=f"Called {NAME} today")
    folder = settings.ENVIRONMENT.data / "vaulttest"
    folder.mkdir()
    (folder / "a.txt").write_text("020 7946 0018 / +442079460018")
    number = erase(wilhelmina)
    token.refresh_from_db()
    assert token.note == ""
    assert list(folder.iterdir()) == []
    folder.rmdir()
    assert findings(number)["vault_token.note"] is True
    assert findings(number)["file:vaulttest/a.txt"] is True


def test_one_pass_serves_all_that_are_due(wilhelmina, monkeypatch):
    others = [make_person(name=f"Person Number{i}") for i in range(5)]
    for person in (wilhelmina, *others):
        ask(person)
    passes = []
    real = run.search_for_values
    monkeypatch.setattr(run, "search_for_values", lambda ids: passes.append(len(ids)) or real(ids))
    assert run_erasures() == 6
    assert passes == [6]


def test_the_search_leaves_a_look_in_the_ledger_and_other_clients_alone(wilhelmina):
    grace = make_person(name="Grace Remains")
    erase(wilhelmina)
    assert Event.VALUES_OPENED in {entry.event for entry in entries_about(wilhelmina.subject_id)}
    assert Event.VALUES_OPENED not in {entry.event for entry in entries_about(grace.subject_id)}


# -- Suppliers --------------------------------------------------------------------------------------------------------
