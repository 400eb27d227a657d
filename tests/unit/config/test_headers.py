"""The headers of every answer: a page, a refusal, a file, a redirect."""

import re

import pytest
from django.conf import settings

from troth.config.middleware import PERMISSIONS_POLICY

pytestmark = pytest.mark.django_db

PATHS = ["/", "/help/", "/no/such/page/", "/robots.txt", "/favicon.ico", "/.well-known/security.txt"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["report-uri"] == "/cookies/policy-reports/"
    assert headers["Reporting-Endpoints"] == 'policy="/cookies/policy-reports/"'
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Origin-Agent-Cluster"] == "?1"
    assert headers["Permissions-Policy"] == PERMISSIONS_POLICY
    assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(headers)


def test_a_static_file_carries_them_too_and_may_be_cached(client):
    sheet = re.search(r'href="(/static/[^"]+\.css)"', client.get("/").content.decode())
    assert sheet
    answer = client.get(sheet[1])
    answer.getvalue()
    headers = answer.headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("host", ["localhost", "localhost:8443", "127.0.0.1:8443", "[::1]:8443"])
def test_a_machine_s_own_names_are_not_bound_to_encryption(client, host):
    assert "Strict-Transport-Security" not in client.get("/help/", headers={"Host": host}).headers


def test_the_site_s_host_is_bound_to_encryption_with_any_port(client):
    for host in (settings.ENVIRONMENT.site_host, settings.ENVIRONMENT.site_host.upper() + ":9443"):
        assert "Strict-Transport-Security" in client.get("/help/", headers={"Host": host}).headers


def test_nothing_is_answered_without_encryption(rf):
    from django.core.handlers.wsgi import WSGIHandler

    answered = {}

    def start(status, headers):
        answered.update(status=status, headers=dict(headers))

    environ = rf.get("/help/?a=b", headers={"Host": "troth.localhost"}).environ
    body = b"".join(WSGIHandler()(environ, start))
    assert answered["status"].startswith("301")
    assert answered["headers"]["Location"] == "https://troth.localhost/help/?a=b"
    assert body == b""


def test_a_page_is_not_stored_once_a_sign_in_travels_along(client):
    assert client.get("/help/").headers["Cache-Control"] == "private, no-cache"
    client.cookies["__Host-session"] = "anything"
    for path in ("/help/", "/no/such/page/", "/favicon.ico", "/.well-known/gpc.json"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_features_of_the_browser_are_denied_but_for_passkeys():
    allowed = [part for part in PERMISSIONS_POLICY.split(", ") if not part.endswith("=()")]
    assert allowed == ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
    assert {"camera=()", "geolocation=()", "browsing-topics=()"} <= set(PERMISSIONS_POLICY.split(", "))
