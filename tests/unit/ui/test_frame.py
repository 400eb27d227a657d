from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from troth.kernel.errors import NotConfigured
from troth.ui.api import Banner, Place, register_banner, register_link
from troth.ui.frame import make_frame

pytestmark = pytest.mark.usefixtures("registries")


def request(path: str = "/") -> HttpRequest:
    return RequestFactory().get(path)


def test_links_stand_in_their_order_and_the_current_one_is_marked() -> None:
    register_link(place=Place.FOOTER, order=2, name="help", words="Help", url="/help/")
    register_link(place=Place.FOOTER, order=1, name="cookies", words="Cookies", url="/cookies/", detail=lambda: "three")
    shown = make_frame(request("/help/")).footer
    assert [(link.words, link.detail, link.current) for link in shown] == [
        ("Cookies", "three", False),
        ("Help", "", True),
    ]


def test_a_link_to_a_page_that_does_not_exist_is_left_out() -> None:
    register_link(place=Place.FOOTER, order=1, name="ghost", words="Ghost", url="ghost:page")
    register_link(place=Place.FOOTER, order=2, name="ui", words="Components", url="ui:components")
    assert [link.name for link in make_frame(request()).footer] == ["ui"]


def test_the_header_shows_four_links_at_most() -> None:
    for order in range(6):
        register_link(place=Place.HEADER, order=order, name=str(order), words="A link", url=f"/{order}/")
    assert [link.name for link in make_frame(request()).header] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(("answer", "names"), [(True, ["admin"]), (False, [])])
def test_a_condition_is_asked_with_the_request(answer: bool, names: list[str]) -> None:
    register_link(place=Place.HEADER, order=1, name="admin", words="Admin", url="/admin/", when=lambda _request: answer)
    assert [link.name for link in make_frame(request()).header] == names


def test_banners_are_asked_and_those_that_say_nothing_are_left_out() -> None:
    register_banner("silent", lambda _request: None)
    register_banner("loud", lambda _request: Banner(kind="note", words="Read this."))
    assert [banner.words for banner in make_frame(request()).banners] == ["Read this."]


def test_a_frame_without_a_request_asks_nobody() -> None:
    def fail(*_arguments: object) -> bool:
        raise AssertionError

    register_link(place=Place.FOOTER, order=1, name="plain", words="Plain", url="/plain/", detail=fail)
    register_link(place=Place.FOOTER, order=2, name="asked", words="Asked", url="/asked/", when=fail)
    register_banner("banner", fail)
    frame = make_frame(None)
    assert [link.name for link in frame.footer] == ["plain"]
    assert frame.banners == []


def test_a_link_registered_twice_is_refused() -> None:
    register_link(place=Place.FOOTER, order=1, name="help", words="Help", url="/help/")
    with pytest.raises(NotConfigured):
        register_link(place=Place.FOOTER, order=2, name="help", words="Other help", url="/other/")


@pytest.mark.parametrize(
    ("language", "opening"), [("en", '<html lang="en" dir="ltr">'), ("ar", '<html lang="ar" dir="rtl">')]
)
def test_the_page_says_its_language_and_direction(draw: Callable[..., str], language: str, opening: str) -> None:
    from django.utils import translation

    with translation.override(language):
        assert opening in draw('{% extends "ui/base.jinja" %}{% block title %}A page{% endblock %}')
