"""Reads a mail with limits: how many parts, how deep, how large. Nothing in it is run, fetched or unpacked.

What a mail says is its text part; of one that has HTML only, the text of that, cleaned. The HTML itself is never shown:
remote pictures are no picture to us but a report that the mail was read.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.parser import BytesParser

import nh3

from troth.kernel.errors import Refused, TrothError
from troth.support.files import MOST_FILES, Sniffed, sniff
from troth.support.words import Cause

MOST_PARTS = 100
DEEPEST = 10
LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 200
_MOST_HEADERS = 500
_BREAKS = re.compile(r"<\s*(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)
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
    _count_boundaries(raw)
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


def _read(message: EmailMessage, parts: list[Message]) -> ReadMail:
    headers = _headers(message)
    if len(headers) > _MOST_HEADERS:
        raise Unreadable(Cause.TOO_COMPLEX)
    sender, name = _read_sender(message)
    text, files, left_out = _read_parts(parts)
    return ReadMail(
        sender=sender,
        sender_name=name,
        recipients=_read_recipients(headers),
        subject=_one_line(_first(headers, "subject"))[:LONGEST_SUBJECT],
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


def _count_boundaries(raw: bytes) -> None:
    """Refuse what would nest or part beyond measure, before the parser tries."""
    if raw.lower().count(b"boundary") > MOST_PARTS * 2:
        raise Unreadable(Cause.TOO_COMPLEX)


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
    """Return the headers, names in small letters; one that cannot be read is empty."""
    found = []
    for key, value in message.raw_items():
        try:
            found.append((key.lower(), " ".join(str(value).split())))
        except (UnicodeError, ValueError):
            found.append((key.lower(), ""))
    return found


def _first(headers: list[tuple[str, str]], name: str) -> str:
    value = next((value for key, value in headers if key == name), "")
    return str(policy.default.header_factory("Subject", value)) if name == "subject" else value


def _read_sender(message: EmailMessage) -> tuple[str, str]:
    """Return the one address in From and the name beside it; nothing where there are several, or several headers."""
    fields = message.get_all("From") or []
    if len(fields) != 1 or not isinstance(fields[0], AddressHeader) or len(fields[0].addresses) != 1:
        return "", ""
    address = fields[0].addresses[0]
    if not address.username or not address.domain:
        return "", ""
    spec = address.addr_spec
    return (spec, _one_line(address.display_name)[:120]) if _ADDRESS.fullmatch(spec) else ("", "")


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


def html_to_text(source: str) -> str:
    """Return the words of a mail's HTML, without anything that runs, is fetched or is hidden in it."""
    lines = _BREAKS.sub("\n", source[:500_000])
    # Scripts and styles go with their content, every other element leaves its words.
    cleaned = nh3.clean(lines, tags=set(), clean_content_tags={"script", "style", "head", "title", "template"})
    return html.unescape(cleaned)


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
