"""What stands around every page: links, banners, the operator's name. Higher rooms hand them in at start-up.

A link whose page does not exist (yet, or in this operator's house) is left out, so that the frame draws without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi

from troth.kernel.operator import Operator, read_operator
from troth.kernel.ports import Registry, Words

HEADER_ROOM = 4
"""A header of more links than this is a search task; what does not fit belongs in the footer."""


class Place(StrEnum):
    """Where a link stands."""

    HEADER = "header"
    FOOTER = "footer"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the frame.

    Arguments:
        place: where it stands.
        order: the smaller, the earlier.
        name: its name within the place, such as ``statement``.
        words: what it says.
        url: the name of the page's address, such as ``statement:current``, or a path that starts with ``/``.
        when: asked with the request whether to show it; None shows it always.
        detail: a few words beside it, such as the date of the last change; None for none.
        post: a button that posts instead of a link, such as "Sign out".
    """

    place: Place
    order: int
    name: str
    words: Words
    url: str
    when: Callable[[HttpRequest], bool] | None = None
    detail: Callable[[], Words] | None = None
    post: bool = False


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as one page shows it."""

    name: str
    words: Words
    url: str
    detail: Words
    current: bool
    post: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """A notice above every page, such as that of a new version of the statement.

    Arguments:
        kind: ``note``, ``waits``, ``broken`` or ``kept``.
        words: what it says, one or two sentences.
        url: where to read more, or empty.
        url_words: what the link says.
        dismiss_url: a page that takes a POST and puts the banner away, or empty where it stays.
    """

    kind: str
    words: Words
    url: str = ""
    url_words: Words = ""
    dismiss_url: str = ""


BannerMaker = Callable[[HttpRequest], Banner | None]

links: Registry[tuple[Place, str], Link] = Registry("link")
banners: Registry[str, BannerMaker] = Registry("banner")
OpinionMaker = Callable[[HttpRequest], str]
opinions: Registry[str, OpinionMaker] = Registry("small form of feedback")


def register_link(  # noqa: PLR0913 - the parts of one link, each by its name
    *,
    place: Place,
    order: int,
    name: str,
    words: Words,
    url: str,
    when: Callable[[HttpRequest], bool] | None = None,
    detail: Callable[[], Words] | None = None,
    post: bool = False,
) -> None:
    """Hand in a link of the frame; see ``Link`` for the arguments. To be called once, in an app's ``ready``."""
    link = Link(place=place, order=order, name=name, words=words, url=url, when=when, detail=detail, post=post)
    links.register((place, name), link)


def register_banner(name: str, make: BannerMaker) -> None:
    """Hand in a banner: ``make`` is asked on every page and returns None where it has nothing to say."""
    banners.register(name, make)


def register_opinion(make: OpinionMaker) -> None:
    """Hand in the small form at the foot of every page, in which a reader gives the page a number (J5).

    ``make`` is asked on every page where the number goes: an address that takes ``rating`` from 1 to 5 by GET and asks
    for the rest; empty for a page without the form. A form that only leads on needs no cookie on every page.
    """
    opinions.register("opinion", make)


@dataclass(frozen=True, slots=True)
class Frame:
    """What one page shows around its content."""

    operator: Operator
    home: str
    language: str
    direction: str
    header: Sequence[ShownLink]
    footer: Sequence[ShownLink]
    feedback: Sequence[ShownLink]
    opinion: str
    banners: Sequence[Banner]


def make_frame(request: HttpRequest | None) -> Frame:
    """Return the frame of the page that answers ``request``.

    With None (the page of a server error) nothing is asked of higher rooms, whose database may be what failed: links
    without condition or detail, and no banner.
    """
    return Frame(
        operator=read_operator(),
        home="/",
        language=get_language() or settings.LANGUAGE_CODE,
        direction="rtl" if get_language_bidi() else "ltr",
        header=show_links(Place.HEADER, request)[:HEADER_ROOM],
        footer=show_links(Place.FOOTER, request),
        feedback=show_links(Place.FEEDBACK, request),
        opinion="" if request is None else next((found for make in opinions if (found := make(request))), ""),
        banners=[] if request is None else [banner for make in banners if (banner := make(request)) is not None],
    )


def show_links(place: Place, request: HttpRequest | None) -> list[ShownLink]:
    """Return the links of ``place`` that this page shows, in order."""
    offered = sorted((link for link in links if link.place == place), key=lambda link: (link.order, link.name))
    return [shown for link in offered if (shown := _show(link, request)) is not None]


def _show(link: Link, request: HttpRequest | None) -> ShownLink | None:
    if link.when is not None and (request is None or not link.when(request)):
        return None
    if request is None and link.post:
        return None
    url = link.url if link.url.startswith("/") else reverse_url_or_none(link.url)
    if url is None:
        return None
    return ShownLink(
        name=link.name,
        words=link.words,
        url=url,
        detail=link.detail() if link.detail is not None and request is not None else "",
        current=request is not None and request.path == url,
        post=link.post,
    )


def reverse_url(name: str, /, **kwargs: object) -> str:
    """Return the path of the page named ``name``; raise NoReverseMatch where there is none."""
    return reverse(name, kwargs=kwargs) if kwargs else _reverse_fixed(name, get_urlconf() or settings.ROOT_URLCONF)


@cache
def _reverse_fixed(name: str, urlconf: str) -> str:
    """Return a path that nothing is filled into; a page asks for some twenty of them, and they never change."""
    return reverse(name, urlconf=urlconf)


def reverse_url_or_none(name: str, /, **kwargs: object) -> str | None:
    """Return the path of the page named ``name``, or None where this house has no such page."""
    try:
        return reverse_url(name, **kwargs)
    except NoReverseMatch:
        return None


def render_csrf_field(request: HttpRequest) -> SafeString:
    """Return the hidden input without which a posted form is refused."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
