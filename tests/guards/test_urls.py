"""Every address of the site declares who may call it and how, and keeps to it (WSTG-CONF-06, WSTG-ATHZ-02)."""

import re

import pytest

from troth.kernel.crawl import Route, SiteBrowser, list_routes
from troth.kernel.pages import PUBLIC, gates

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
