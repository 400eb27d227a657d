"""The start fails on a cookie that the program could set and the register does not know."""

import pytest

from troth.cookies import source
from troth.cookies.source import check_cookies
from troth.kernel.named_calls import NamedCall


def find_errors() -> list[str]:
    return [str(message.id) for message in check_cookies()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("__Host-keep", []), ("__Host-visits", ["troth.E012"]), ("__Host-", ["troth.E012"]), (None, ["troth.E013"])],
)
def test_a_cookie_in_the_source_is_declared(name, expected, monkeypatch):
    monkeypatch.setattr(source, "find_calls", lambda _methods: [NamedCall(place="room.views:7", name=name)])
    assert find_errors() == expected


@pytest.mark.parametrize("name", ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"])
def test_a_cookie_of_the_settings_is_declared(name, settings):
    assert find_errors() == []
    setattr(settings, name, "visitor")
    assert find_errors() == ["troth.E012"]


def test_the_guard_stands_first(settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[1:], settings.MIDDLEWARE[0]]
    assert find_errors() == ["troth.E014"]
