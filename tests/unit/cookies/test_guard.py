"""What the guard lets out, and what it does not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from troth.config.logs import PlainFormatter
from troth.cookies.guard import Fault, find_fault
from troth.cookies.middleware import CookieGuard, PrivacySignal
from troth.cookies.models import RemovedCookie
from troth.cookies.register import Cookie, Kind, declared, register_cookie
from troth.kernel.errors import NotConfigured

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GOOD = "Secure; HttpOnly; SameSite=Lax; Path=/"


@pytest.fixture(autouse=True)
def two_cookies(monkeypatch):
    """Declare one cookie of each kind, for this test only."""
    monkeypatch.setattr(declared, "_items", dict(declared._items))
    register_cookie(Cookie(name="__Host-visit", kind=Kind.SESSION, purpose="p", set_when="w"))
    register_cookie(
        Cookie(name="__Host-stay", kind=Kind.PERSISTENT, purpose="p", set_when="w", life=timedelta(days=30))
    )


@pytest.mark.parametrize(
    "header",
    [
        f"__Host-visit=v; {GOOD}",
        "__Host-visit=v; path=/; samesite=lax; httponly; secure",
        f"__Host-stay=v; Max-Age=2592000; {GOOD}",
        f"__Host-stay=v; Expires=Tue, 22 Dec 2026 12:00:00 GMT; {GOOD}",
        f"__Host-stay=v; {GOOD}",
        '__Host-visit=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure',
    ],
)
def test_a_declared_cookie_may_leave(header):
    assert find_fault(header, at=NOW) is None


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (f"__Host-other=v; {GOOD}", Fault.UNDECLARED),
        (f"_ga=v; {GOOD}", Fault.UNDECLARED),
        ("", Fault.UNDECLARED),
        ('__Host-other=""; Max-Age=0; Path=/; Secure', Fault.UNDECLARED),
        (f"__Host-visit=v; Max-Age=3600; {GOOD}", Fault.OUTLIVES_BROWSER),
        (f"__Host-visit=v; Max-Age=0; {GOOD}", Fault.OUTLIVES_BROWSER),
        (f"__Host-visit=v; Expires=Tue, 22 Dec 2026 12:00:00 GMT; {GOOD}", Fault.OUTLIVES_BROWSER),
        (f"__Host-stay=v; Max-Age=2592001; {GOOD}", Fault.OUTLIVES_DECLARATION),
        (f"__Host-stay=v; Max-Age=forever; {GOOD}", Fault.OUTLIVES_DECLARATION),
        (f"__Host-stay=v; Max-Age={'9' * 40}; {GOOD}", Fault.OUTLIVES_DECLARATION),
        (f"__Host-stay=v; Expires=Tue, 22 Dec 2026 12:02:00 GMT; {GOOD}", Fault.OUTLIVES_DECLARATION),
        (f"__Host-stay=v; Expires=never; {GOOD}", Fault.OUTLIVES_DECLARATION),
        ("__Host-visit=v; HttpOnly; SameSite=Lax; Path=/", Fault.NOT_SECURE),
        ("__Host-visit=v; Secure; SameSite=Lax; Path=/", Fault.SCRIPT_READABLE),
        ("__Host-visit=v; Secure; HttpOnly; Path=/", Fault.SAME_SITE),
        ("__Host-visit=v; Secure; HttpOnly; SameSite=None; Path=/", Fault.SAME_SITE),
        ("__Host-visit=v; Secure; HttpOnly; SameSite=Lax", Fault.PATH),
        ("__Host-visit=v; Secure; HttpOnly; SameSite=Lax; Path=/admin/", Fault.PATH),
        (f"__Host-visit=v; Domain=example.org; {GOOD}", Fault.DOMAIN),
    ],
)
def test_a_deviating_cookie_may_not_leave(header, fault):
    assert find_fault(header, at=NOW) is fault


def test_a_cookie_with_a_wrong_declaration_is_refused_at_start():
    with pytest.raises(NotConfigured):
        Cookie(name="visit", kind=Kind.SESSION, purpose="p", set_when="w")
    with pytest.raises(NotConfigured):
        Cookie(name="__Host-visit", kind=Kind.SESSION, purpose="p", set_when="w", life=timedelta(days=1))
    with pytest.raises(NotConfigured):
        Cookie(name="__Host-visit", kind=Kind.PERSISTENT, purpose="p", set_when="w")
    with pytest.raises(NotConfigured):
        Cookie(name="__Host-visit", kind=Kind.SESSION, purpose="p", set_when="w", same_site="None")


def test_a_name_is_declared_once():
    with pytest.raises(NotConfigured):
        register_cookie(Cookie(name="__Host-visit", kind=Kind.SESSION, purpose="another", set_when="w"))


def read_log(caplog):
    return "\n".join(PlainFormatter().format(record) for record in caplog.records)


def pass_through(response, rf):
    return CookieGuard(lambda _request: response)(rf.get("/"))


@pytest.mark.django_db
def test_the_guard_removes_and_counts_without_the_value(rf, caplog):
    for _time in range(2):
        response = HttpResponse()
        response.set_cookie("_track", "canary-value", max_age=10)
        response.set_cookie("__Host-visit", "v", secure=True, httponly=True, samesite="Lax")
        response.headers["Set-Cookie"] = f"__Host-stay=canary-value; Max-Age=99999999; {GOOD}"
        left = pass_through(response, rf)
        assert list(left.cookies) == ["__Host-visit"]
        assert "Set-Cookie" not in left.headers
    rows = RemovedCookie.objects.values_list("name", "fault", "count")
    assert set(rows) == {("_track", "undeclared", 2), ("__Host-stay", "outlives_declaration", 2)}
    logged = read_log(caplog)
    assert "_track" in logged
    assert "canary" not in logged


@pytest.mark.django_db
def test_a_header_set_by_hand_passes_if_it_is_declared(rf):
    response = HttpResponse(headers={"Set-Cookie": f"__Host-visit=v; {GOOD}"})
    assert pass_through(response, rf).headers["Set-Cookie"] == f"__Host-visit=v; {GOOD}"
    assert not RemovedCookie.objects.exists()


@pytest.mark.django_db
def test_a_cookie_that_is_declared_may_be_deleted(rf):
    response = HttpResponse()
    response.delete_cookie("__Host-stay", samesite="Lax")
    assert "__Host-stay" in pass_through(response, rf).cookies


@pytest.mark.django_db
def test_a_name_that_could_carry_a_value_is_masked(rf):
    response = HttpResponse(headers={"Set-Cookie": "ada@example.org=1"})
    assert "Set-Cookie" not in pass_through(response, rf).headers
    assert RemovedCookie.objects.get().name == "(masked)"


def test_a_cookie_is_removed_even_where_it_cannot_be_counted(rf, monkeypatch, caplog):
    from django.db import DatabaseError

    def fail(*args, **kwargs):
        raise DatabaseError("canary-text")

    monkeypatch.setattr("troth.cookies.actions._count", fail)
    response = HttpResponse()
    response.set_cookie("_track", "v")
    assert not pass_through(response, rf).cookies
    logged = read_log(caplog)
    assert "could not be counted" in logged
    assert "canary" not in logged


@pytest.mark.parametrize(
    ("header", "heard"),
    [("1", True), ("0, 1", True), ("1,1", True), (" 1 ", True), ("", False), ("0", False), ("true", False),
     ("11", False), ("1;q=1", False), ('"1"', False)],
)  # fmt: skip
def test_the_wish_not_to_be_tracked_is_heard_only_when_it_is_exactly_one(rf, header, heard):
    request = rf.get("/", headers={"Sec-GPC": header})
    PrivacySignal(lambda _request: HttpResponse())(request)
    assert request.gpc is heard
