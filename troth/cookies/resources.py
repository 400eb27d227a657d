"""What a page makes a browser fetch, or run, or send to: read out of the bytes of HTML and style sheets (J5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

_CSS_ADDRESS = re.compile(r"""(?:@import\s+(?:url\()?|url\()\s*["']?([^"')\s;]+)""", re.IGNORECASE)

_FETCHED = {
    "src": None,
    "poster": None,
    "background": None,
    "action": None,
    "formaction": None,
    "ping": None,
    "data": {"object"},
    "manifest": {"html"},
    "href": {"link", "base", "image", "use", "feimage"},
    "xlink:href": None,
}
"""Attribute → the elements on which it makes a browser fetch or send; None for all of them."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a page brings along.

    Arguments:
        kind: the element's name, or ``css`` for an address in a style.
        address: what it names, as written; empty for a script or style written into the page.
        inline: whether it is a script or style written into the page.
    """

    kind: str
    address: str
    inline: bool = False


class _Reader(HTMLParser):
    """Collects the resources of one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Resource] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what this element fetches, and whether it holds a script or style of its own."""
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name in _FETCHED and (_FETCHED[name] is None or tag in (_FETCHED[name] or ())):
                self.found.append(Resource(tag, value))
            elif name in {"srcset", "imagesrcset"}:
                self.found.extend(Resource(tag, part.split()[0]) for part in value.split(",") if part.strip())
            elif name == "style":
                self.found.append(Resource("style", "", inline=True))
                self.found.extend(list_css_resources(value))
            elif name.startswith("on"):
                self.found.append(Resource("script", "", inline=True))
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(Resource(tag, "", inline=True))
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.found.append(Resource(tag, given.get("content", "").partition("=")[2].strip("'\" ")))


def list_html_resources(html: str) -> list[Resource]:
    """Return what a page fetches, runs or sends to. Links that a reader follows by hand are not among it (K1)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def list_css_resources(css: str) -> Iterator[Resource]:
    """Yield what a style sheet fetches."""
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for match in _CSS_ADDRESS.finditer(without_comments):
        yield Resource("css", match[1])


def resolve_address(address: str, *, page: str) -> str:
    """Return the whole address that a browser on ``page`` asks for."""
    return urljoin(page, address.strip())


def is_own(address: str, *, site: str) -> bool:
    """Whether a whole address lies on the site's own origin (RFC 6454): same scheme, host and port."""
    there, here = urlsplit(address), urlsplit(site)
    return (there.scheme, there.netloc.lower()) == (here.scheme, here.netloc.lower())
