"""A structure of JSON declares its parts: nothing else is stored, and a reader meets words and dates."""

import pytest
from django.core.checks import Error
from django.db import models

from tests.unit.vault.samples import describe
from troth.kernel.json_column import JsonColumn, UndeclaredPath
from troth.vault.api import Json, JsonPart, show_moment
from troth.vault.declarations import check_declarations, sealed_models

RECORD = Json(
    label="Record",
    parts={
        "*": JsonPart(names=lambda: [("events", "Events")]),
        "*.at": JsonPart(label="Chosen", show=show_moment),
        "*.told": JsonPart(label="What we told you"),
        "*.by_hand": JsonPart(label="By hand"),
        "*.steps.[]": JsonPart(),
        "*.said.[].word": JsonPart(label="Word"),
    },
    **describe("user.content"),
)
VALUE = {
    "events": {
        "at": "2026-12-03T14:05:00+00:00",
        "told": "News",
        "by_hand": False,
        "steps": ["a", "b"],
        "said": [{"word": "c"}],
    }
}


def test_a_reader_meets_words_and_its_own_dates():
    shown = RECORD.show(VALUE)
    assert shown.splitlines()[0] == "Events"
    assert "3\N{NO-BREAK SPACE}December\N{NO-BREAK SPACE}2026" in shown
    assert "What we told you: News" in shown
    assert "By hand: no" in shown
    assert "steps: a\nb" in shown
    assert "1\n            Word: c" in shown
    assert "2026-12-03T" not in shown
    assert "told:" not in shown


def test_what_is_not_declared_is_not_stored(samples):
    from tests.unit.vault.samples import Person

    strict = Json(label="Facts", parts={"count": JsonPart(label="Count")}, **describe("user.content"))
    strict.name, strict.model = "facts", Person
    assert strict.clean({"count": 1}) == {"count": 1}
    with pytest.raises(UndeclaredPath):
        strict.clean({"count": 1, "note": "Ada"})


def find_errors(model, monkeypatch) -> set[str]:
    from django.apps import apps

    # Which models are sealed is remembered by the process: with this one model alone, and never for the tests after.
    sealed_models.cache_clear()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(apps, "get_models", lambda **_options: [model])
            return {message.id for message in check_declarations() if isinstance(message, Error)}
    finally:
        sealed_models.cache_clear()


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (models.JSONField(), {"troth.E010"}),
        (JsonColumn(), {"troth.E010"}),
        (JsonColumn(paths={"a": " "}), {"troth.E011"}),
        (JsonColumn(paths={"a": "A count."}), set()),
    ],
)
def test_the_start_fails_on_a_column_that_declares_no_path(column, expected, monkeypatch):
    from tests.unit.vault.samples import REGISTRY

    class Meta:
        app_label = "vault"
        apps = type(REGISTRY)()

    facts = {"__module__": __name__, "Meta": Meta, "facts": column, "not_personal": {"facts": "Counts."}}
    assert find_errors(type("Sample", (models.Model,), facts), monkeypatch) == expected
