"""The public list of what is collected is what the forms ask."""

import pytest

from troth.rights.collection import find_homeless_forms, house_forms, list_collection_points
from troth.rights.corrections import is_correctable
from troth.rights.page_names import PAGE_NAMES
from troth.vault.api import sealed_models


@pytest.fixture
def page(client, house):
    return client.get("/what-we-collect/").content.decode()


def test_every_form_of_the_house_says_on_which_page_it_stands():
    assert find_homeless_forms() == []


def test_the_list_has_every_value_that_a_form_asks(page):
    for form in house_forms():
        for attribute in form.declared_attributes().values():
            assert str(attribute.label) in page.replace("&#39;", "'")


def test_the_registration_asks_what_it_asks():
    join = next(point for point in list_collection_points() if point.route == "accounts:join")
    asked = {value.attribute.name: value.attribute.required for value in join.values}
    assert asked == {"name": True, "email": True, "user_name": True, "interests": False}
    assert join.is_public


def test_a_form_that_names_no_page_is_found(monkeypatch):
    from troth.rights.forms import ErrorReportForm

    monkeypatch.setattr(ErrorReportForm.Meta, "asked_at", ())
    assert "troth.rights.forms.ErrorReportForm" in find_homeless_forms()


def test_each_correctable_value_stands_on_the_page_of_corrections():
    correct = next(point for point in list_collection_points() if point.route == "rights:correct")
    expected = {
        (model._meta.label, name)
        for model in sealed_models()
        for name, attribute in model.sealed_attributes.items()
        if is_correctable(attribute)
    }
    assert {(value.attribute.model._meta.label, value.attribute.name) for value in correct.values} == expected


def test_every_page_of_the_list_is_called_by_its_name():
    assert {point.route for point in list_collection_points()} == set(PAGE_NAMES)


def test_a_page_without_a_name_stands_under_its_address(monkeypatch):
    monkeypatch.setattr("troth.rights.collection.PAGE_NAMES", {})
    assert {point.title for point in list_collection_points()} >= {"/join/", "/receipt/"}
