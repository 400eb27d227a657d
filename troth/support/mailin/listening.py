"""Takes mails that the operator's own mail server hands on by LMTP (RFC 2033) or SMTP, on a port of this machine.

``MAIL_IN_URL=lmtp://127.0.0.1:2424`` starts it with ``troth serve``. A mail is answered with "250" when its bytes are
committed, and not before: where they cannot be kept now the server is told to come again, and keeps the mail.

It listens to this machine alone and asks nobody who it is: behind it stands the mail server, which judges senders and
writes Authentication-Results. A mail server elsewhere posts signed mails (``views.hooks``), or is fetched from.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.db import close_old_connections

from troth.kernel.errors import NotConfigured
from troth.kernel.operator import read_operator
from troth.support.mailin.storing import take_mail
from troth.support.models.inbox import LARGEST_MAIL

log = logging.getLogger(__name__)

SCHEMES = ("lmtp", "smtp")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_RECIPIENTS = 100
IDLE = 300
"""Seconds after which a silent connection is closed."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where mails are taken.

    Arguments:
        protocol: ``lmtp`` or ``smtp``.
        host: an address of this machine.
        port: the port.
    """

    protocol: str
    host: str
    port: int


def read_door(url: str) -> Door | None:
    """Return where to listen by a ``MAIL_IN_URL``; None where it names no such thing. Raises NotConfigured."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        return None
    if parts.hostname not in LOOPBACK:
        raise NotConfigured("MAIL_IN_URL listens for the mail server of this machine: lmtp://127.0.0.1:2424.")
    try:
        port = parts.port
    except ValueError:
        port = None
    if not port:
        raise NotConfigured("MAIL_IN_URL needs a port from 1 to 65535, such as lmtp://127.0.0.1:2424.")
    return Door(protocol=parts.scheme, host=str(parts.hostname), port=port)


def serve_door(door: Door, *, ready: Callable[[], None] = lambda: None) -> None:
    """Take mails until told to stop; ``ready`` is called once it listens."""
    asyncio.run(_serve(door, ready))


async def _serve(door: Door, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # In a thread of a test there are no signals; the loop is then ended with its process.
        with suppress(RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    async with await loop.create_server(lambda: make_protocol(door, loop), door.host, door.port):
        ready()
        await stop.wait()


def make_protocol(door: Door, loop: asyncio.AbstractEventLoop) -> SMTP:
    """Return what speaks with one mail server."""
    kind = LMTP if door.protocol == "lmtp" else SMTP
    return kind(
        Intake(is_lmtp=door.protocol == "lmtp"),
        hostname="localhost",
        ident="Help desk",
        data_size_limit=2 * LARGEST_MAIL,
        enable_SMTPUTF8=True,
        timeout=IDLE,
        loop=loop,
    )


class Intake:
    """What the protocol asks; the names of the methods are the library's.

    Arguments:
        is_lmtp: whether each recipient gets an answer of its own (RFC 2033, 4.2).
    """

    def __init__(self, *, is_lmtp: bool) -> None:
        self._is_lmtp = is_lmtp

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take mails to the help desk, with token or without, and no others: nobody relays through us."""
        if not is_ours(address):
            return "550 5.1.1 Nobody of this name is here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Store the mail, with the two lines that whoever delivers finally puts on top (RFC 5321, 4.4)."""
        raw = write_trace(envelope.mail_from or "", envelope.rcpt_tos) + envelope.content
        try:
            await asyncio.to_thread(_store, raw)
        except Exception as error:
            log.warning("A mail could not be kept now.", extra={"facts": {"error": type(error).__name__}})
            return self._answer("451 4.3.0 It cannot be kept now, come again", envelope)
        return self._answer("250 2.0.0 Kept", envelope)

    def _answer(self, line: str, envelope: Any) -> str:
        return "\r\n".join([line] * (len(envelope.rcpt_tos) if self._is_lmtp else 1))


def is_ours(address: str) -> bool:
    """Return whether this is the address of the help desk, with whatever stands after a plus."""
    operator = read_operator()
    local, _at, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}".casefold()
    return plain in {operator.contacts.support_email.casefold(), operator.mail.from_address.casefold()}


def write_trace(sender: str, recipients: list[str]) -> bytes:
    """Return Return-Path and Delivered-To as they were in the envelope; a sign that would end a line is left out."""
    lines = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
    kept = ("".join(sign for sign in line if sign.isprintable()) for line in lines)
    return "".join(f"{line}\r\n" for line in kept).encode("utf-8", errors="replace")


def _store(raw: bytes) -> None:
    close_old_connections()
    try:
        take_mail(raw)
    finally:
        close_old_connections()
