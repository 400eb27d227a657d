"""Reads a mail with limits: how many parts, how deep, how large. Nothing in it is run, fetched or unpacked.

What a mail says is its text part; of one that has HTML only, the text of that, cleaned. The HTML itself is never shown:
remote pictures are no picture to us but a report that the mail was read.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.parser import BytesParser

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from troth.accounts.api import Profile
from troth.kernel.errors import Refused, TrothError
from troth.support.files import MOST_FILES, Sniffed, sniff
from troth.support.mailin.html_words import html_to_text
from troth.support.mailin.limits import DEEPEST, LONGEST_VALUE, MOST_HEADERS, MOST_PARTS, is_beyond
from troth.support.models.cases import LARGEST_FILE
from troth.support.words import Cause

LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 200
LONGEST_ADDRESS = 400
_ADDRESS = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+")


class Unreadable(TrothError):
    """A mail that cannot be read, with the cause for which it is set apart."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(str(cause.label))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a mail says.

    Arguments:
        sender: the one address in From, or an empty text where there is none, or more than one.
        sender_name: the name beside it.
        recipients: the addresses in To, Cc and the headers that mail servers add.
        subject: one line.
        text: what it says.
        files: what came with it, as far as it is taken.
        left_out: how many files were not taken.
        results: its Authentication-Results, the topmost first.
        is_automatic: whether a program wrote it (RFC 3834 and its relatives).
        is_bounce: whether it reports on the delivery of another mail.
        message_ids: its own Message-ID and those that it refers to.
    """

    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    files: tuple[Sniffed, ...]
    left_out: int
    results: tuple[str, ...]
    is_automatic: bool
    is_bounce: bool
    message_ids: tuple[str, ...]


def read_mail(raw: bytes) -> ReadMail:
    """Return what a mail says; raise Unreadable where it is no mail, or more than we read."""
    if is_beyond(raw):
        raise Unreadable(Cause.TOO_COMPLEX)
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        parts = list(_walk(message))
        return _read(message, parts)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable(Cause.TOO_COMPLEX) from None
    except Exception:
        raise Unreadable(Cause.BROKEN) from None


def as_file(raw: bytes, *, cause: Cause) -> ReadMail:
    """Return a mail that cannot be read as one that says so, with its bytes beside it as far as a file may be large."""
    content = raw[:LARGEST_FILE]
    files = (Sniffed(name="mail.eml", kind="mail", content=content),) if content else ()
    return ReadMail(
        sender="",
        sender_name="",
        recipients=(),
        subject="",
        text=_("Our program could not read this mail: %(cause)s. It is beside this, as it came.")
        % {"cause": cause.label},
        files=files,
        left_out=0,
        results=(),
        is_automatic=True,
        is_bounce=False,
        message_ids=(),
    )


def _read(message: EmailMessage, parts: list[Message]) -> ReadMail:
    headers = _headers(message)
    if len(headers) > MOST_HEADERS:
        raise Unreadable(Cause.TOO_COMPLEX)
    sender, name = _read_sender(headers)
    text, files, left_out = _read_parts(parts)
    return ReadMail(
        sender=sender,
        sender_name=name,
        recipients=_read_recipients(headers),
        subject=_read_subject(headers),
        text=text,
        files=files,
        left_out=left_out,
        results=tuple(value for key, value in headers if key == "authentication-results"),
        is_automatic=_is_automatic(headers),
        is_bounce=_is_bounce(message, headers),
        message_ids=tuple(re.findall(r"<[^<>\s]{1,300}>", " ".join(v for k, v in headers if k in _ID_HEADERS))[:100]),
    )


_ID_HEADERS = ("message-id", "in-reply-to", "references")
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


def _walk(message: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the parts that are no container; a mail within a mail is one part."""
    if depth > DEEPEST:
        raise Unreadable(Cause.TOO_COMPLEX)
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for seen, part in enumerate(message.get_payload()):
            if seen >= MOST_PARTS or not isinstance(part, Message):
                raise Unreadable(Cause.TOO_COMPLEX)
            yield from _walk(part, depth + 1)
    else:
        yield message


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    """Return the headers, names in small letters; one that cannot be read is empty.

    Raw bytes, which no standard allows and many programs write, are read as UTF-8.
    """
    found = []
    for key, value in message.raw_items():
        try:
            text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            found.append((key.lower(), " ".join(text.split())))
        except (UnicodeError, ValueError):
            found.append((key.lower(), ""))
    return found


def _first(headers: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key == name), "")


def _read_subject(headers: list[tuple[str, str]]) -> str:
    value = _first(headers, "subject")[:LONGEST_VALUE]
    with suppress(ValueError, LookupError, RecursionError):  # one that cannot be decoded is shown as it came
        value = str(policy.default.header_factory("Subject", value))
    return _one_line(value)[:LONGEST_SUBJECT]


def _read_sender(headers: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the one address in From and the name beside it; nothing where there are several, or none we could use."""
    fields = [value for key, value in headers if key == "from"]
    if len(fields) != 1:
        return "", ""
    found = _parse_address(fields[0])
    if found is None or not _ADDRESS.fullmatch(found.addr_spec):
        return "", ""
    try:
        Profile.email.clean(found.addr_spec)
    except ValidationError:
        return "", ""
    return found.addr_spec, _one_line(found.display_name)[:120]


def _parse_address(text: str) -> Address | None:
    """Return the one address in a From; of a name beyond measure only its end is read, where the address stands."""
    if len(text) > LONGEST_VALUE:
        text = text[-LONGEST_ADDRESS:][text[-LONGEST_ADDRESS:].find("<") :] if text.count("@") == 1 else ""
    try:
        addresses = policy.default.header_factory("From", text).addresses
    except (ValueError, LookupError, RecursionError, IndexError, AttributeError, HeaderParseError):
        return None
    return addresses[0] if len(addresses) == 1 and addresses[0].username and addresses[0].domain else None


def _read_recipients(headers: list[tuple[str, str]]) -> tuple[str, ...]:
    text = " ".join(value for key, value in headers if key in _RECIPIENTS)
    return tuple(_ADDRESS.findall(text[:20_000])[:200])


def _is_automatic(headers: list[tuple[str, str]]) -> bool:
    """Return whether a program wrote this, by every mark that such mails bear; no answer goes to one, ever."""
    values = {key: value.lower() for key, value in reversed(headers)}
    submitted = values.get("auto-submitted", "no").split(";")[0].strip()
    return bool(
        submitted not in ("", "no")
        or values.get("precedence", "") in {"bulk", "junk", "list", "auto_reply"}
        or any(key.startswith("list-") or key in _AUTOMATIC for key in values)
        or values.get("return-path", "").strip() == "<>"
        or values.get("x-auto-response-suppress", "none") not in ("", "none")
    )


_AUTOMATIC = frozenset({"x-autoreply", "x-autorespond", "x-loop", "feedback-id", "x-auto-reply-from", "auto-replied"})


def _is_bounce(message: EmailMessage, headers: list[tuple[str, str]]) -> bool:
    kind = message.get_content_type()
    sender = _first(headers, "from").lower()
    return kind == "multipart/report" or "mailer-daemon@" in sender or "postmaster@" in sender


def _read_parts(parts: list[Message]) -> tuple[str, tuple[Sniffed, ...], int]:
    """Return the text, the files that are taken, and how many are not."""
    plain: list[str] = []
    rich: list[str] = []
    files: list[Sniffed] = []
    left_out = 0
    for part in parts:
        kind, name = part.get_content_type(), part.get_filename()
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind == "text/plain" and not is_attached:
            plain.append(_decode(part))
        elif kind == "text/html" and not is_attached:
            rich.append(_decode(part))
        else:
            content = _bytes_of(part)
            try:
                if len(files) >= MOST_FILES:
                    raise Refused("There are too many files.")
                files.append(sniff(name=name or f"part.{kind.rpartition('/')[2]}", content=content))
            except Refused:
                left_out += 1
    text = "\n\n".join(plain) if any(each.strip() for each in plain) else "\n\n".join(map(html_to_text, rich))
    return _tidy(text)[:LONGEST_TEXT], tuple(files), left_out


def _decode(part: Message) -> str:
    content = _bytes_of(part)
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, errors="replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", errors="replace")


def _bytes_of(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _tidy(text: str) -> str:
    """Return the text without control characters, and without more than one empty line between two."""
    kept = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign in "\n\t" or sign >= " ")
    kept = kept.encode("utf-8", errors="replace").decode("utf-8")
    return re.sub(r"\n[ \t]*\n([ \t]*\n)+", "\n\n", kept).strip()


def _one_line(text: str) -> str:
    kept = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(kept.encode("utf-8", errors="replace").decode("utf-8").split())
