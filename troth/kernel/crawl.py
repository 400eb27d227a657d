"""Walks our own pages in-process, through every middleware, and keeps what left: status, headers, bytes.

The list of pages is computed from the map of addresses, so that a page added anywhere is walked by itself. A page whose
address has a variable part is walked where its app registered samples; one that needs a sign-in, where a guise can give
it. Controls look at what is found here, so nothing in this module judges.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.cookies import Morsel
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from troth.kernel.pages import PUBLIC
from troth.kernel.ports import Registry


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the map of addresses.

    Arguments:
        name: the view's name with its namespaces, such as ``cookies:register``; empty where it has none.
        pattern: the address as written in the map, such as ``statement/versions/<int:number>/``.
        access: what the view's ``@page`` declares; empty where it carries none.
        methods: the methods that it answers; empty where it carries none.
    """

    name: str
    pattern: str
    access: str
    methods: tuple[str, ...]

    @property
    def fixed(self) -> bool:
        """Whether the address has no variable part."""
        return "<" not in self.pattern and "(" not in self.pattern


@dataclass(frozen=True, slots=True)
class Answer:
    """What left for one request.

    Arguments:
        path: the path that was asked for.
        route: the name of the route.
        status: the HTTP status.
        headers: names in lower case and values, ``Set-Cookie`` left out.
        set_cookies: each ``Set-Cookie`` as it leaves, but ``x`` in place of its value.
        body: the bytes.
    """

    path: str
    route: str
    status: int
    headers: dict[str, str]
    set_cookies: tuple[str, ...]
    body: bytes

    @property
    def is_html(self) -> bool:
        """Whether it is an HTML page."""
        return self.headers.get("content-type", "").startswith("text/html")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")


samples: Registry[str, Callable[[], Iterable[str]]] = Registry("sample of addresses")
"""Name of a route with a variable part → paths of it that exist now."""


@dataclass(frozen=True, slots=True)
class Guise:
    """A way to visit other than as a stranger; ``accounts`` and ``staff`` register theirs.

    Arguments:
        access: the access of the pages that are walked in it, such as ``client``.
        enter: gives a browser that is signed in, and leaves nothing behind when the block ends.
    """

    access: str
    enter: Callable[[], AbstractContextManager[Client]]


guises: Registry[str, Guise] = Registry("guise of a visitor")


class SiteBrowser(Client):
    """A browser that asks the site's own host by HTTPS, and is held to the rule against forged forms."""

    def __init__(self, **defaults: Any) -> None:
        host = urlsplit(settings.ENVIRONMENT.site).netloc
        headers = {"host": host, "accept": "text/html"} | defaults.pop("headers", {})
        super().__init__(enforce_csrf_checks=True, raise_request_exception=False, headers=headers, **defaults)

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        """Send any request, by HTTPS."""
        kwargs["secure"] = True
        return super().generic(*args, **kwargs)


def list_routes() -> list[Route]:
    """Return every route of the map of addresses, in its order."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(entries: Sequence[Any], prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in entries:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry.url_patterns, pattern, inner)
        elif isinstance(entry, URLPattern):
            yield Route(
                name=":".join((*namespaces, entry.name)) if entry.name else "",
                pattern=pattern,
                access=getattr(entry.callback, "troth_access", ""),
                methods=getattr(entry.callback, "troth_methods", ()),
            )


def list_paths(*, access: str = PUBLIC) -> list[str]:
    """Return the paths of all pages of this access that answer GET: those without a variable part, and the samples."""
    paths: list[str] = []
    for route in list_routes():
        if route.access != access or "GET" not in route.methods:
            continue
        if route.fixed:
            paths.append("/" + route.pattern)
        elif (find_samples := samples.get(route.name)) is not None:
            paths.extend(find_samples())
    return paths


def fetch(browser: Client, path: str) -> Answer:
    """Ask for ``path`` and return what left."""
    response: Any = browser.get(path)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    by_hand = [_blank(value) for name, value in response.items() if name.lower() == "set-cookie"]
    return Answer(
        path=path,
        route=_name_route(response),
        status=response.status_code,
        headers={name.lower(): value for name, value in response.items() if name.lower() != "set-cookie"},
        set_cookies=(*by_hand, *(_write(morsel) for morsel in response.cookies.values())),
        body=body,
    )


def crawl() -> Iterator[Answer]:
    """Fetch every public page as a stranger with no cookie of the page before, and the others in each guise."""
    stranger = SiteBrowser()
    for path in list_paths():
        stranger.cookies.clear()
        yield fetch(stranger, path)
    for guise in guises:
        with guise.enter() as browser:
            for path in list_paths(access=guise.access):
                yield fetch(browser, path)


def _name_route(response: Any) -> str:
    match = response.wsgi_request.resolver_match
    return match.view_name if match else ""


def _blank(set_cookie: str) -> str:
    """Return a header that was set by hand with the cookie's value left out."""
    pair, separator, rest = set_cookie.partition(";")
    name, equals, value = pair.partition("=")
    return f"{name}{equals}{'x' if value.strip() else ''}{separator}{rest}"


def _write(morsel: Morsel[str]) -> str:
    """Return the header as Django's handler writes it, the cookie's value left out."""
    blank: Morsel[str] = morsel.copy()
    blank.set(morsel.key, "x" if morsel.value else "", "x" if morsel.coded_value else "")
    return blank.OutputString()
