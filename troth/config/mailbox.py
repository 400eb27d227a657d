"""The demo's mailbox: takes every mail by SMTP on a loopback port and keeps it as a file, instead of sending it.

It stands for the inboxes of the demo's invented people, which are theirs and not the operator's: what lies in
``data/mailbox`` is on the far side of the door. It exists in demo mode only.
"""

import asyncio
import re
import signal
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from troth.config.environment import Environment
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.secrets import make_private_folder

KEPT = 500
"""Mails that are kept; the oldest go first."""

LARGEST = 10 * 1024 * 1024
"""Bytes of a mail; a larger one is refused."""

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that the mailbox took.

    Arguments:
        key: its name here.
        at: when it was sent, by its own header; else now.
        message: the parsed mail.
    """

    key: str
    at: datetime
    message: EmailMessage

    def header(self, name: str) -> str:
        """Return a header's text, or an empty string."""
        return str(self.message.get(name, ""))

    def part(self, kind: str) -> str:
        """Return the body's ``plain`` or ``html`` part, or an empty string."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


class Mailbox:
    """The mails of a folder, one file each.

    Arguments:
        folder: where they lie; made on the first mail.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Keep a mail; return its key."""
        make_private_folder(self._folder)
        key = str(new_id())
        draft = self._folder / f"{key}.draft"
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.rename(self._folder / f"{key}.eml")
        for old in self._list()[KEPT:]:
            old.unlink(missing_ok=True)
        return key

    def read_all(self) -> list[Mail]:
        """Return all mails, the newest first."""
        return [mail for path in self._list() if (mail := self.read(path.stem))]

    def read(self, key: str) -> Mail | None:
        """Return the mail with this key, or None."""
        if not _KEY.fullmatch(key):
            return None
        try:
            content = (self._folder / f"{key}.eml").read_bytes()
        except FileNotFoundError:
            return None
        message = message_from_bytes(content, policy=policy)
        return Mail(key=key, at=_read_date(str(message.get("Date", ""))), message=message)

    def _list(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"), reverse=True)


def open_mailbox(environment: Environment) -> Mailbox:
    """Return the mailbox of this place."""
    return Mailbox(environment.data / "mailbox")


def serve_mailbox(environment: Environment) -> None:
    """Take mails until told to stop."""
    asyncio.run(_serve(environment))


async def _serve(environment: Environment) -> None:
    from aiosmtpd.smtp import SMTP

    mailbox = open_mailbox(environment)

    class Handler:
        """What the SMTP server asks; the name of the method is the library's."""

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            mailbox.keep(envelope.content)
            return "250 OK"

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def speak() -> SMTP:
        return SMTP(Handler(), hostname="localhost", ident="Mailbox", data_size_limit=LARGEST, loop=loop)

    server = await loop.create_server(speak, "127.0.0.1", environment.mailbox_port)
    async with server:
        await stop.wait()


def _read_date(text: str) -> datetime:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return clock.now()
    return at if at.tzinfo else clock.now()
