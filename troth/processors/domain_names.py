"""Asking the domain name system about our own mail domain; no name of a client's is ever asked for.

A question goes to the name servers of this machine, inside the fence; what is looked up are public records of the
operator's domain, so that it stands in no disclosure.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.resolver
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from dns.resolver import Resolver

from troth.processors.network import speaking_to

LONGEST = 4.0
"""Seconds for one question, all name servers and repeats together."""


class Found(StrEnum):
    """What came of a question."""

    RECORDS = "records"
    NOTHING = "nothing"  # the name, or a record of this kind, does not exist
    NO_ANSWER = "no_answer"  # nobody answered, so nothing is known


@dataclass(frozen=True, slots=True)
class NameAnswer:
    """What the name servers said.

    Arguments:
        found: whether there are records, none, or no answer.
        records: the records as text; a TXT record's strings are joined (RFC 7208, 3.3).
    """

    found: Found
    records: tuple[str, ...] = ()


def make_resolver() -> Resolver:
    """Return a resolver that asks the name servers of this machine; raise OSError where it has none."""
    try:
        return Resolver()
    except dns.resolver.NoResolverConfiguration as error:
        raise OSError("This machine has no name servers.") from error


def ask_names(resolver: Resolver, name: str, kind: str) -> NameAnswer:
    """Return the records of a name.

    Arguments:
        resolver: asks the name servers.
        name: whose records; it is taken as complete, without a search list.
        kind: ``TXT``, ``MX``, ``A`` or ``AAAA``.
    """
    hosts = [f"{server}:{resolver.port}" for server in _list_servers(resolver)]
    try:
        with speaking_to(hosts):
            answer = resolver.resolve(name.rstrip(".") + ".", kind, lifetime=LONGEST, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return NameAnswer(Found.NOTHING)
    except (dns.exception.DNSException, OSError):
        return NameAnswer(Found.NO_ANSWER)
    return NameAnswer(Found.RECORDS, tuple(_read(record, kind) for record in answer))


def measure_signing_key(encoded: str, *, is_ed25519: bool) -> int | None:
    """Return the bits of a public key as it is published for DKIM (RFC 6376, 3.6.1); None where it cannot be read.

    Arguments:
        encoded: the tag ``p``, Base64.
        is_ed25519: whether the tag ``k`` says so; otherwise it is RSA.
    """
    try:
        raw = base64.b64decode(encoded, validate=True)
        if is_ed25519:
            Ed25519PublicKey.from_public_bytes(raw)
            return 8 * len(raw)
        key = load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None


def _list_servers(resolver: Resolver) -> Sequence[str]:
    return [str(getattr(server, "address", server)) for server in resolver.nameservers]


def _read(record: object, kind: str) -> str:
    if kind == "TXT":
        strings: Sequence[bytes] = getattr(record, "strings", ())
        return b"".join(strings).decode("ascii", errors="replace")
    return str(record)
