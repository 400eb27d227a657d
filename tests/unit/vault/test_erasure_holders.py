"""What other rooms hold is erased with the account, who is told of it, and what a hold keeps until it ends."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.vault.erasing import NAME, ask, erase
from tests.unit.vault.samples import Person, as_client, make_person
from troth.kernel import clock, ports
from troth.kernel.ports import Hold
from troth.vault.api import (
    find_receipt,
    find_subjects,
    plan_erasure,
    run_erasures,
    verify_receipt,
)
from troth.vault.models import Erasure, ErasureState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples", "tidy")]


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


def test_holders_are_in_the_plan_and_erased(wilhelmina):
    holder = Holder()
    ports.holders.register(holder.name, holder)
    assert ("vaulttest", 3) in {(going.table, going.count) for going in plan_erasure(wilhelmina.subject_id).goes}
    erase(wilhelmina)
    assert holder.things == 0


def test_what_a_holder_does_not_let_go_keeps_the_erasure_open_until_it_does(wilhelmina):
    holder = Holder()
    holder.stuck = True
    ports.holders.register(holder.name, holder)
    number = ask(wilhelmina)
    assert run_erasures() == 0
    assert find_receipt(number) == ""
    assert Erasure.objects.get().facts["failures"] == ["vaulttest"]
    holder.stuck = False
    assert run_erasures() == 1
    assert verify_receipt(find_receipt(number)).genuine


def test_one_that_fails_does_not_keep_the_others_waiting(wilhelmina):
    grace = make_person(name="Grace Example")
    real_erase = Holder.erase

    class Failing(Holder):
        def erase(self, subject_id):
            if subject_id == wilhelmina.subject_id:
                raise OSError(NAME)
            return real_erase(self, subject_id)

    ports.holders.register("vaulttest", Failing())
    ask(wilhelmina)
    ask(grace)
    lines = []
    assert run_erasures(report=lines.append) == 1
    assert Erasure.objects.get(subject_id=wilhelmina.subject_id).state == ErasureState.DUE
    assert NAME not in " ".join(lines)


def test_the_client_is_told_first_and_the_others_too(wilhelmina):
    told = []
    ports.farewells.register(
        "vaulttest", lambda subject_id, _number: told.append((subject_id, Person.of(subject_id) is not None))
    )
    ports.erasure_relays.register("vaulttest", lambda _subject_id: ["A Parcel Company"])
    receipt = find_receipt(erase(wilhelmina))
    assert told == [(wilhelmina.subject_id, True)]
    assert verify_receipt(receipt).facts["told"] == ["A Parcel Company"]


def test_where_the_client_cannot_be_told_the_erasure_waits_three_passes_and_no_longer(wilhelmina):
    def fail(_subject_id, _number):
        raise OSError("no mail server")

    ports.farewells.register("vaulttest", fail)
    ask(wilhelmina)
    assert [run_erasures() for _pass in range(4)] == [0, 0, 0, 1]


def test_between_two_nights_only_what_was_begun_is_tried_again_and_no_try_counts(wilhelmina):
    mail_server = {"is_up": False}

    def tell(_subject_id, _number):
        if not mail_server["is_up"]:
            raise OSError("no mail server")

    ports.farewells.register("vaulttest", tell)
    ask(wilhelmina)
    assert run_erasures(only_interrupted=True) == 0
    assert Erasure.objects.get().facts == {}
    assert [run_erasures(), *(run_erasures(only_interrupted=True) for _half_hour in range(5))] == [0] * 6
    assert Erasure.objects.get().facts["farewell_tries"] == 1
    mail_server["is_up"] = True
    assert run_erasures(only_interrupted=True) == 1


def test_a_held_row_outlives_the_account_and_goes_when_the_hold_ends(wilhelmina):
    class Holds:
        until = clock.today() + timedelta(days=90)

        def holds_on(self, subject_id):
            return [Hold(model="vault.Person", words="A court asked for it.", until=self.until, row_id=wilhelmina.pk)]

    ports.retention_holds.register("vaulttest", Holds())
    staying = {item.table: item for item in plan_erasure(wilhelmina.subject_id).stays}["vault.Person"]
    assert (staying.until, staying.why) == (Holds.until, "A court asked for it.")
    number = erase(wilhelmina)
    kept = {item["table"] for item in verify_receipt(find_receipt(number)).facts["kept"]}
    assert "vault.Person" in kept
    with as_client(wilhelmina.subject_id):
        assert Person._base_manager.get(pk=wilhelmina.pk).open("name").name == NAME
    assert find_subjects(Person.email, "wilhelmina.u@example.org") == []
    with time_machine.travel(clock.today() + timedelta(days=91)):
        assert run_erasures() == 1
    assert not Person._base_manager.exists()
    kept = {item["table"] for item in verify_receipt(find_receipt(number)).facts["kept"]}
    assert "vault.Person" not in kept
    assert Erasure.objects.get().subject_id is None


# -- Killed, restored, imported ---------------------------------------------------------------------------------------
