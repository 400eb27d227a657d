"""The cookie page and the place for reports."""

import json
import re
from datetime import date

import pytest

from troth.cookies import privacy_signal
from troth.cookies.api import GpcSupport, register_gpc_witness
from troth.cookies.browsers import BROWSERS
from troth.cookies.models import PolicyReport
from troth.cookies.register import declared
from troth.cookies.reports import Allowance, Report, read_reports

pytestmark = pytest.mark.django_db

REPORT = {
    "csp-report": {
        "document-uri": "https://troth.localhost:8443/help/?token=canary",
        "referrer": "https://example.org/canary",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://canary.example.org/x.js",
    }
}


def read_text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_shows_exactly_the_register(client):
    page = client.get("/cookies/").content.decode()
    shown = re.findall(r'class="cookie-name">([^<]+)<', page)
    assert shown == [cookie.name for cookie in declared]
    assert "__Host-csrf" in shown


def test_the_page_says_how_to_remove_cookies_in_each_browser(client):
    page = client.get("/cookies/").content.decode()
    assert len(BROWSERS) == 8
    for browser in BROWSERS:
        assert f'id="remove-{browser.key}"' in page
    assert "%(site)s" not in page
    assert "www.collectorsystems.com" in page


def test_the_page_says_whether_the_browser_sent_the_signal(client):
    silent = client.get("/cookies/")
    sent = client.get("/cookies/", headers={"Sec-GPC": "1"})
    assert "asks not to be tracked" not in read_text(silent)
    assert "asks not to be tracked" in read_text(sent)
    assert "Sec-GPC" in silent.headers["Vary"]
    assert "Sec-GPC" in sent.headers["Vary"]


def test_support_is_claimed_only_while_a_witness_says_so(client, monkeypatch):
    monkeypatch.setattr(privacy_signal._witnesses, "_items", {})
    assert client.get("/.well-known/gpc.json").json()["gpc"] is False
    state = GpcSupport(abides=True, since=date(2026, 11, 1))
    register_gpc_witness(lambda: state)
    assert client.get("/.well-known/gpc.json").json() == {"gpc": True, "lastUpdate": "2026-11-01"}
    state = GpcSupport(abides=False, since=date(2026, 11, 2))
    assert client.get("/.well-known/gpc.json").json() == {"gpc": False, "lastUpdate": "2026-11-02"}


def test_a_report_is_counted_by_directive_and_route_and_nothing_else(client):
    for _time in range(2):
        answer = client.post("/cookies/policy-reports/", json.dumps(REPORT), content_type="application/csp-report")
        assert answer.status_code == 204
    row = PolicyReport.objects.get()
    assert (row.directive, row.route, row.count) == ("script-src", "help", 2)


def test_a_report_needs_no_form_token(client):
    client.handler.enforce_csrf_checks = True
    assert client.post("/cookies/policy-reports/", b"{}", content_type="application/csp-report").status_code == 204


def test_reports_of_the_reporting_api_are_read():
    body = [
        {"type": "csp-violation", "body": {"documentURL": "https://x/cookies/", "effectiveDirective": "img-src"}},
        {"type": "deprecation", "body": {"id": "canary"}},
        {"type": "csp-violation", "body": {"documentURL": "https://x/no/such", "effectiveDirective": "canary"}},
    ]
    assert read_reports(json.dumps(body).encode()) == [
        Report("img-src", "cookies:register"),
        Report("unknown", "unknown"),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[]", b"3", b'{"csp-report": 3}', b'[3, {"type": "csp-violation"}]', b"[" * 20000,
     b'{"csp-report": {"document-uri": "http://[", "effective-directive": 4}}', b" " * 20000 + b"{}"],
)  # fmt: skip
def test_a_body_that_is_no_report_does_no_harm(body):
    assert all(report == Report("unknown", "unknown") for report in read_reports(body))


def test_a_body_brings_a_limited_number_of_reports():
    each = {"type": "csp-violation", "body": {}}
    assert len(read_reports(json.dumps([each] * 100).encode())) == 20


def test_an_allowance_is_used_up_and_returns_with_the_next_minute(monkeypatch):
    at = 600.0
    monkeypatch.setattr("troth.cookies.reports.time.monotonic", lambda: at)
    allowance = Allowance(per_minute=2)
    assert [allowance.take() for _time in range(3)] == [True, True, False]
    at = 660.0
    assert allowance.take()


def test_too_many_reports_are_turned_away_uncounted(client, monkeypatch):
    monkeypatch.setattr("troth.cookies.views._report_allowance", Allowance(per_minute=1))
    answers = [
        client.post("/cookies/policy-reports/", json.dumps(REPORT), content_type="application/csp-report").status_code
        for _time in range(3)
    ]
    assert answers == [204, 429, 429]
    assert PolicyReport.objects.get().count == 1
