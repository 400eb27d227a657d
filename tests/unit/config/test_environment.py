"""The environment: a demo, in which anybody is staff, begins by itself only where nobody else can come."""

import pytest

from troth.config.databases import configure_databases
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


@pytest.mark.parametrize(
    "given",
    [
        "members.example.org",
        "http://members.example.org",
        "https://",
        "https://members.example.org/shop",
        "https://members.example.org?a=b",
        "https://members.example.org:port",
        "https://members.example.org:70000",
        "https://user@members.example.org",
        "https://mem bers.example.org",
        "https://münzen.example.org",
        "https://[::1",
    ],
)
def test_an_address_that_no_browser_could_be_sent_to_is_refused(monkeypatch, given):
    monkeypatch.setenv("TROTH_SITE", given)
    with pytest.raises(NotConfigured, match="TROTH_SITE"):
        read_environment()


@pytest.mark.parametrize(
    "given", ["https://members.example.org/", "https://[::1]:8443", "https://xn--mnzen-kva.example.org"]
)
def test_an_address_at_the_root_of_a_host_is_taken(monkeypatch, given):
    monkeypatch.setenv("TROTH_SITE", given)
    assert read_environment().site == given.rstrip("/")


@pytest.mark.parametrize("given", ["mysql://u:secret@db/x", "foo", "", "postgres://u:secret@db:port/x"])
def test_a_database_that_is_not_supported_is_named_and_its_password_is_not(monkeypatch, given):
    monkeypatch.setenv("DATABASE_URL", given)
    with pytest.raises(NotConfigured, match=r"^DATABASE_URL ") as told:
        configure_databases(read_environment())
    assert "secret" not in str(told.value)
