"""The walk over our own pages finds them in the map of addresses, and keeps what left."""

from contextlib import contextmanager

import pytest
from django.http import HttpResponse
from django.urls import include, path

from troth.config import urls as site
from troth.kernel import crawl
from troth.kernel.crawl import Guise, SiteBrowser, fetch, list_paths, list_routes
from troth.kernel.pages import gates, page

pytestmark = pytest.mark.django_db


@page("public")
def show(request, number=0):
    response = HttpResponse(f"<p>{number} {request.get_host()} {request.is_secure()}</p>", headers={"X-Kind": "test"})
    response.set_cookie("a", "secret-value", max_age=5)
    response.headers["Set-Cookie"] = "b=secret-value; Path=/"
    return response


@page("public", methods=("POST",))
def take(_request):
    return HttpResponse()


@page("member")
def show_member(request):
    return HttpResponse(f"<p>hello {request.COOKIES['who']}</p>")


def bare(_request):
    return HttpResponse()


class SmallSite:
    urlpatterns = [
        path("", show, name="start"),
        path("inner/", include(([path("<int:number>/", show, name="one")], "inner"))),
        path("other/<int:number>/", show, name="other"),
        path("take/", take, name="take"),
        path("member/", show_member, name="member"),
        path("bare/", bare),
    ]
    handler404 = site.handler404


@pytest.fixture(autouse=True)
def small_site(settings, monkeypatch):
    settings.ROOT_URLCONF = SmallSite
    settings.MIDDLEWARE = []
    for registry in (crawl.samples, crawl.guises, gates):
        monkeypatch.setattr(registry, "_items", {})


def test_the_map_is_read_with_names_access_and_methods():
    routes = {route.pattern: route for route in list_routes()}
    assert routes["inner/<int:number>/"].name == "inner:one"
    assert routes["inner/<int:number>/"].access == "public"
    assert routes["inner/<int:number>/"].methods == ("GET", "HEAD")
    assert not routes["inner/<int:number>/"].fixed
    assert routes[""].fixed
    assert (routes["bare/"].access, routes["bare/"].methods, routes["bare/"].name) == ("", (), "")


def test_pages_without_variable_parts_and_samples_are_walked():
    assert list_paths() == ["/"]
    crawl.samples.register("inner:one", lambda: ["/inner/1/", "/inner/2/"])
    assert list_paths() == ["/", "/inner/1/", "/inner/2/"]


def test_what_left_is_kept_without_the_values_of_cookies():
    answer = fetch(SiteBrowser(), "/inner/7/")
    assert (answer.status, answer.route, answer.is_html) == (200, "inner:one", True)
    assert answer.text == "<p>7 troth.localhost:8443 True</p>"
    assert answer.headers["x-kind"] == "test"
    assert [each.split("=")[0] for each in answer.set_cookies] == ["b", "a"]
    assert "Max-Age=5" in answer.set_cookies[1]
    assert answer.set_cookies[0] == "b=x; Path=/"
    assert "secret-value" not in "".join(answer.set_cookies)


def test_a_stranger_carries_no_cookie_from_page_to_page():
    crawl.samples.register("inner:one", lambda: ["/inner/1/"])
    browser_cookies = [answer.set_cookies for answer in crawl.crawl()]
    assert len(browser_cookies) == 2
    assert all(len(cookies) == 2 for cookies in browser_cookies)


def test_pages_behind_a_sign_in_are_walked_in_a_guise_which_is_put_off_again():
    left = []

    @contextmanager
    def enter():
        browser = SiteBrowser()
        browser.cookies["who"] = "canary"
        yield browser
        left.append(True)

    gates.register("member", lambda _request: None)
    crawl.guises.register("member", Guise(access="member", enter=enter))
    answers = list(crawl.crawl())
    assert [answer.path for answer in answers] == ["/", "/member/"]
    assert answers[1].text == "<p>hello canary</p>"
    assert left == [True]
