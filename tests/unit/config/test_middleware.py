"""How large a request may be, what telltale headers go, and the order of it all."""

import pytest
from django.conf import settings
from django.http import HttpResponse

from troth.config.middleware import RequestId, SiteHeaders

pytestmark = pytest.mark.django_db


def test_the_guard_of_cookies_touches_every_answer_last():
    assert settings.MIDDLEWARE[0] == "troth.cookies.middleware.CookieGuard"


def test_headers_that_tell_what_software_runs_are_taken_off(rf):
    response = HttpResponse(headers={"Server": "granian", "X-Powered-By": "Python", "X-Other": "stays"})
    left = SiteHeaders(lambda _request: response)(rf.get("/")).headers
    assert "Server" not in left
    assert "X-Powered-By" not in left
    assert left["X-Other"] == "stays"


def test_a_request_s_id_is_drawn_anew_each_time(rf):
    seen = []
    give_id = RequestId(lambda request: seen.append(request.troth_id))
    for _time in range(50):
        give_id(rf.get("/"))
    assert len(set(seen)) == 50


def test_a_body_up_to_the_limit_is_read_and_one_beyond_is_refused_unread(client):
    limit = settings.LARGEST_BODY

    def send(length):
        return client.post("/ui/", b"x", content_type="application/octet-stream", CONTENT_LENGTH=str(length))

    assert send(limit).status_code != 413
    refused = send(limit + 1)
    assert refused.status_code == 413
    assert "too large" in refused.content.decode()


@pytest.mark.parametrize("length", ["", "abc", "-1", "١٢"])
def test_an_odd_length_does_no_harm(client, length):
    assert client.get("/help/", CONTENT_LENGTH=length).status_code in {200, 400}


def test_what_a_person_uploads_never_lies_in_a_temporary_folder():
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= settings.LARGEST_BODY
