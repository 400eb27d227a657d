import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.forms import BaseForm
from django.urls import get_resolver

Draw = Callable[..., str]
SOURCE = '{% from "ui/components.jinja" import post_form %}{{ post_form(request, form, submit="Save") }}'


class Collector(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


class DetailsForm(forms.Form):
    telephone = forms.CharField(label="Telephone", help_text="With the country's code.")
    channel = forms.ChoiceField(label="How?", choices=[("email", "By e-mail")], widget=forms.RadioSelect)
    keep = forms.BooleanField(label="Keep", required=False)
    password = forms.CharField(label="Password", min_length=15, widget=forms.PasswordInput)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        telephone: Any = self.fields["telephone"]
        telephone.why = "Only if you wish to be called."
        telephone.effect = "With it, our answer can be a call."
        telephone.example = "+1 212 555 0142"


def test_a_field_shows_its_reason_effect_help_and_example(draw: Draw) -> None:
    shown = draw(SOURCE, form=DetailsForm())
    for words in (
        "Why we ask",
        "Only if you wish to be called.",
        "With it, our answer can be a call.",
        "With the country&#39;s code.",
        "For example: +1 212 555 0142",
    ):
        assert words in shown
    assert 'placeholder="' not in shown


def test_required_and_optional_are_said_in_words(draw: Draw) -> None:
    shown = draw(SOURCE, form=DetailsForm())
    asked = re.findall(r'class="asked">(\w+)<', shown)
    assert asked == ["required", "required", "optional", "required"]


def test_a_declaration_says_how_it_is_asked_whatever_django_requires(draw: Draw) -> None:
    form = DetailsForm()
    form.fields["telephone"].asked_as = "optional"  # type: ignore[attr-defined]
    assert re.findall(r'class="asked">(\w+)<', draw(SOURCE, form=form))[0] == "optional"


@pytest.mark.parametrize("data", [None, {"telephone": ""}])
def test_every_description_that_an_input_names_is_on_the_page(draw: Draw, data: dict[str, str] | None) -> None:
    elements = Collector(draw(SOURCE, form=DetailsForm(data))).elements
    ids = {attributes["id"] for _, attributes in elements if "id" in attributes}
    named = [id_ for _, attributes in elements for id_ in (attributes.get("aria-describedby") or "").split()]
    assert len(named) >= 3
    assert set(named) <= ids
    labels = [attributes["for"] for tag, attributes in elements if tag == "label"]
    assert len(labels) == 4
    assert set(labels) <= ids


def test_an_error_stands_at_its_field_and_in_the_summary_with_a_link_there(draw: Draw) -> None:
    assert "error-summary" not in draw(SOURCE, form=DetailsForm())
    form = DetailsForm({"telephone": "", "channel": "email", "password": "long enough for anyone"})
    shown = draw(SOURCE, form=form)
    elements = Collector(shown).elements
    assert "One thing needs mending" in shown
    assert '<a href="#id_telephone">Telephone</a>: This field is required.' in shown
    telephone = next(attributes for _, attributes in elements if attributes.get("name") == "telephone")
    assert telephone["aria-invalid"] == "true"
    assert "id_telephone-error" in (telephone["aria-describedby"] or "")


def test_a_choice_that_was_not_offered_is_refused_without_being_repeated() -> None:
    refused = DetailsForm({"channel": "a pigeon"})
    assert refused.errors["channel"] == ["Choose from the list."]
    assert "channel" not in DetailsForm({"channel": "email"}).errors


def test_no_form_of_any_room_repeats_a_choice_that_was_not_offered() -> None:
    """A field copies its words when it is made, so a form that is imported too early would keep Django's (A7)."""
    get_resolver().url_patterns  # noqa: B018  imports every view, and so every form
    choices = [
        (form.__qualname__, name, field)
        for form in walk_subclasses(BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if "invalid_choice" in field.error_messages and form.__module__.startswith("troth.")
    ]
    assert len(choices) > 20
    assert [where[:2] for where in choices if "%(value)s" in str(where[2].error_messages["invalid_choice"])] == []


def walk_subclasses(parent: type) -> Iterator[type]:
    """Yield every class below this one."""
    for child in parent.__subclasses__():
        yield child
        yield from walk_subclasses(child)


def test_a_link_of_the_summary_to_a_group_leads_to_the_group(draw: Draw) -> None:
    elements = Collector(draw(SOURCE, form=DetailsForm({"telephone": "1"}))).elements
    ids = {attributes["id"] for _, attributes in elements if "id" in attributes}
    links = {(attributes["href"] or "")[1:] for tag, attributes in elements if tag == "a"}
    assert links == {"id_channel", "id_password"}
    assert links <= ids


def test_a_form_carries_its_token_and_what_was_typed_but_no_password(draw: Draw) -> None:
    shown = draw(SOURCE, form=DetailsForm({"telephone": "<b>", "password": "hidden-word"}))
    assert 'name="csrfmiddlewaretoken"' in shown
    assert 'value="&lt;b&gt;"' in shown
    assert "hidden-word" not in shown


def test_the_button_says_what_happens(draw: Draw) -> None:
    assert '<button class="button button-primary">Save</button>' in draw(SOURCE, form=DetailsForm())
    dangerous = SOURCE.replace('submit="Save"', 'submit="Delete my account", danger=True')
    assert '<button class="button button-danger">Delete my account</button>' in draw(dangerous, form=DetailsForm())
