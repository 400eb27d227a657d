"""The second fence: in the serving program no connection opens to anybody but a machine of ours, or inside ``send``.

Python tells an audit hook of every connection before it is made (PEP 578). The hook lets through what stays on a socket
of this machine's file system, the site itself, and, while ``speaking_to`` lasts, the hosts that it names. All else is
stopped, counted and told. The first fence is the contract on imports; this one stands where a library, or a later hand,
opens a connection that nobody meant. The databases' drivers speak for themselves, below Python, and are not seen here.
"""

import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.conf import settings

_log = logging.getLogger(__name__)
_hosts: ContextVar[frozenset[str]] = ContextVar("hosts", default=frozenset())
_names: dict[str, set[str]] = {}
"""Address → the names that it was looked up under; a connection is asked for by address."""
_MOST_NAMES = 2000
_installed = threading.Event()
_own = threading.local()
own_hosts: list[Callable[[], Sequence[str]]] = []
"""Functions that return further hosts of ours, ``host:port``, such as the mail store that the help desk reads."""


@contextmanager
def speaking_to(hosts: Sequence[str]) -> Iterator[None]:
    """Within the block these hosts (``host:port`` or host) may be spoken to."""
    token = _hosts.set(frozenset(hosts))
    try:
        yield
    finally:
        _hosts.reset(token)


def install_fence() -> None:
    """Put the fence up in this process; it stays as long as the process does. Called by web server and worker."""
    if not _installed.is_set():
        _installed.set()
        _remember_names()
        sys.addaudithook(_watch)


def may_connect(address: Any) -> bool:
    """Return whether a connection to this address may be opened now."""
    if not isinstance(address, tuple) or len(address) < 2:
        return True  # a socket of the file system
    host, port = str(address[0]), address[1]
    known = _hosts.get() | _list_own()
    return any(name in known or f"{name}:{port}" in known for name in (host, *_names.get(host, ())))


def _list_own() -> frozenset[str]:
    """Return the site itself, which its checks visit, and what other rooms named."""
    environment = settings.ENVIRONMENT
    ports = (environment.port, environment.redirect_port)
    hosts = {"127.0.0.1", "::1", "localhost", environment.bind, environment.site_host}
    further = {host for find in own_hosts for host in find()}
    return frozenset({f"{host}:{port}" for host in hosts for port in ports} | further)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or getattr(_own, "counting", False):
        return
    address = arguments[1]
    if may_connect(address):
        return
    host = f"{address[0]}:{address[1]}"
    _log.error("A connection past the door was stopped.", extra={"facts": {"host": host}})
    # Counted by another thread: this one may be inside a transaction, which the refusal is about to undo.
    threading.Thread(target=_count, args=(host,), daemon=True).start()
    raise PermissionError("Connections open only inside the one door out.")


def _count(host: str) -> None:
    from django.db import connections

    from troth.processors.refusals import note_stray

    _own.counting = True
    try:
        note_stray(host)
    finally:
        connections.close_all()


def _remember_names() -> None:
    """Note under which name an address was looked up, so that a connection to it can be judged by its name."""
    look_up = socket.getaddrinfo

    @wraps(look_up)
    def look_up_and_note(host: Any, *arguments: Any, **named: Any) -> Any:
        found = look_up(host, *arguments, **named)
        name = host.decode() if isinstance(host, bytes) else str(host)
        if len(_names) > _MOST_NAMES:
            _names.clear()
        for *_family, address in found:
            _names.setdefault(str(address[0]), set()).add(name)
        return found

    socket.getaddrinfo = look_up_and_note
