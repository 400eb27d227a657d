"""What a mail of the corpus is, and how one is put together."""

from dataclasses import dataclass

HEARD = "heard-7c1f"


@dataclass(frozen=True, slots=True)
class Broken:
    """One mail of the corpus.

    Arguments:
        name: what is broken in it.
        raw: its bytes, without the line of our own mail server.
        causes: for which it may be set apart; empty where it has to become a case.
        heard: whether ``HEARD`` stands in what the case says.
        files: how many files come with it, or None where that is left open.
    """

    name: str
    raw: bytes
    causes: tuple[str, ...] = ()
    heard: bool = True
    files: int | None = None


def head(number: int, *lines: str, sender: str = "", subject: str = "A matter") -> bytes:
    """Return the headers of a mail; ``lines`` come last, and the empty line that ends them."""
    sender = sender or f"Writer <writer{number}@example.org>"
    every = [f"From: {sender}", "To: support@collectorsystems.com", f"Subject: {subject}", *lines]
    return ("\r\n".join(every) + "\r\n\r\n").encode("utf-8", errors="surrogateescape")


def join(number: int, kind: str, *parts: bytes, boundary: str = "b", lines: tuple[str, ...] = ()) -> bytes:
    """Return a mail of several parts, each with its own headers."""
    text = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return head(number, *lines, f'Content-Type: {kind}; boundary="{boundary}"') + text + f"--{boundary}--\r\n".encode()


def part(kind: str, body: bytes, *lines: str) -> bytes:
    """Return one part."""
    return ("\r\n".join([f"Content-Type: {kind}", *lines]) + "\r\n\r\n").encode() + body


PLAIN = part("text/plain", HEARD.encode())
