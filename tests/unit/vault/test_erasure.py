"""Erasure from plan to receipt: what goes, what stays, and that it can be taken back until its pass and not after."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.vault.erasing import NAME, ask, erase
from tests.unit.vault.samples import Paper, Person, Token, as_client, make_person
from troth.kernel import clock
from troth.kernel.errors import CannotOpen
from troth.kernel.operator import read_operator
from troth.ledger.api import entries_about
from troth.vault.api import (
    KeyClass,
    cancel_erasure,
    find_receipt,
    find_subjects,
    plan_erasure,
    run_erasures,
    verify_receipt,
)
from troth.vault.events import Event
from troth.vault.keyring import key_of
from troth.vault.models import ErasedKey, Erasure, ErasureState, SubjectKey, WrappedKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples", "tidy")]


def test_the_plan_says_what_goes_and_what_stays_and_changes_nothing(wilhelmina):
    plan = plan_erasure(wilhelmina.subject_id)
    assert {going.table: going.count for going in plan.goes} == {"vault.Person": 1, "vault.Token": 1}
    assert "Telephone" in next(going for going in plan.goes if going.table == "vault.Person").values
    stays = {staying.table: staying for staying in plan.stays}
    assert stays["vault.Paper"].until == clock.today() + timedelta(days=3650)
    assert stays["ledger.EntryRow"].count == 2
    assert Person._base_manager.count() == 1


def test_after_an_erasure_nothing_opens_nothing_finds_and_no_table_has_the_subject(wilhelmina):
    grace = make_person(name="Grace Remains", email="grace@example.org")
    before = Person._base_manager.get(pk=wilhelmina.pk)
    erase(wilhelmina)
    with as_client(wilhelmina.subject_id), pytest.raises(CannotOpen):
        before.open("name")
    assert find_subjects(Person.email, "wilhelmina.u@example.org") == []
    assert not Person._base_manager.filter(subject_id=wilhelmina.subject_id).exists()
    assert not Token.objects.exists()
    assert not WrappedKey.objects.filter(key_id=wilhelmina.key_id).exists()
    with as_client(grace.subject_id):
        assert Person.of(grace.subject_id).open("name").name == "Grace Remains"


def test_what_the_law_keeps_still_opens_and_goes_when_its_time_is_over(wilhelmina):
    from troth.vault.api import run_retention

    erase(wilhelmina)
    with as_client(wilhelmina.subject_id):
        assert Paper.of(wilhelmina.subject_id).open("payer").payer == NAME
    statutory = key_of(subject_id=wilhelmina.subject_id, key_class=KeyClass.STATUTORY)
    with time_machine.travel(clock.today() + timedelta(days=3649)):
        run_retention()
        assert Paper._base_manager.exists()
    with time_machine.travel(clock.today() + timedelta(days=3651)):
        run_retention()
    assert not Paper._base_manager.exists()
    assert not WrappedKey.objects.filter(key_id=statutory).exists()
    assert not SubjectKey.objects.filter(subject_id=wilhelmina.subject_id).exists()


def test_the_receipt_is_signed_says_all_and_holds_no_value(wilhelmina):
    receipt = find_receipt(erase(wilhelmina))
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
    for value in (NAME, "Wilhelmina", "example.org", "7946", "Unmistakable Lane", str(wilhelmina.subject_id)):
        assert value not in receipt
        assert value not in str(facts)


def test_a_receipt_survives_mail_programs_and_no_change(wilhelmina):
    receipt = find_receipt(erase(wilhelmina))
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


def test_the_erasure_ledger_keeps_no_subject_once_it_is_done(wilhelmina):
    erase(wilhelmina)
    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.subject_id) == (ErasureState.DONE, None)
    assert wilhelmina.subject_id.bytes not in bytes(erasure.subject_digest)
    assert ErasedKey.objects.filter(key_id=wilhelmina.key_id).exists()
    events = [entry.event for entry in entries_about(wilhelmina.subject_id)]
    assert events.count(Event.ERASURE_RUN) == 1
    assert Event.ERASURE_PLANNED in events


def test_asking_twice_is_one_erasure_and_running_again_changes_nothing(wilhelmina):
    assert ask(wilhelmina) == ask(wilhelmina)
    assert run_erasures() == 1
    receipt = Erasure.objects.get().receipt
    assert run_erasures() == 0
    assert Erasure.objects.get().receipt == receipt


def test_an_erasure_can_be_taken_back_before_its_pass_and_not_after(wilhelmina):
    ask(wilhelmina)
    with as_client(wilhelmina.subject_id):
        assert cancel_erasure(wilhelmina.subject_id)
        assert run_erasures() == 0
        assert Person.of(wilhelmina.subject_id).open("name").name == NAME
    erase(wilhelmina)
    with as_client(wilhelmina.subject_id):
        assert not cancel_erasure(wilhelmina.subject_id)


def test_the_erased_person_can_search_again_for_what_only_she_knows(wilhelmina):
    from troth.vault.api import search_again

    assert "E-mail" in search_again("Wilhelmina.U@example.org").found
    assert "Telephone" in search_again("+44 20 7946 0018").found
    erase(wilhelmina)
    again = search_again("Wilhelmina.U@example.org")
    assert again.examined > 0
    assert again.found == ()
    assert search_again("+44 20 7946 0018").found == ()


# -- Found in clear ---------------------------------------------------------------------------------------------------
