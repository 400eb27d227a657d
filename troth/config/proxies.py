"""Whom we believe when it says for whom it asks: the proxies that ``TROTH_PROXIES`` names, and nobody else.

A proxy in front hides the address of who asks, and then every visitor is one network to the limits on guessing. It
tells the address in the header ``Forwarded`` (RFC 7239). From anybody else that is a claim, and is taken off unread.

``X-Forwarded-For`` is not read at all: to a WSGI program ``X_Forwarded_For`` is the same name, so that a visitor could
speak beside the proxy, and of two such lines the server hands on the last. ``Forwarded`` has no second spelling.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from troth.kernel.errors import NotConfigured

type Network = IPv4Network | IPv6Network
type Address = IPv4Address | IPv6Address
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_LONGEST_HEADER = 2000
_CLAIMS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
)
_PAIR = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("[^"\\]*"|[^\s",;]*)\s*')
_NODE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+)(?::\d{1,5})?|([0-9A-Fa-f:.]+)")


@dataclass(frozen=True, slots=True)
class Hop:
    """What one proxy says of who asked it.

    Arguments:
        asked_by: the address, or None where it is not told or is none.
        scheme: ``http`` or ``https``, or empty where it is not told.
    """

    asked_by: Address | None
    scheme: str


def read_proxies(text: str) -> tuple[Network, ...]:
    """Return the networks of ``TROTH_PROXIES``: addresses or networks, with commas between; raise NotConfigured."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise NotConfigured(
            f"TROTH_PROXIES: {error}. Write addresses or networks, such as 10.0.0.7, 10.1.0.0/16."
        ) from None


def heed_proxies(application: Application, proxies: Sequence[Network]) -> Application:
    """Return the program, which then sees address and scheme as a trusted proxy tells them, and no claim of others."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = str(environ.get("HTTP_FORWARDED", ""))
        for name in _CLAIMS:
            environ.pop(name, None)
        found = find_visitor(str(environ.get("REMOTE_ADDR", "")), told, proxies)
        if found is not None:
            environ["REMOTE_ADDR"] = str(found.asked_by)
            environ["wsgi.url_scheme"] = found.scheme or environ["wsgi.url_scheme"]
        return application(environ, start_response)

    return answer


def find_visitor(peer: str, told: str, proxies: Sequence[Network]) -> Hop | None:
    """Return who asked the outermost trusted proxy, as that one tells it; None where the peer itself is the visitor.

    Arguments:
        peer: the address that the connection comes from.
        told: the header ``Forwarded``; the last element is the nearest proxy's word.
        proxies: whom we believe.
    """
    found, address = None, _read_address(peer)
    hops = read_hops(told) if proxies else []
    while hops and address is not None and any(address in network for network in proxies):
        hop = hops.pop()
        if hop.asked_by is None:
            break
        found, address = hop, hop.asked_by
    return found


def read_hops(told: str) -> list[Hop]:
    """Return the elements of a ``Forwarded`` header; one that is not well-formed tells nothing."""
    if len(told) > _LONGEST_HEADER:
        return []
    return [_read_hop(element) for element in _split(told, ",") if element.strip()]


def _read_hop(element: str) -> Hop:
    pairs: dict[str, str] = {}
    for part in _split(element, ";"):
        match = _PAIR.fullmatch(part)
        if match is None or match[1].lower() in pairs:
            return Hop(asked_by=None, scheme="")
        pairs[match[1].lower()] = match[2].strip('"')
    node = _NODE.fullmatch(pairs.get("for", ""))
    scheme = pairs.get("proto", "").lower()
    return Hop(
        asked_by=_read_address(node[1] or node[2] or node[3]) if node else None,
        scheme=scheme if scheme in {"http", "https"} else "",
    )


def _split(text: str, sign: str) -> list[str]:
    """Split at a sign that stands outside quotation marks."""
    return re.split(rf'{sign}(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def _read_address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
