"""The environment: a demo, in which anybody is staff, begins by itself only where nobody else can come."""

import pytest

from troth.config.environment import read_environment
from troth.kernel.errors import NotConfigured


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch):
    for name in ("TROTH_DEMO", "TROTH_BIND", "TROTH_SITE", "TROTH_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"TROTH_SITE": "https://localhost:8443"},
        {"TROTH_SITE": "https://127.0.0.1:8443", "TROTH_BIND": "::1"},
        {"TROTH_SITE": "https://members.example.org", "TROTH_BIND": "198.51.100.7", "TROTH_DEMO": "1"},
    ],
)
def test_a_demo_is_made_on_this_machine_alone_or_where_it_is_asked_for(monkeypatch, place):
    for name, value in place.items():
        monkeypatch.setenv(name, value)
    assert read_environment().demo


@pytest.mark.parametrize(
    "place",
    [
        {"TROTH_SITE": "https://members.example.org"},
        {"TROTH_BIND": "198.51.100.7"},
        {"TROTH_BIND": "192.0.2.7"},
        {"TROTH_SITE": "https://localhost.example.org"},
        {"TROTH_DEMO": "0"},
    ],
)
def test_no_demo_is_made_where_others_can_come_or_where_it_is_turned_off(monkeypatch, place):
    for name, value in place.items():
        monkeypatch.setenv(name, value)
    assert not read_environment().demo


@pytest.mark.parametrize("given", ["", "no", "false", "2"])
def test_a_word_that_is_neither_yes_nor_no_is_refused(monkeypatch, given):
    monkeypatch.setenv("TROTH_DEMO", given)
    with pytest.raises(NotConfigured):
        read_environment()
