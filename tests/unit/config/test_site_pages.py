"""Home, security and help: who we are, how to reach us, what we do not claim."""

import re

import pytest

from troth.kernel.operator import read_operator

pytestmark = pytest.mark.django_db


def read_text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert main
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0]))


def test_home_says_who_and_what(client):
    text = read_text(client, "/")
    operator = read_operator()
    assert operator.name.replace("&", "&amp;") in text
    for interest in operator.interests.values():
        assert interest in text


def test_the_security_page_gives_address_and_number_and_claims_no_perfection(client):
    text = read_text(client, "/security/")
    contacts = read_operator().contacts
    assert contacts.information_email in text
    assert contacts.security_telephone in text
    assert "No way to send or to store information is wholly secure" in text
    page = client.get("/security/").content.decode()
    assert f'href="mailto:{contacts.information_email}"' in page
    assert 'href="tel:+1-212-431-0897"' in page


def test_help_says_how_to_reach_us_and_where_one_s_own_information_is(client):
    text = read_text(client, "/help/")
    operator = read_operator()
    assert operator.contacts.support_email in text
    for line in operator.contacts.postal_address.strip().splitlines():
        assert line in text
    assert "Admin" in text
    assert f"within {operator.numbers.correction_working_days} working days" in text


@pytest.mark.parametrize("path", ["/", "/security/", "/help/", "/cookies/"])
def test_a_page_makes_sense_in_outline_and_names_no_other_host(client, path):
    page = client.get(path).content.decode()
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
