"""Every address of the site declares who may call it and how, and keeps to it (WSTG-CONF-06, WSTG-ATHZ-02)."""

import re

import pytest
from django.conf import settings

from tests.factories.accounts import make_account
from tests.factories.visitors import sign_in_directly
from troth.accounts import api as accounts_api
from troth.kernel.acting import acting, system
from troth.kernel.crawl import Route, SiteBrowser, list_routes
from troth.kernel.pages import PUBLIC, gates
from troth.kernel.purposes import Purpose
from troth.staff.actions import invite_member
from troth.staff.job import JOB
from troth.staff.roles import Permission, Role, may, purpose_of
from troth.vault.keyring import ensure_epoch

ROUTES = list_routes()
FILLERS = {"int": "1", "uuid": "01939f6e-0000-7000-8000-000000000000", "str": "x", "slug": "x", "path": "x"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND")


def name(route: Route) -> str:
    return route.pattern or "/"


def fill(route: Route) -> str:
    """Return a path that the route answers to, with something in each variable part."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda part: FILLERS.get(part[1] or "str", "x"), route.pattern)


def test_there_are_routes():
    assert len(ROUTES) > 10


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_every_view_declares_its_access_and_methods(route):
    assert route.access, f"{name(route)} has no @page"
    assert route.methods
    assert route.access == PUBLIC or route.access in gates or route.access.split(":")[0] in gates


@pytest.mark.parametrize("route", [each for each in ROUTES if each.access.startswith("staff:")], ids=name)
def test_every_page_of_the_console_names_a_permission_that_exists_and_its_purpose(route):
    permission = route.access.removeprefix("staff:")
    assert permission in Permission.values, f"{name(route)} names a permission that nobody has"
    assert purpose_of(permission), f"{name(route)} has no purpose: name its resource in staff.roles"
    assert any(may(role, permission) for role in Role.values), f"{name(route)} is for nobody"


@pytest.fixture
def members(transactional_db):
    """Return browsers of a client, and of a member of each role, all signed in with a second factor."""
    ensure_epoch()
    browsers = {}
    for role in ["", *Role.values]:
        login = role or "client"
        account = make_account(name="Pat Example", email=f"{login}@example.org", user_name=f"pat-{login}")
        if role:
            with acting(actor=system(JOB), purpose=Purpose.SECURITY):
                invite_member(subject_id=account.id, role=Role(role))
        browser = SiteBrowser()
        browser.handler.enforce_csrf_checks = False
        sign_in_directly(browser, account.id, methods=("password", "code"))
        browsers[role] = browser
    yield browsers
    for path in settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


def test_the_console_lets_in_whoever_has_the_permission_and_nobody_else(members, monkeypatch):
    monkeypatch.setattr(accounts_api, "has_second_factor", lambda _subject: True)
    visitor = SiteBrowser()
    looked_at = 0
    for route in (each for each in ROUTES if each.access.startswith("staff:")):
        permission = route.access.removeprefix("staff:")
        method = "GET" if "GET" in route.methods else "POST"
        visitor.handler.enforce_csrf_checks = False
        assert visitor.generic(method, fill(route)).status_code == 303, name(route)
        for role, browser in members.items():
            answer = browser.generic(method, fill(route))
            turned_away = answer.status_code == 403 and b"role opens it" in answer.content
            assert turned_away is not bool(role and may(role, permission)), f"{role or 'client'} at {name(route)}"
            looked_at += 1
    assert looked_at > 200


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_every_view_has_a_name(route):
    assert route.name


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_method_that_is_not_declared_is_405(route):
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    for method in METHODS:
        if method not in route.methods:
            answer = browser.generic(method, fill(route))
            assert answer.status_code == 405, f"{method} {name(route)} gave {answer.status_code}"
            assert set(answer.headers["Allow"].split(", ")) == set(route.methods)


@pytest.mark.django_db
@pytest.mark.parametrize("route", [each for each in ROUTES if each.access != PUBLIC], ids=name)
def test_a_page_that_is_not_public_turns_a_visitor_away(route):
    browser = SiteBrowser()
    browser.handler.enforce_csrf_checks = False
    for method in {"GET", "POST"} & set(route.methods):
        answer = browser.generic(method, fill(route))
        assert answer.status_code in {303, 403, 404}, f"{method} {name(route)} gave {answer.status_code}"
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/sign-in/")
        assert answer.headers["Cache-Control"] in {"no-store", "private, no-cache"}
