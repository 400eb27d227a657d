"""Fetches mails by IMAP: each is known by UIDVALIDITY and UID, stored before it is moved, and never fetched twice.

The mailbox is named by ``MAIL_IN_URL`` (``imaps://user:password@host:993/INBOX?done=Archive``). What was stored is
moved to the folder ``done``; a mail that could not be moved is known by its key at the next fetch, and moved then.
Where the server numbered its mails anew (another UIDVALIDITY), a mail that is known is known by its bytes: the lines
that the servers wrote on its way are part of them, so that no other mail has the same.
"""

import hashlib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import Error as DatabaseFailure
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from troth.kernel.errors import NotConfigured
from troth.support.mailin.listening import SCHEMES
from troth.support.mailin.storing import store_mail
from troth.support.models import InboundMail
from troth.support.models.inbox import LARGEST_MAIL

log = logging.getLogger(__name__)

BATCH = 50
TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mails are fetched. Its password is in no text of it.

    Arguments: as in the address of ``MAIL_IN_URL``; ``done`` is the folder for what was stored.
    """

    host: str
    port: int
    user: str
    password: str
    folder: str
    done: str
    is_tls: bool

    def __repr__(self) -> str:
        return f"<Mailbox {self.host}:{self.port}>"

    @property
    def source(self) -> str:
        """The name of this mailbox in the key of each mail."""
        return f"imap:{self.host}/{self.folder}"[:80]


def read_mailbox(url: str) -> Mailbox | None:
    """Return the mailbox of a ``MAIL_IN_URL``, or None where none is fetched from.

    Raises NotConfigured for an address that cannot be meant. No message repeats the address: it holds a password.
    """
    parts = urlsplit(url)
    if not url or parts.scheme in SCHEMES:
        return None
    if parts.scheme not in ("imaps", "imap") or not parts.hostname or not parts.username:
        raise NotConfigured("MAIL_IN_URL must be imaps://user:password@host/FOLDER, or lmtp://127.0.0.1:port.")
    if parts.scheme == "imap" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise NotConfigured("MAIL_IN_URL would send the password in clear; use imaps://.")
    try:
        port = parts.port or (993 if parts.scheme == "imaps" else 143)
    except ValueError:
        raise NotConfigured("The port in MAIL_IN_URL must be a whole number from 1 to 65535.") from None
    return Mailbox(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        done=parse_qs(parts.query).get("done", ["Archive"])[0],
        is_tls=parts.scheme == "imaps",
    )


def fetch_all() -> int:
    """Fetch all new mails; return how many were stored. Raises OSError where the mailbox cannot be reached."""
    mailbox = read_mailbox(settings.ENVIRONMENT.mail_in_url)
    return 0 if mailbox is None else fetch(mailbox)


def fetch(mailbox: Mailbox) -> int:
    """Fetch all new mails of this mailbox; return how many were stored."""
    stored = 0
    with _open(mailbox) as server:
        selected = server.select_folder(mailbox.folder)
        validity = int(selected[b"UIDVALIDITY"])
        uids = sorted(server.search(["ALL"]))
        for first in range(0, len(uids), BATCH):
            for uid in uids[first : first + BATCH]:
                try:
                    stored += _take(server, mailbox, validity=validity, uid=uid)
                except (IMAPClientError, OSError, DatabaseFailure):
                    # Nothing further can be had, or kept, now: what is left waits on the server.
                    raise
                except Exception as error:
                    # One mail that we fall on holds up no other. It stays on the server, and is tried again.
                    facts = {"uid": uid, "error": type(error).__name__}
                    log.exception("A mail was not taken from the mailbox.", extra={"facts": facts})
    return stored


def list_hosts() -> list[str]:
    """Return where the mailbox is, for the fence around connections; nothing for an address that cannot be meant."""
    try:
        mailbox = read_mailbox(settings.ENVIRONMENT.mail_in_url)
    except NotConfigured:
        return []
    return [] if mailbox is None else [f"{mailbox.host}:{mailbox.port}"]


def _take(server: IMAPClient, mailbox: Mailbox, *, validity: int, uid: int) -> bool:
    """Store one mail, then move it; return whether it was new. A crash between the two repeats only the moving."""
    key = f"{validity}:{uid}"
    is_new = not InboundMail.objects.filter(source=mailbox.source, key=key).exists()
    if is_new:
        # One byte more than we take tells that it is too large, without fetching all of it.
        part = f"BODY.PEEK[]<0.{LARGEST_MAIL + 1}>"
        found = server.fetch([uid], [part]).get(uid, {})
        raw = next((value for name, value in found.items() if name.startswith(b"BODY[]")), None)
        if raw is None:
            return False
        is_new = not _was_renumbered(mailbox, bytes(raw), validity=validity)
        if is_new:
            is_new = store_mail(bytes(raw), source=mailbox.source, key=key) is not None
    _move(server, mailbox, uid)
    return is_new


def _was_renumbered(mailbox: Mailbox, raw: bytes, *, validity: int) -> bool:
    """Return whether these bytes are known from this folder as it was numbered before."""
    known = InboundMail.objects.filter(source=mailbox.source, digest=hashlib.sha256(raw).hexdigest())
    return known.exclude(key__startswith=f"{validity}:").exists()


def _move(server: IMAPClient, mailbox: Mailbox, uid: int) -> None:
    if server.has_capability("MOVE"):
        server.move([uid], mailbox.done)
        return
    server.copy([uid], mailbox.done)
    server.delete_messages([uid])
    # Only this mail: a plain EXPUNGE would take away what another program marked.
    if server.has_capability("UIDPLUS"):
        server.uid_expunge([uid])
    else:
        server.expunge()


@contextmanager
def _open(mailbox: Mailbox) -> Iterator[IMAPClient]:
    context = ssl.create_default_context() if mailbox.is_tls else None
    server = IMAPClient(
        mailbox.host, port=mailbox.port, ssl=mailbox.is_tls, ssl_context=context, timeout=TIMEOUT, use_uid=True
    )
    try:
        server.login(mailbox.user, mailbox.password)
        if not server.folder_exists(mailbox.done):
            server.create_folder(mailbox.done)
        yield server
    except IMAPClientError as error:
        # The server's own words may hold what it was sent.
        raise OSError(f"The mailbox refused: {type(error).__name__}") from None
    finally:
        try:
            server.logout()
        except (IMAPClientError, OSError):
            with suppress(IMAPClientError, OSError):
                server.shutdown()
