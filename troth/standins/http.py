"""The small web server under both stand-ins: one request, one turn at the books, one answer."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LARGEST_BODY = 1024 * 1024
_HOSTS = {"127.0.0.1", "localhost"}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked.

    Arguments:
        method: such as ``POST``.
        path: without the query.
        query: the pairs after the question mark.
        headers: by their names in small letters.
        body: as it came.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """Return the fields of a form, flat, under the names they were sent with."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(thing: Any, *, status: int = 200, **headers: str) -> Answer:
    """Return an answer for programs."""
    text = json.dumps(thing, ensure_ascii=False)
    return Answer(status, text.encode(), headers={name.replace("_", "-"): value for name, value in headers.items()})


def as_page(text: str, *, status: int = 200) -> Answer:
    """Return an answer for people. Pages have no scripts; a form may lead back to where the person came from."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
    return Answer(status, text.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": policy})


def go_to(address: str) -> Answer:
    """Return a redirect after a form."""
    return Answer(303, b"", headers={"Location": address})


class Standin(ABC):
    """An invented company behind the server.

    Arguments:
        origin: its own address, such as ``http://127.0.0.1:8448``.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Answer one request."""

    @abstractmethod
    def take_fault(self, request: Request) -> str:
        """Return the fault that this request is to meet (``down``, ``hang``, ``lost``, ``unheard``), or nothing."""

    @abstractmethod
    def tick(self) -> None:
        """Let happen what is due by itself."""


def make_server(standin: Standin, port: int) -> ThreadingHTTPServer:
    """Return a server of this stand-in on the loopback address; 0 takes any free port."""

    class Handler(_Handler):
        company = standin

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    company: Standin
    protocol_version = "HTTP/1.1"
    server_version = "standin"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Say nothing: the books hold what was asked."""

    def _handle(self) -> None:
        request = self._read()
        if isinstance(request, Answer):
            self._write(request)
            return
        fault = self.company.take_fault(request)
        if fault == "down":
            self._write(as_json({"error": {"type": "api_error", "message": "Out of order, as asked."}}, status=503))
            return
        if fault in {"unheard", "hang"}:
            time.sleep(20 if fault == "hang" else 0)
            self._cut()
            return
        answer = self.company.answer(request)
        if fault == "lost":
            self._cut()
            return
        self._write(answer)

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _handle  # noqa: N815  the library's names

    def _read(self) -> Request | Answer:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY or "transfer-encoding" in headers:
            self.close_connection = True
            return Answer(413, b"")
        body = self.rfile.read(int(length))
        if headers.get("host", "").rsplit(":", 1)[0] not in _HOSTS:
            return Answer(421, b"")
        parts = urlsplit(self.path)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return Request(self.command, parts.path, query, headers, body)

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        fixed = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
        for name, value in {"Content-Type": answer.kind, **fixed, **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _cut(self) -> None:
        """Close the connection without a word."""
        self.close_connection = True
