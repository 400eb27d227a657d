"""What is past its time goes by itself, counted; what is not stays."""

from datetime import timedelta

import pytest
import time_machine

from tests.unit.vault.samples import Person, Token, as_client, make_person
from troth.kernel import clock, ports
from troth.kernel.ports import Hold, RetentionRule
from troth.ledger.api import entries_about
from troth.vault.api import preview_retention, run_retention
from troth.vault.events import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]


def in_days(days):
    return time_machine.travel(clock.now() + timedelta(days=days))


def due(lines):
    return {line.name: line.count for line in lines if line.name.startswith(("vault.P", "vaulttest"))}


def remark_of(person):
    with as_client(person.subject_id):
        opened = Person._base_manager.get(pk=person.pk).open("remark", "name")
    assert opened.name == "Ada Example"
    return opened.remark


def test_a_value_goes_when_its_time_is_over_and_not_a_day_before():
    person = make_person(remark="short-lived")
    with in_days(29):
        assert due(preview_retention()) == {"vault.Person": 0, "vault.Paper": 0}
        run_retention()
        assert remark_of(person) == "short-lived"
    with in_days(30):
        assert due(preview_retention())["vault.Person"] == 1
        assert due(run_retention())["vault.Person"] == 1
        assert remark_of(person) is None
        assert due(run_retention())["vault.Person"] == 0
    (entry,) = entries_about(person.subject_id, events=[Event.RETENTION_PURGED])
    assert entry.fields == ("remark",)


def test_a_preview_changes_nothing():
    person = make_person(remark="short-lived")
    with in_days(31):
        preview_retention()
        assert remark_of(person) == "short-lived"


def test_another_change_of_the_row_does_not_prolong_the_value():
    person = make_person(remark="short-lived")
    with in_days(20), as_client(person.subject_id):
        person.notes = "new"
        person.save()
    with in_days(31):
        run_retention()
        assert remark_of(person) is None


def test_taking_out_leaves_the_age_of_the_rest():
    person = make_person(remark="short-lived")
    written_on = person.written_on
    with in_days(31):
        run_retention()
        assert Person._base_manager.get().written_on == written_on


def test_a_held_row_waits_for_the_end_of_the_hold():
    person = make_person(remark="short-lived")

    class Holds:
        def holds_on(self, subject_id):
            return [Hold(model="vault.Person", words="A court asked.", until=until, row_id=person.pk)]

    until = clock.today() + timedelta(days=60)
    ports.retention_holds.register("vaulttest", Holds())
    try:
        with in_days(31):
            assert due(run_retention())["vault.Person"] == 0
            assert remark_of(person) == "short-lived"
        with in_days(61):
            assert due(run_retention())["vault.Person"] == 1
    finally:
        del ports.retention_holds._items["vaulttest"]


def test_a_record_that_does_not_open_is_left_and_the_others_go():
    damaged, person = make_person(remark="short-lived"), make_person(remark="short-lived")
    Person._base_manager.filter(pk=damaged.pk).update(sealed=b"damaged")
    with in_days(31):
        assert due(run_retention())["vault.Person"] == 1
        assert remark_of(person) is None
    assert bytes(Person._base_manager.get(pk=damaged.pk).sealed) == b"damaged"


def test_rules_of_other_rooms_are_counted_and_run():
    Token.objects.create(subject_id=make_person().subject_id)
    rule = RetentionRule(
        name="vaulttest.tokens",
        words="Tokens",
        count_due=Token.objects.count,
        purge=lambda: Token.objects.all().delete()[0],
    )
    ports.retention_rules.register(rule.name, rule)
    try:
        assert due(preview_retention())["vaulttest.tokens"] == 1
        assert due(run_retention())["vaulttest.tokens"] == 1
        assert not Token.objects.exists()
    finally:
        del ports.retention_rules._items[rule.name]


def test_a_value_that_is_declared_no_more_is_gone_after_the_next_change(monkeypatch):
    person = make_person(notes="Secret of hers", remark="short-lived")
    fewer = {name: a for name, a in Person.sealed_attributes.items() if name != "notes"}
    with monkeypatch.context() as patch, as_client(person.subject_id):
        patch.setattr(Person, "sealed_attributes", fewer)
        person.colour = "red"
        person.save()
    with as_client(person.subject_id):
        assert Person._base_manager.get().open("notes").notes is None
