import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponseNotAllowed
from django.test import RequestFactory

from troth.kernel.errors import AccessDenied, CannotOpen, Closed
from troth.ui import views
from troth.ui.api import Banner, register_banner, show_error
from troth.ui.middleware import ShowNotAllowed

pytestmark = pytest.mark.usefixtures("registries")
GET = RequestFactory().get("/ui/")


def test_the_page_of_components_is_shown_in_the_demo_and_nowhere_else(settings: Any) -> None:
    from django.http import Http404

    assert views.components(GET).status_code == 200
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=False)
    with pytest.raises(Http404):
        views.components(GET)


def test_the_page_of_components_keeps_nothing_and_shows_what_needs_mending() -> None:
    answer = views.components(RequestFactory().post("/ui/", {"name": "Ada"})).content.decode()
    assert 'value="Ada"' in answer
    assert answer.count("error-summary") == 2


def test_no_page_carries_inline_style_or_script() -> None:
    page = views.components(GET).content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []


def test_every_script_and_style_sheet_is_bound_to_its_bytes() -> None:
    page = views.components(GET).content.decode()
    bound = re.findall(r'(?:src|href)="/static/(\S+?\.(?:css|js))" integrity="sha384-(\S+?)"', page)
    assert len(bound) == page.count('rel="stylesheet"') + page.count("<script") == 5
    for path, digest in bound:
        found = finders.find(path)
        assert base64.b64encode(hashlib.sha384(Path(found).read_bytes()).digest()).decode() == digest


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda: views.show_bad_request(GET, ValueError()), 400),
        (lambda: views.show_denied(GET, ValueError()), 403),
        (lambda: views.show_forged(GET), 403),
        (lambda: views.show_not_found(GET, ValueError()), 404),
        (lambda: views.show_failure(GET), 500),
    ],
)
def test_an_error_says_what_happened_what_was_kept_and_what_to_do(answer: Any, status: int) -> None:
    response = answer()
    page = response.content.decode()
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert "What was kept" in page
    assert "What you can do now" in page


def test_a_refusal_is_shown_in_its_own_words() -> None:
    error = Closed("Registration is closed.", kept="Nothing was sent.", next_step="Come back tomorrow.")
    answer = show_error(GET, error)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "300"
    for words in ("Registration is closed.", "Nothing was sent.", "Come back tomorrow."):
        assert words in page


def test_a_refusal_without_further_words_still_says_what_to_do() -> None:
    page = show_error(GET, AccessDenied("The door stayed shut.")).content.decode()
    assert "Nothing was changed." in page


def test_a_failure_of_ours_tells_none_of_its_words() -> None:
    answer = show_error(GET, CannotOpen("the key of row 7 is gone"))
    assert answer.status_code == 500
    assert "row 7" not in answer.content.decode()


def test_the_page_of_a_failure_asks_no_other_room() -> None:
    asked = []

    def make(_request: object) -> Banner:
        asked.append(1)
        return Banner(kind="note", words="Read this.")

    register_banner("counting", make)
    assert "Read this." in views.show_not_found(GET, ValueError()).content.decode()
    assert "Read this." not in views.show_failure(GET).content.decode()
    assert len(asked) == 1


def test_an_error_page_can_be_quoted() -> None:
    request = RequestFactory().get("/")
    request.troth_id = "a1b2c3"  # type: ignore[attr-defined]
    assert "a1b2c3" in views.show_failure(request).content.decode()


def test_a_method_that_is_not_allowed_gets_a_page_and_keeps_its_header() -> None:
    answer = ShowNotAllowed(lambda _request: HttpResponseNotAllowed(["GET", "HEAD"]))(GET)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert b"This page does not take that" in answer.content
