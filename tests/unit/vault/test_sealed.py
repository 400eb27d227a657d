"""A row's round trip, its masks, and what does not open."""

import json
from datetime import date

import pytest
from django.core import serializers
from django.db import connection
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.unit.vault.samples import ADDRESS, Paper, Person, as_client, make_person
from troth.kernel.errors import AccessDenied, CannotOpen, Refused
from troth.kernel.ids import new_id
from troth.ledger.api import entries_about
from troth.vault.events import Event
from troth.vault.keyring import key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]

VALUES = {
    "name": "Ada Example",
    "email": "Ada@example.org",
    "telephone": "+44 20 7946 0018",
    "address": ADDRESS,
    "birthday": date(1990, 2, 3),
    "notes": "Two lines,\nof “text”.",
    "facts": {"a": [1, 2.5, None, "b"]},
    "colour": "red",
    "interests": ["coins"],
    "remark": "short-lived",
}


def read_again(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_values_come_back_as_they_went_in():
    person = make_person(**VALUES)
    with as_client(person.subject_id):
        opened = read_again(person).open()
    assert opened.telephone == "+442079460018"
    assert opened.address["city"].casefold() == "london"
    same = VALUES.keys() - {"telephone", "address"}
    assert {name: opened[name] for name in same} == {name: VALUES[name] for name in same}


def test_values_not_assigned_stay_and_none_takes_away():
    person = make_person(notes="Keep me", colour="red")
    with as_client(person.subject_id):
        again = read_again(person)
        again.colour = None
        again.stage = "old"
        again.save()
        final = read_again(person)
        opened = final.open("notes", "colour", "name")
    assert (opened.notes, opened.colour, opened.name, final.stage) == ("Keep me", None, "Ada Example", "old")


def test_an_unopened_value_is_masked_wherever_it_is_shown():
    person = make_person(notes="Secret of hers")
    shown = [
        str(person.notes),
        repr(person.notes),
        f"{person.notes:>10}",
        repr(person),
        str(person),
        json.dumps(model_to_dict(person), default=str),
        serializers.serialize("json", [person]),
        str(vars(read_again(person))),
    ]
    assert not any("Secret" in text for text in shown)
    assert shown[0] == "•••"
    with as_client(person.subject_id):
        assert "Secret" not in repr(person.open())


def test_no_value_lies_in_the_table_in_clear():
    make_person(notes="Secret of hers")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM vault_person")
        stored = b"".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in cursor.fetchone()
        )
    assert b"Secret" not in stored
    assert b"Ada" not in stored


def test_length_shows_only_in_steps():
    lengths = {len(bytes(read_again(make_person(notes="x" * size)).sealed)) for size in range(1, 40)}
    assert len(lengths) <= 2


@pytest.mark.parametrize("part", ["version", "algorithm", "nonce", "body", "tag"])
def test_a_changed_byte_does_not_open_and_is_not_saved_over(part):
    person = make_person(notes="Secret of hers")
    message = bytearray(read_again(person).sealed)
    message[{"version": 0, "algorithm": 1, "nonce": 5, "body": 20, "tag": -1}[part]] ^= 1
    Person._base_manager.filter(pk=person.pk).update(sealed=bytes(message))
    damaged = read_again(person)
    with as_client(person.subject_id):
        with pytest.raises(CannotOpen):
            damaged.open("notes")
        damaged.notes = "new"
        with pytest.raises(CannotOpen):
            damaged.save()
    assert bytes(read_again(person).sealed) == bytes(message)
    assert entries_about(person.subject_id, events=[Event.RECORD_UNREADABLE])


def test_a_message_moved_to_another_row_does_not_open():
    ada, bob = make_person(notes="hers"), make_person(notes="his")
    Person._base_manager.filter(pk=bob.pk).update(sealed=bytes(read_again(ada).sealed))
    with as_client(bob.subject_id), pytest.raises(CannotOpen):
        read_again(bob).open("notes")


def test_a_message_moved_to_another_row_with_its_key_does_not_open():
    ada, bob = make_person(notes="hers"), make_person(notes="his")
    Person._base_manager.filter(pk=bob.pk).update(sealed=bytes(read_again(ada).sealed), key_id=ada.key_id)
    with as_client(bob.subject_id), pytest.raises(CannotOpen):
        read_again(bob).open("notes")


def test_an_older_message_of_the_same_row_does_not_open():
    person = make_person(notes="first")
    older = bytes(read_again(person).sealed)
    with as_client(person.subject_id):
        person.notes = "second"
        person.save()
        Person._base_manager.filter(pk=person.pk).update(sealed=older)
        with pytest.raises(CannotOpen):
            read_again(person).open("notes")


def test_of_two_changes_at_once_the_second_is_refused_and_can_be_made_again():
    person = make_person(notes="first")
    mine, theirs = read_again(person), read_again(person)
    with as_client(person.subject_id):
        theirs.notes = "theirs"
        theirs.save()
        mine.notes = "mine"
        with pytest.raises(Refused):
            mine.save()
        assert read_again(person).open("notes").notes == "theirs"
        mine.refresh_from_db()
        mine.notes = "mine"
        mine.save()
        assert read_again(person).open("notes").notes == "mine"


def test_a_save_of_plain_columns_by_an_older_copy_leaves_newer_values():
    person = make_person(notes="first")
    older = read_again(person)
    with as_client(person.subject_id):
        person.notes = "second"
        person.save()
        older.stage = "old"
        older.save()
        again = read_again(person)
        assert (again.open("notes").notes, again.stage) == ("second", "old")


def test_changing_names_the_fields_in_the_ledger_and_no_value():
    person = make_person(notes="Secret of hers")
    (entry,) = entries_about(person.subject_id, events=[Event.VALUES_CHANGED])
    assert entry.fields == ("email", "name", "notes")


def test_nobody_acting_changes_nothing():
    with pytest.raises(AccessDenied):
        Person(subject_id=new_id(), name="Ada").save()
    assert not Person._base_manager.exists()


def test_key_classes_have_keys_of_their_own():
    person = make_person()
    with as_client(person.subject_id):
        paper = Paper(subject_id=person.subject_id, payer="Ada Example")
        paper.save()
    assert paper.key_id != person.key_id
    assert key_of(subject_id=person.subject_id, key_class="account") == person.key_id


def test_a_deleted_row_stands_in_the_ledger():
    person = make_person(email="ada@example.org")
    with as_client(person.subject_id):
        person.delete()
    assert not Person._base_manager.exists()
    assert len(entries_about(person.subject_id, events=[Event.VALUES_CHANGED])) == 2


TEXT = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(
    notes=TEXT,
    facts=st.recursive(st.none() | st.booleans() | st.integers(-(2**60), 2**60) | TEXT, st.lists, max_leaves=5),
)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_and_structure_comes_back(notes, facts):
    person = make_person(notes=notes, facts=facts)
    with as_client(person.subject_id):
        opened = read_again(person).open("notes", "facts")
    assert opened.notes == notes.strip()
    assert opened.facts == (None if facts == "" else facts)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_single_flipped_bit_opens(place, bit):
    person = make_person(notes="Secret of hers")
    message = bytearray(read_again(person).sealed)
    message[place % len(message)] ^= 1 << bit
    Person._base_manager.filter(pk=person.pk).update(sealed=bytes(message))
    with as_client(person.subject_id), pytest.raises(CannotOpen):
        read_again(person).open("notes")
