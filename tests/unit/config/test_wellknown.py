"""Addresses that programs look for."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from troth.kernel import clock
from troth.kernel.operator import read_operator

pytestmark = pytest.mark.django_db


def read_fields(client):
    text = client.get("/.well-known/security.txt").content.decode()
    return [tuple(line.split(": ", 1)) for line in text.splitlines()]


def test_security_txt_says_what_rfc_9116_wants(client):
    fields = read_fields(client)
    names = [name for name, _value in fields]
    assert names.count("Expires") == 1
    assert names.count("Preferred-Languages") == 1
    values = dict(fields)
    contacts = [value for name, value in fields if name == "Contact"]
    assert contacts == [f"mailto:{read_operator().contacts.information_email}", "tel:+1-212-431-0897"]
    assert values["Canonical"] == "https://troth.localhost:8443/.well-known/security.txt"
    assert values["Policy"] == "https://troth.localhost:8443/security/"
    assert values["Preferred-Languages"] == "en, de"
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("at", [datetime(2026, 11, 22, 23, 59, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
def test_security_txt_is_always_valid_and_for_less_than_a_year(client, at):
    with time_machine.travel(at):
        expires = datetime.fromisoformat(dict(read_fields(client))["Expires"])
        assert timedelta(days=30) < expires - clock.now() < timedelta(days=366)


def test_robots_may_read_what_is_public(client):
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nAllow: /\n"


def test_the_manifest_names_the_operator_and_a_mark_that_is_served(client):
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["name"] == read_operator().name
    mark = client.get(manifest["icons"][0]["src"])
    mark.getvalue()
    assert mark.status_code == 200
    assert mark.headers["Content-Type"] == "image/svg+xml"


def test_the_old_place_of_the_mark_leads_to_the_new(client):
    mark = client.get("/favicon.ico", follow=True)
    mark.getvalue()
    assert mark.headers["Content-Type"] == "image/svg+xml"


def test_a_password_manager_finds_where_to_change_the_password(client):
    from django.urls import NoReverseMatch, reverse

    answer = client.get("/.well-known/change-password")
    try:
        there = reverse("accounts:password_change")
    except NoReverseMatch:
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, there)
