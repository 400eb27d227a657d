"""Forms made of declarations: they ask what is declared, check it, and put it into the row."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import override

from tests.unit.vault.samples import ADDRESS, Person, as_client, describe, make_person
from troth.vault.api import Date, DeclaredForm, Text, forms_of_house


class PersonForm(DeclaredForm):
    class Meta:
        model = Person
        attributes = ("name", "email", "telephone", "address", "birthday", "colour", "interests")
        plain = {"agree": "Whether the terms were read; a yes or no, kept nowhere."}
        order = ("agree", "name")

    agree = forms.BooleanField(required=False)


forms_of_house.remove(PersonForm)

GIVEN = {
    "name": " Ada Example ",
    "email": "ada@example.org",
    "telephone": "(212) 555-0123",
    "birthday": "1990-02-03",
    "colour": "red",
    "interests": ["coins", "maps"],
} | {f"address__{part}": text for part, text in ADDRESS.items()}


def test_what_is_given_is_checked_and_comes_in_normal_form():
    form = PersonForm(GIVEN)
    assert form.is_valid(), form.errors
    assert form.values["name"] == "Ada Example"
    assert form.values["telephone"] == "+12125550123"
    assert form.values["address"]["postal_code"] == "SW1A 1AA"
    assert form.values["interests"] == ["maps", "coins"]


def test_each_input_says_why_it_is_asked_and_whether_it_must_be_given():
    form = PersonForm()
    assert list(form.fields)[:2] == ["agree", "name"]
    assert form.fields["name"].why == "A test asks it."
    assert form.fields["name"].asked_as == "required"
    assert form.fields["telephone"].asked_as == "optional"
    assert not form.fields["telephone"].required


def test_optional_values_may_be_left_out():
    form = PersonForm({"name": "Ada", "email": "ada@example.org"})
    assert form.is_valid(), form.errors
    assert form.values["address"] is None
    assert form.values["telephone"] is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "ada"}, "email"),
        ({"telephone": "12"}, "telephone"),
        ({"birthday": "yesterday"}, "birthday"),
        ({"colour": "green"}, "colour"),
        ({"interests": ["stamps"]}, "interests"),
        ({"address__postal_code": "123"}, "address__postal_code"),
        ({"address__country_code": ""}, "address__country_code"),
        ({"address__street_address": ""}, "address__street_address"),
    ],
)
def test_an_error_stands_beside_the_input_that_it_concerns(change, where):
    assert PersonForm(GIVEN).is_valid()
    form = PersonForm(GIVEN | change)
    assert not form.is_valid()
    assert where in form.errors


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            {
                "country_code": "JP",
                "street_address": "1-2-3",
                "city": "Shibuya",
                "postal_code": "150-0001",
                "country_area": "東京都",
            },
            ["Shibuya", "1-2-3"],
        ),
        (
            {
                "country_code": "GB",
                "street_address": "1 Mews",
                "city": "Ely",
                "postal_code": "CB6 1AA",
                "country_area": "Cambs",
            },
            ["1 Mews", "Cambs"],
        ),
        (
            {"country_code": "AE", "street_address": "Tower 1", "country_area": "Dubai", "postal_code": "00000"},
            ["Tower 1", "00000"],
        ),
        ({"country_code": "DE", "street_address": "Weg 1", "city": "Ulm", "postal_code": "89073"}, ["Weg 1"]),
    ],
)
def test_a_part_that_the_country_does_not_know_is_kept_beside_the_street(address, lines):
    cleaned = Person.address.clean(address)
    assert cleaned["street_address"].splitlines() == lines
    assert Person.address.clean(cleaned) == cleaned, "what was moved once is not moved again"
    assert all(part in Person.address.show(cleaned) for part in lines)


def test_what_was_sent_unchanged_is_not_told_as_a_change(samples):
    person = make_person(telephone="+12125550123")
    sent = {"name": "Grace Example", "email": "ada@example.org", "telephone": "+1 212 555 0123"}
    with as_client(person.subject_id):
        opened = person.open("name", "telephone", "address")
        form = PersonForm(sent, opened=opened)
        assert form.is_valid(), form.errors
        form.put_into(person)
    assert "name" in person._pending
    assert person._pending.keys().isdisjoint({"telephone", "address"}), "sent as it was, or left empty as it was"
    unopened = PersonForm(sent)
    assert unopened.is_valid(), unopened.errors
    with as_client(person.subject_id):
        unopened.put_into(person)
    assert "telephone" in person._pending, "what the form did not know before counts as new"


def test_a_day_to_come_is_refused_where_only_past_days_make_sense():
    born = Date(label="Born", is_past=True, **describe("user.demographic.date_of_birth"))
    assert born.clean("1990-02-03") == date(1990, 2, 3)
    assert Person.birthday.clean("2990-02-03") == date(2990, 2, 3), "where nothing is said, any day goes"
    with pytest.raises(ValidationError, match="not come yet"):
        born.clean("2990-02-03")


def test_a_date_is_shown_as_the_reader_writes_dates():
    assert Person.birthday.show(date(1990, 2, 3)) == "3\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}1990"
    with override("de"):
        assert Person.birthday.show(date(1990, 2, 3)) == "3.\N{NO-BREAK SPACE}Februar\N{NO-BREAK SPACE}1990"


def test_an_error_does_not_repeat_what_was_typed():
    form = PersonForm(GIVEN | {"email": "unmistakable", "telephone": "unmistakable", "colour": "red"})
    assert not form.is_valid()
    assert "unmistakable" not in str(form.errors)


def test_an_input_that_nothing_declares_is_refused_when_the_form_is_made():
    with pytest.raises(ImproperlyConfigured, match="mother"):

        class _Nosy(DeclaredForm):
            mother = forms.CharField()

    class _Declared(DeclaredForm):
        class Meta:
            plain = {"page": "The length of the list."}

        page = forms.IntegerField()

    forms_of_house.remove(_Declared)


@pytest.mark.django_db
def test_a_form_begins_with_what_was_opened_and_changes_the_row(samples):
    person = make_person(address=ADDRESS, interests=["maps"])
    with as_client(person.subject_id):
        form = PersonForm(opened=person.open())
        assert form.initial["address__city"].casefold() == "london"
        assert form.initial["interests"] == ["maps"]
        changed = PersonForm(GIVEN, opened=person.open())
        assert changed.is_valid(), changed.errors
        changed.put_into(person)
        person.save()
        assert person.open("telephone").telephone == "+12125550123"


@pytest.mark.parametrize("value", ["one\ntwo", "one\r\ntwo", "one\u2028two", "bell\x07", "nul\x00"])
def test_one_line_of_text_is_one_line(value):
    with pytest.raises(ValidationError):
        Text(label="", category="user.name", purposes=(), why="").clean(value)


@pytest.mark.parametrize("value", ["\u202eadnaW\u202c \u2068Walker\u2069", "adnaW Walker"])
def test_signs_that_turn_the_direction_of_writing_are_taken_out(value):
    assert Text(label="", category="user.name", purposes=(), why="").clean(value) == "adnaW Walker"


def test_what_scripts_from_right_to_left_need_is_kept():
    name = "\u05d3\u05d1\u05d5\u05e8\u05d4 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert Text(label="", category="user.name", purposes=(), why="").clean(name) == name
