"""Whatever is sent to the forms: an answer, never a fault, and nothing of what was sent in a log."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troth.accounts.limits import networks
from troth.kernel.crawl import SiteBrowser

ANSWERS = {303, 422, 429}
ANYTHING = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["", "\x00", "a\x00b", "'; --", "<script>", "{{7*7}}", "\u202e", "é" * 300, "a@b", "@", "\ud7ff"]),
)
fuzzed = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

pytestmark = [pytest.mark.usefixtures("house"), pytest.mark.slow]


def send(path, data, caplog):
    networks.forget()
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    browser.raise_request_exception = True
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="troth"):
        answer = browser.post(path, data)
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("troth"))
    assert not [value for value in data.values() if isinstance(value, str) and len(value) > 8 and value in ours]
    return answer.status_code


@fuzzed
@given(
    data=st.fixed_dictionaries(
        {"name": ANYTHING, "email": ANYTHING, "user_name": ANYTHING, "password": ANYTHING, "interests": ANYTHING}
    )
)
def test_the_registration_form_takes_or_refuses(caplog, data):
    assert send("/join/", data, caplog) in ANSWERS


@fuzzed
@given(login=ANYTHING, password=ANYTHING, next_path=ANYTHING)
def test_the_sign_in_form_takes_or_refuses(caplog, login, password, next_path):
    assert send("/sign-in/", {"login": login, "password": password, "next": next_path}, caplog) in ANSWERS


@fuzzed
@given(login=ANYTHING)
def test_the_form_for_a_new_password_takes_or_refuses(caplog, login):
    assert send("/password/forgotten/", {"login": login}, caplog) in ANSWERS


@fuzzed
@given(code=st.one_of(st.text(alphabet="abcAB019-_.=", max_size=80), ANYTHING), cookie=st.text("ab01.-", max_size=60))
def test_no_code_and_no_cookie_is_a_fault(caplog, code, cookie):
    from urllib.parse import quote

    browser = SiteBrowser()
    browser.raise_request_exception = True
    browser.cookies["__Host-keep"] = cookie
    browser.cookies["__Host-session"] = cookie
    for start in ("/join/confirm/", "/password/new/"):
        assert browser.get(start + quote(code or "x", safe="") + "/").status_code in {404, 410}
