"""Finding a subject by a keyed digest, unique values, and claims that came to nothing."""

import pytest
import time_machine
from django.db import transaction

from tests.unit.vault.samples import Person, as_client, make_person
from troth.kernel.errors import AccessDenied
from troth.kernel.ids import new_id
from troth.vault.api import Taken, find_subjects
from troth.vault.index import digests_of, forget_subject, normalize
from troth.vault.models import IndexEntry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples")]


def test_a_unique_value_finds_its_subject_however_it_is_written():
    person = make_person(email="Ada.Example@BÜCHER.example")
    for written in ("ada.example@bücher.example", " ADA.EXAMPLE@xn--bcher-kva.example ", "Ada.Example@Bücher.Example"):
        assert find_subjects(Person.email, written) == [person.subject_id]
    assert find_subjects(Person.email, "adaexample@bücher.example") == []


def test_words_of_a_name_find_it_in_any_order():
    ada, grace = make_person(name="Ada King-Example"), make_person(name="Grace Example")
    assert find_subjects(Person.name, "example ada") == [ada.subject_id]
    assert find_subjects(Person.name, "EXAMPLE") == sorted([ada.subject_id, grace.subject_id])
    assert find_subjects(Person.name, "Ada Grace") == []


def test_each_choice_of_several_finds_its_subjects():
    ada, grace = make_person(interests=["maps", "coins"]), make_person(interests=["coins"])
    assert find_subjects(Person.interests, "coins") == sorted([ada.subject_id, grace.subject_id])
    assert find_subjects(Person.interests, "maps") == [ada.subject_id]


def test_a_unique_value_of_another_is_refused_and_nothing_is_saved():
    ada = make_person(email="ada@example.org")
    with pytest.raises(Taken):
        make_person(email="ADA@example.org")
    assert Person._base_manager.count() == 1
    assert find_subjects(Person.email, "ada@example.org") == [ada.subject_id]


def test_a_changed_value_is_found_by_the_new_one_alone_and_frees_the_old_one():
    person = make_person(email="old@example.org")
    with as_client(person.subject_id):
        person.email = "new@example.org"
        person.save()
    assert find_subjects(Person.email, "old@example.org") == []
    assert find_subjects(Person.email, "new@example.org") == [person.subject_id]
    make_person(email="old@example.org")
    assert not IndexEntry.objects.filter(claimed_at__isnull=False).exists()


def test_a_deleted_row_is_found_no_more_but_the_subjects_other_rows_are():
    first = make_person(name="Ada Example")
    second = make_person(first.subject_id, name="Grace Example", email="second@example.org")
    with as_client(first.subject_id):
        first.delete()
    assert find_subjects(Person.name, "Ada") == []
    assert find_subjects(Person.name, "Example") == [second.subject_id]


def test_a_claim_of_a_change_that_was_undone_keeps_the_value_for_a_while_only():
    subject_id = new_id()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_person(subject_id, email="ada@example.org")
        _ = 1 / 0
    with pytest.raises(Taken):
        make_person(email="ada@example.org")
    with time_machine.travel("2030-01-01"):
        assert make_person(email="ada@example.org")


def test_the_index_holds_no_value_and_its_digests_need_the_root_key(monkeypatch):
    make_person(email="ada@example.org")
    kept = {bytes(entry.digest) for entry in IndexEntry.objects.all()}
    assert not any(b"ada" in digest for digest in kept)
    digest = digests_of(Person.email, "ada@example.org")[0]
    assert digest in kept
    monkeypatch.setattr("troth.vault.index._index_key", lambda _attribute: b"\1" * 32)
    assert digests_of(Person.email, "ada@example.org")[0] not in kept


def test_digests_of_different_attributes_do_not_join():
    assert digests_of(Person.email, "same")[0] != digests_of(Person.telephone, "same")[0]


def test_words_share_digests_so_that_one_says_little():
    assert len(digests_of(Person.name, "Example")[0]) == 2


@pytest.mark.parametrize("written", ["Ａｄａ", "ada", "ADA ", "Ada"])
def test_normal_form(written):
    assert normalize(Person.name, written) == "ada"


def test_forgetting_leaves_others():
    ada, grace = make_person(name="Ada Example"), make_person(name="Grace Example")
    assert forget_subject(ada.subject_id) == 3
    assert find_subjects(Person.name, "Example") == [grace.subject_id]


def test_searching_needs_no_door_but_opening_what_was_found_does():
    person = make_person(email="ada@example.org")
    assert find_subjects(Person.email, "ada@example.org") == [person.subject_id]
    with pytest.raises(AccessDenied):
        Person.of(person.subject_id).open("email")


@pytest.mark.sqlite
def test_a_subjects_entries_of_one_kind_are_found_without_reading_everybodys(db: None) -> None:
    entries = IndexEntry.objects.filter(code=1, subject_id=new_id())
    assert "index_entry_of" in entries.explain()
