"""Leaving for another site: a notice first, a trace never, and no address that is not ours."""

import pytest

from troth.cookies.leaving_controls import CONTROLS, EXAMPLE
from troth.ui.api import leaving_url, mark_outgoing, read_target

pytestmark = pytest.mark.django_db
PAIRS = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_check_looks_at_something_and_is_kept(control):
    seen = control.observe()
    assert list(seen.failures) == []
    assert seen.examined > 0


@pytest.mark.parametrize(("control", "sabotage"), PAIRS, ids=lambda each: each.key)
def test_a_sabotage_is_caught_and_leaves_nothing(control, sabotage):
    with sabotage.breach():
        during = control.observe()
    assert during.failures
    assert list(control.observe().failures) == []


def test_the_notice_comes_once_a_visit_for_each_site(client):
    way = leaving_url(EXAMPLE)
    assert b"museum.example.org" in client.get(way).content
    answer = client.get(way)
    assert (answer.status_code, answer["Location"]) == (303, EXAMPLE)
    assert client.get(leaving_url("https://museum.example.com/")).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//example.org/", "/admin/", "https://", "ftp://example.org/"],
)
def test_what_is_no_web_page_of_another_is_no_way_out(address):
    assert leaving_url(address) == ""


def test_a_signed_address_is_read_back_and_a_changed_one_is_not():
    from urllib.parse import parse_qs, urlsplit

    token = parse_qs(urlsplit(leaving_url(EXAMPLE)).query)["to"][0]
    assert read_target(token) == EXAMPLE
    assert read_target(token.replace("room=4", "room=5")) is None


def test_written_text_keeps_its_own_links_and_marks_the_others():
    html = """<p><a href="/security/">here</a> <a href="https://example.org/?a=1&amp;b=2">there</a>
    <a href="mailto:a@example.org">mail</a></p>"""
    marked = mark_outgoing(html)
    assert '<a href="/security/">here</a>' in marked
    assert '<a href="mailto:a@example.org">mail</a>' in marked
    assert "https://example.org" not in marked
    assert "(example.org)" in marked
    assert 'rel="external noopener noreferrer"' in marked
