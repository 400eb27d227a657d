"""Erasure from plan to receipt: what goes, what stays, what is found in clear, and that a killed run goes on."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import connections

from tests.unit.vault.samples import ADDRESS, Paper, Person, Token, as_client, make_person
from troth.kernel import clock, ports
from troth.kernel.acting import Case
from troth.kernel.errors import CannotOpen, Refused
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Hold
from troth.ledger.api import entries_about
from troth.vault.api import (
    KeyClass,
    cancel_erasure,
    find_receipt,
    find_subjects,
    menders,
    plan_erasure,
    replay_erasures,
    run_erasures,
    start_erasure,
    verify_receipt,
)
from troth.vault.erasure import run
from troth.vault.events import Event
from troth.vault.keyring import key_of
from troth.vault.models import ErasedKey, Erasure, ErasureState, SubjectKey, WrappedKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples", "tidy")]

NAME = "Wilhelmina Unmistakable"


@pytest.fixture
def tidy():
    """Leave no supplier behind that a test registered."""
    registries = (ports.holders, ports.retention_holds, ports.farewells, ports.erasure_relays, menders)
    before = [dict(registry._items) for registry in registries]
    yield
    for registry, items in zip(registries, before, strict=True):
        registry._items.clear()
        registry._items.update(items)


@pytest.fixture
def ada():
    person = make_person(name=NAME, email="wilhelmina.u@example.org", address=ADDRESS, telephone="+442079460018")
    with as_client(person.subject_id):
        Paper(subject_id=person.subject_id, payer=NAME).save()
    Token.objects.create(subject_id=person.subject_id)
    return person


def ask(person):
    with as_client(person.subject_id):
        return start_erasure(subject_id=person.subject_id, case=Case("request", "R-1"))


def erase(person):
    number = ask(person)
    assert run_erasures() == 1
    return number


def test_the_plan_says_what_goes_and_what_stays_and_changes_nothing(ada):
    plan = plan_erasure(ada.subject_id)
    assert {going.table: going.count for going in plan.goes} == {"vault.Person": 1, "vault.Token": 1}
    assert "Telephone" in next(going for going in plan.goes if going.table == "vault.Person").values
    stays = {staying.table: staying for staying in plan.stays}
    assert stays["vault.Paper"].until == clock.today() + timedelta(days=3650)
    assert stays["ledger.EntryRow"].count == 2
    assert Person._base_manager.count() == 1


def test_after_an_erasure_nothing_opens_nothing_finds_and_no_table_has_the_subject(ada):
    grace = make_person(name="Grace Remains", email="grace@example.org")
    before = Person._base_manager.get(pk=ada.pk)
    erase(ada)
    with as_client(ada.subject_id), pytest.raises(CannotOpen):
        before.open("name")
    assert find_subjects(Person.email, "wilhelmina.u@example.org") == []
    assert not Person._base_manager.filter(subject_id=ada.subject_id).exists()
    assert not Token.objects.exists()
    assert not WrappedKey.objects.filter(key_id=ada.key_id).exists()
    with as_client(grace.subject_id):
        assert Person.of(grace.subject_id).open("name").name == "Grace Remains"


def test_what_the_law_keeps_still_opens_and_goes_when_its_time_is_over(ada):
    from troth.vault.api import run_retention

    erase(ada)
    with as_client(ada.subject_id):
        assert Paper.of(ada.subject_id).open("payer").payer == NAME
    statutory = key_of(subject_id=ada.subject_id, key_class=KeyClass.STATUTORY)
    with time_machine.travel(clock.today() + timedelta(days=3649)):
        run_retention()
        assert Paper._base_manager.exists()
    with time_machine.travel(clock.today() + timedelta(days=3651)):
        run_retention()
    assert not Paper._base_manager.exists()
    assert not WrappedKey.objects.filter(key_id=statutory).exists()
    assert not SubjectKey.objects.filter(subject_id=ada.subject_id).exists()


def test_the_receipt_is_signed_says_all_and_holds_no_value(ada):
    receipt = find_receipt(erase(ada))
    checked = verify_receipt(receipt)
    assert checked.genuine
    facts = checked.facts
    assert {item["table"]: item["count"] for item in facts["removed"]} == {"vault.Person": 1, "vault.Token": 1}
    assert "telephone" in facts["removed"][0]["columns"]
    assert {item["table"] for item in facts["kept"]} == {"vault.Paper", "ledger.EntryRow"}
    assert facts["search"]["findings"] == []
    assert facts["search"]["tables"] > 5
    days = read_operator().numbers
    assert facts["backups"]["unreadable_after"] == str(clock.today() + timedelta(days=days.key_epoch_days))
    assert facts["backups"]["gone_after"] == str(clock.today() + timedelta(days=days.backup_days))
    for value in (NAME, "Wilhelmina", "example.org", "7946", "Unmistakable Lane", str(ada.subject_id)):
        assert value not in receipt
        assert value not in str(facts)


def test_a_receipt_survives_mail_programs_and_no_change(ada):
    receipt = find_receipt(erase(ada))
    assert verify_receipt("\r\n".join(f"> {line}" for line in receipt.splitlines())).genuine
    assert (
        verify_receipt(receipt.replace("What was removed", "What was not removed")).text == verify_receipt(receipt).text
    )
    start = receipt.index("-----BEGIN") + 40
    changed = receipt[:start] + ("A" if receipt[start] != "A" else "B") + receipt[start + 1 :]
    for text in (changed, "", receipt[:-60], "-----BEGIN ERASURE RECEIPT-----\n????\n-----END ERASURE RECEIPT-----"):
        checked = verify_receipt(text)
        assert not checked.genuine
        assert checked.reason


def test_the_erasure_ledger_keeps_no_subject_once_it_is_done(ada):
    erase(ada)
    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.subject_id) == (ErasureState.DONE, None)
    assert ada.subject_id.bytes not in bytes(erasure.subject_digest)
    assert ErasedKey.objects.filter(key_id=ada.key_id).exists()
    events = [entry.event for entry in entries_about(ada.subject_id)]
    assert events.count(Event.ERASURE_RUN) == 1
    assert Event.ERASURE_PLANNED in events


def test_asking_twice_is_one_erasure_and_running_again_changes_nothing(ada):
    assert ask(ada) == ask(ada)
    assert run_erasures() == 1
    receipt = Erasure.objects.get().receipt
    assert run_erasures() == 0
    assert Erasure.objects.get().receipt == receipt


def test_an_erasure_can_be_taken_back_before_its_pass_and_not_after(ada):
    ask(ada)
    with as_client(ada.subject_id):
        assert cancel_erasure(ada.subject_id)
        assert run_erasures() == 0
        assert Person.of(ada.subject_id).open("name").name == NAME
    erase(ada)
    with as_client(ada.subject_id):
        assert not cancel_erasure(ada.subject_id)


def test_the_erased_person_can_search_again_for_what_only_she_knows(ada):
    from troth.vault.api import search_again

    assert "E-mail" in search_again("Wilhelmina.U@example.org").found
    assert "Telephone" in search_again("+44 20 7946 0018").found
    erase(ada)
    again = search_again("Wilhelmina.U@example.org")
    assert again.examined > 0
    assert again.found == ()
    assert search_again("+44 20 7946 0018").found == ()


# -- Found in clear ---------------------------------------------------------------------------------------------------


def findings(number):
    found = verify_receipt(find_receipt(number)).facts["search"]["findings"]
    return {finding["place"]: finding["mended"] for finding in found}


def test_a_value_in_a_table_and_in_a_file_is_found_and_named_without_the_value(ada):
    Token.objects.create(subject_id=new_id(), note=f"Called {NAME.upper()} today")
    log = settings.ENVIRONMENT.data / "vaulttest.log"
    log.write_text("mail to wilhelmina.u%40example.org\n")
    number = ask(ada)
    run_erasures()
    log.unlink()
    found = findings(number)
    assert found["vault_token.note"] is False
    assert found["file:vaulttest.log"] is False
    assert NAME not in find_receipt(number)


@pytest.mark.sqlite
def test_a_value_in_the_bytes_of_a_database_is_found(ada):
    Token.objects.create(subject_id=new_id(), note=f"Called {NAME} today")
    number = ask(ada)
    run_erasures()
    assert any(place.startswith("file:") and ".db" in place for place in findings(number))


def test_what_has_a_mender_is_mended_and_gone(ada):
    def forget_notes(rows):
        Token.objects.filter(pk__in=[row["id"] for row in rows]).update(note="")

    menders.register("vault_token.note", forget_notes)
    menders.register("file:vaulttest", lambda path: path.unlink())
    token = Token.objects.create(subject_id=new_id(), note=f"Called {NAME} today")
    folder = settings.ENVIRONMENT.data / "vaulttest"
    folder.mkdir()
    (folder / "a.txt").write_text("020 7946 0018 / +442079460018")
    number = erase(ada)
    token.refresh_from_db()
    assert token.note == ""
    assert list(folder.iterdir()) == []
    folder.rmdir()
    assert findings(number)["vault_token.note"] is True
    assert findings(number)["file:vaulttest/a.txt"] is True


def test_one_pass_serves_all_that_are_due(ada, monkeypatch):
    others = [make_person(name=f"Person Number{i}") for i in range(5)]
    for person in (ada, *others):
        ask(person)
    passes = []
    real = run.search_for_values
    monkeypatch.setattr(run, "search_for_values", lambda ids: passes.append(len(ids)) or real(ids))
    assert run_erasures() == 6
    assert passes == [6]


def test_the_search_leaves_a_look_in_the_ledger_and_other_clients_alone(ada):
    grace = make_person(name="Grace Remains")
    erase(ada)
    assert Event.VALUES_OPENED in {entry.event for entry in entries_about(ada.subject_id)}
    assert Event.VALUES_OPENED not in {entry.event for entry in entries_about(grace.subject_id)}


# -- Suppliers --------------------------------------------------------------------------------------------------------


class Holder:
    name, label = "vaulttest", "Things elsewhere"

    def __init__(self):
        self.things = 3
        self.stuck = False

    def show(self, subject_id):
        return []

    def erase(self, subject_id):
        gone = 0 if self.stuck else self.things
        self.things -= gone
        return gone

    def count(self, subject_id):
        return self.things


def test_holders_are_in_the_plan_and_erased(ada):
    holder = Holder()
    ports.holders.register(holder.name, holder)
    assert ("vaulttest", 3) in {(going.table, going.count) for going in plan_erasure(ada.subject_id).goes}
    erase(ada)
    assert holder.things == 0


def test_what_a_holder_does_not_let_go_keeps_the_erasure_open_until_it_does(ada):
    holder = Holder()
    holder.stuck = True
    ports.holders.register(holder.name, holder)
    number = ask(ada)
    assert run_erasures() == 0
    assert find_receipt(number) == ""
    assert Erasure.objects.get().facts["failures"] == ["vaulttest"]
    holder.stuck = False
    assert run_erasures() == 1
    assert verify_receipt(find_receipt(number)).genuine


def test_one_that_fails_does_not_keep_the_others_waiting(ada):
    grace = make_person(name="Grace Example")
    real_erase = Holder.erase

    class Failing(Holder):
        def erase(self, subject_id):
            if subject_id == ada.subject_id:
                raise OSError(NAME)
            return real_erase(self, subject_id)

    ports.holders.register("vaulttest", Failing())
    ask(ada)
    ask(grace)
    lines = []
    assert run_erasures(report=lines.append) == 1
    assert Erasure.objects.get(subject_id=ada.subject_id).state == ErasureState.DUE
    assert NAME not in " ".join(lines)


def test_the_client_is_told_first_and_the_others_too(ada):
    told = []
    ports.farewells.register(
        "vaulttest", lambda subject_id, _number: told.append((subject_id, Person.of(subject_id) is not None))
    )
    ports.erasure_relays.register("vaulttest", lambda _subject_id: ["A Parcel Company"])
    receipt = find_receipt(erase(ada))
    assert told == [(ada.subject_id, True)]
    assert verify_receipt(receipt).facts["told"] == ["A Parcel Company"]


def test_where_the_client_cannot_be_told_the_erasure_waits_three_passes_and_no_longer(ada):
    def fail(_subject_id, _number):
        raise OSError("no mail server")

    ports.farewells.register("vaulttest", fail)
    ask(ada)
    assert [run_erasures() for _pass in range(4)] == [0, 0, 0, 1]


def test_a_held_row_outlives_the_account_and_goes_when_the_hold_ends(ada):
    class Holds:
        until = clock.today() + timedelta(days=90)

        def holds_on(self, subject_id):
            return [Hold(model="vault.Person", words="A court asked for it.", until=self.until, row_id=ada.pk)]

    ports.retention_holds.register("vaulttest", Holds())
    staying = {item.table: item for item in plan_erasure(ada.subject_id).stays}["vault.Person"]
    assert (staying.until, staying.why) == (Holds.until, "A court asked for it.")
    number = erase(ada)
    kept = {item["table"] for item in verify_receipt(find_receipt(number)).facts["kept"]}
    assert "vault.Person" in kept
    with as_client(ada.subject_id):
        assert Person._base_manager.get(pk=ada.pk).open("name").name == NAME
    assert find_subjects(Person.email, "wilhelmina.u@example.org") == []
    with time_machine.travel(clock.today() + timedelta(days=91)):
        assert run_erasures() == 1
    assert not Person._base_manager.exists()
    kept = {item["table"] for item in verify_receipt(find_receipt(number)).facts["kept"]}
    assert "vault.Person" not in kept
    assert Erasure.objects.get().subject_id is None


# -- Killed, restored, imported ---------------------------------------------------------------------------------------


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
def test_killed_at_any_step_it_resumes_and_finishes(ada, monkeypatch, step, when):
    number = ask(ada)
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
    assert not WrappedKey.objects.filter(key_id=ada.key_id).exists()


def test_who_comes_back_with_a_backup_goes_again(ada):
    grace = make_person(name="Grace Remains", email="grace@example.org")
    backup = {model: list(model._base_manager.all().values()) for model in (Person, Token, SubjectKey)}
    keyring = list(WrappedKey.objects.all().values())
    erase(ada)
    for table, rows in {**backup, WrappedKey: keyring}.items():
        table._base_manager.all().delete()
        table._base_manager.bulk_create([table(**row) for row in rows])
    with as_client(ada.subject_id):
        assert Person.of(ada.subject_id).open("name").name == NAME
    replay = replay_erasures()
    assert (replay.keys, replay.subjects) == (1, 1)
    assert [person.subject_id for person in Person._base_manager.all()] == [grace.subject_id]
    assert not Token.objects.exists()
    assert not WrappedKey.objects.filter(key_id=ada.key_id).exists()
    assert replay_erasures().subjects == 0


def test_a_row_that_an_import_brings_without_its_key_goes(ada):
    rows = list(Person._base_manager.values())
    erase(ada)
    Person._base_manager.bulk_create([Person(**row) for row in rows])
    assert replay_erasures().subjects == 1
    assert not Person._base_manager.exists()


def test_an_erased_subject_gets_no_new_key(ada):
    erase(ada)
    with as_client(ada.subject_id), pytest.raises(Refused, match="erased"):
        Person(subject_id=ada.subject_id, name=NAME, email="again@example.org").save()
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
def test_after_an_erasure_no_file_has_the_sealed_row_any_more(ada):
    from tests.canary import read_outside

    sealed = bytes(Person._base_manager.get(pk=ada.pk).sealed)
    path = settings.DATABASES["default"]["NAME"]
    wal = f"{path}-wal"
    assert sealed[20:60] in read_outside(path) + read_outside(wal)
    erase(ada)
    for connection in connections.all():
        connection.close()
    assert sealed[20:60] not in read_outside(path) + read_outside(wal)
