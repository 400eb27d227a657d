"""One answered request on its way from the web server to the collector: what it says, and that it can say no more.

The message has no field for an account, a session, an order or an address of a page: it names the route. It is written
whole or not at all, since it is never longer than what a pipe takes at once (POSIX, ``PIPE_BUF``).
"""

import select
from dataclasses import dataclass

SEPARATOR = "\x1f"
END = b"\x1e"
LONGEST = min(select.PIPE_BUF, 1024)
"""Bytes of a message with its end; what the pipe takes in one piece."""

PERSONAL, QUIET, VIEW = 1, 2, 4
_FIELDS = 11
_SPARE = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """One answered request.

    Arguments:
        address: the internet address that asked.
        agent: what the browser calls itself.
        route: the name of the route; never the address of the page.
        status: the HTTP status.
        size: bytes of the answer; 0 where they are not known.
        milliseconds: how long the answer took.
        referrer: the host of the page that led here, where that is another site; else empty.
        language: the first language that the browser asks for, two or three letters; else empty.
        campaign: the name in ``utm_campaign``; else empty.
        personal: whether the request may leave a trace beside an account: a sign-in travelled along, or it sent a form.
        quiet: whether the browser asks not to be tracked (``DNT``, ``Sec-GPC``).
        view: whether a person sees the answer as a page.
        lost: how many messages before this one could not be handed over.
    """

    address: str
    agent: str
    route: str
    status: int = 200
    size: int = 0
    milliseconds: int = 0
    referrer: str = ""
    language: str = ""
    campaign: str = ""
    personal: bool = False
    quiet: bool = False
    view: bool = True
    lost: int = 0


def pack(hit: Hit) -> bytes:
    """Return the message; what a browser says of itself is cut where the message would grow too long."""
    flags = PERSONAL * hit.personal | QUIET * hit.quiet | VIEW * hit.view
    parts = [
        hit.address[:45],
        "",
        hit.route[:80],
        str(hit.status),
        str(hit.size),
        str(hit.milliseconds),
        hit.referrer[:100],
        hit.language,
        hit.campaign[:40],
        str(flags),
        str(hit.lost),
    ]
    room = LONGEST - _SPARE - sum(len(part.encode("utf-8", "replace")) for part in parts)
    parts[1] = _clean(hit.agent.encode("utf-8", "replace")[: max(room, 0)].decode("utf-8", "ignore"))
    parts[6], parts[8] = _clean(parts[6]), _clean(parts[8])
    return SEPARATOR.join(parts).encode("utf-8", "replace") + END


def unpack(message: bytes) -> Hit | None:
    """Return the hit of one message without its end, or None where it is none."""
    parts = message.decode("utf-8", "replace").split(SEPARATOR)
    if len(parts) != _FIELDS:
        return None
    try:
        status, size, took, flags, lost = (int(parts[place]) for place in (3, 4, 5, 9, 10))
    except ValueError:
        return None
    return Hit(
        address=parts[0],
        agent=parts[1],
        route=parts[2],
        status=status,
        size=size,
        milliseconds=took,
        referrer=parts[6],
        language=parts[7],
        campaign=parts[8],
        personal=bool(flags & PERSONAL),
        quiet=bool(flags & QUIET),
        view=bool(flags & VIEW),
        lost=lost,
    )


def _clean(text: str) -> str:
    """Take out what would end a field or a message."""
    return text.replace("\x1e", " ").replace(SEPARATOR, " ")
