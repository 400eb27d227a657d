"""Nothing that a person sent reaches a log line or an error page, whatever fails (WSTG-ERRH-01, WSTG-ERRH-02)."""

import io
import logging
import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.urls import path

from troth.config import urls as site
from troth.config.logs import PlainFormatter, PlainHandler
from troth.kernel.errors import AccessDenied, CannotOpen, Refused
from troth.kernel.pages import page

pytestmark = pytest.mark.django_db

CANARY = "canary7f3a"
ERRORS = {
    "value": ValueError(f"{CANARY} is no number"),
    "key": KeyError(CANARY),
    "database": IntegrityError(f"Key (email)=({CANARY}) already exists"),
    "suspicious": SuspiciousOperation(f"odd {CANARY}"),
    "denied": PermissionDenied(f"not {CANARY}"),
    "missing": Http404(f"no {CANARY}"),
    "sealed": CannotOpen(f"The value {CANARY} does not open."),
    "group": ExceptionGroup(CANARY, [ValueError(CANARY)]),
}
STATUS = {"suspicious": 400, "denied": 403, "missing": 404}


@page("public", methods=("GET", "POST"))
def fail(_request, kind, word):
    local_value = f"{word} {CANARY}"
    try:
        raise RuntimeError(local_value)
    except RuntimeError as error:
        raise ERRORS[kind] from error


@page("public", methods=("GET", "POST"))
def read_form(request):
    return HttpResponse(str(len(request.POST)))


class FailingSite:
    urlpatterns = [
        *site.urlpatterns,
        path("fail/<str:kind>/<str:word>/", fail, name="fail"),
        path("form/", read_form, name="form"),
    ]
    handler400 = site.handler400
    handler403 = site.handler403
    handler404 = site.handler404
    handler500 = site.handler500


@pytest.fixture
def log(settings):
    """Read what the site's own handler writes."""
    settings.ROOT_URLCONF = FailingSite
    handler = next(each for each in logging.getLogger().handlers if isinstance(each, PlainHandler))
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    client.cookies["__Host-session"] = CANARY
    return client


EVERYWHERE = {
    "headers": {"User-Agent": CANARY, "Referer": f"https://example.org/{CANARY}", "X-Forwarded-For": CANARY},
    "REMOTE_ADDR": "203.0.113.77",
}


@pytest.mark.parametrize("kind", ERRORS)
def test_a_failing_view_is_logged_and_shown_without_any_value(browser, log, kind):
    answer = browser.post(f"/fail/{kind}/{CANARY}/?q={CANARY}", {"name": CANARY}, **EVERYWHERE)
    assert answer.status_code == STATUS.get(kind, 500)
    written = log.getvalue()
    assert written
    assert "route=fail" in written
    assert CANARY not in written
    assert "203.0.113.77" not in written
    assert CANARY not in answer.content.decode()


def test_a_failure_names_type_frames_and_the_id_that_the_page_shows(browser, log):
    answer = browser.get(f"/fail/value/{CANARY}/")
    written = log.getvalue()
    assert "builtins.ValueError" in written
    assert "builtins.RuntimeError" in written
    assert re.search(r"test_logs\.py:\d+ fail", written)
    reference = re.search(r"request=([0-9a-f]{12})", written)
    assert reference
    assert reference[1] in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "sent", "status"),
    [
        ("get", {"path": f"/{CANARY}/?{CANARY}"}, 404),
        ("get", {"path": "/help/", "headers": {"Host": f"{CANARY}.example.org"}}, 400),
        ("put", {"path": f"/help/?{CANARY}"}, 405),
        ("post", {"path": "/form/", "data": b"x" * 600_000, "content_type": "application/x-www-form-urlencoded"}, 400),
        ("post", {"path": "/form/", "data": CANARY, "content_type": "multipart/form-data; boundary="}, 400),
    ],
)
def test_a_request_that_cannot_be_answered_is_logged_without_any_value(browser, log, method, sent, status):
    answer = getattr(browser, method)(**(EVERYWHERE | sent))
    assert answer.status_code == status
    assert CANARY not in log.getvalue()
    assert CANARY not in answer.content.decode()


def test_a_forged_form_is_refused_and_logged_without_any_value(browser, log):
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/form/", {"name": CANARY}, **EVERYWHERE)
    assert answer.status_code == 403
    assert "This form could not be accepted" in answer.content.decode()
    assert log.getvalue()
    assert CANARY not in log.getvalue()


def test_a_refusal_of_the_house_is_shown_in_its_own_words(browser, log, monkeypatch):
    refusal = Refused("The order was paid already.", kept="The order stands.", next_step="Ask for a refund.")
    monkeypatch.setitem(ERRORS, "refused", refusal)
    monkeypatch.setitem(ERRORS, "shut", AccessDenied("The door stayed shut."))
    answer = browser.get("/fail/refused/x/")
    assert answer.status_code == 409
    for words in ("The order was paid already.", "The order stands.", "Ask for a refund."):
        assert words in answer.content.decode()
    assert browser.get("/fail/shut/x/").status_code == 403
    assert "error=Refused status=409 route=fail" in log.getvalue()
    assert "paid" not in log.getvalue()


def write(message, *args, name="troth.test", **extra):
    record = logging.LogRecord(name, logging.INFO, "/srv/venv/site-packages/lib/part.py", 7, message, args, None)
    record.__dict__.update(extra)
    return PlainFormatter().format(record)


def test_our_own_line_shows_its_sentence_and_facts_and_masks_arguments():
    line = write("A letter to %s waits.", CANARY, facts={"try": 2})
    assert line.endswith("troth.test A letter to ••• waits. try=2")


def test_a_line_of_a_library_shows_its_place_and_not_its_words():
    line = write(f"Invalid host {CANARY}", name="django.security.DisallowedHost")
    assert line.endswith("django.security.DisallowedHost at lib/part.py:7")


def test_a_line_that_cannot_be_written_shows_no_argument(capsys):
    class Broken:
        def __str__(self):
            raise ValueError(CANARY)

    handler = PlainHandler(io.StringIO())
    handler.setFormatter(PlainFormatter())
    handler.handle(logging.LogRecord("troth.test", logging.INFO, "/x/troth/part.py", 7, Broken(), (CANARY,), None))
    said = capsys.readouterr().err
    assert "troth/part.py:7" in said
    assert CANARY not in said
