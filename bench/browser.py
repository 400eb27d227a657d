"""Calls a WSGI application in this process, so that a page is measured without the server and its sockets."""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class UnexpectedAnswerError(Exception):
    """A page did not answer as it does when it works; measuring it would measure something else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``cookies`` are those that it sets."""

    status: int
    cookies: Mapping[str, str]
    body: bytes


class Browser:
    """Keeps the cookies that it is given by hand, and asks each time from another address, for the limits' sake.

    Arguments:
        application: the program.
        site: its public address, such as ``https://troth.localhost:8443``.
    """

    def __init__(self, application: Application, *, site: str) -> None:
        self._application = application
        self._site = urlsplit(site)
        self._addresses = count(1)
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *, expect: int = 200) -> Answer:
        """Ask for a page; raise UnexpectedAnswerError for another status."""
        return self._ask("GET", path, b"", expect=expect)

    def post(self, path: str, form: Mapping[str, str], *, expect: int = 303) -> Answer:
        """Send a form; raise UnexpectedAnswerError for another status. Cookies that come back are not kept."""
        return self._ask("POST", path, urlencode(form).encode(), expect=expect)

    def post_body(self, path: str, body: bytes, *, headers: Mapping[str, str], expect: int = 200) -> Answer:
        """Send a body as a program does, with headers of its own."""
        more = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        return self._ask("POST", path, body, expect=expect, more={"CONTENT_TYPE": "application/json", **more})

    def _ask(
        self, method: str, path: str, body: bytes, *, expect: int, more: Mapping[str, str] | None = None
    ) -> Answer:
        seen: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_rest: Any) -> None:
            seen["status"], seen["headers"] = int(status[:3]), headers

        pieces = self._application(self._make_environ(method, path, body) | dict(more or {}), start)
        try:
            content = b"".join(pieces)
        finally:
            # Django ends the request here: connections are looked after as behind a real server.
            if close := getattr(pieces, "close", None):
                close()
        if seen["status"] != expect:
            raise UnexpectedAnswerError(f"{method} {path} answered {seen['status']} and not {expect}.")
        set_cookies = [value for name, value in seen["headers"] if name == "Set-Cookie"]
        cookies = {name: morsel.value for text in set_cookies for name, morsel in SimpleCookie(text).items()}
        return Answer(status=seen["status"], cookies=cookies, body=content)

    def _make_environ(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        bare, _mark, query = path.partition("?")
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": bare,
            "QUERY_STRING": query,
            "SERVER_NAME": self._site.hostname,
            "SERVER_PORT": str(self._site.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": f"2001:db8:{next(self._addresses):x}::1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "HTTP_HOST": self._site.netloc,
            "HTTP_ORIGIN": f"{self._site.scheme}://{self._site.netloc}" if body else "",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self._site.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
