"""Shakes hands with a TLS server in old versions and new, and says which it took (M1; RFC 8996, RFC 9325)."""

import socket
import ssl
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography import x509
from django.conf import settings

from troth.config.environment import Environment
from troth.kernel import clock

PATIENCE = 3.0
"""Seconds to wait for an answer."""

EVERYTHING = "ALL:@SECLEVEL=0"
WITHOUT_FORWARD_SECRECY = "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA:AES128-SHA:@SECLEVEL=0"


@dataclass(frozen=True, slots=True)
class Handshake:
    """What came of one handshake.

    Arguments:
        key: a name for the evidence.
        words: what was offered.
        accepted: whether the server took it.
        as_promised: whether that is what we promise.
    """

    key: str
    words: str
    accepted: bool
    as_promised: bool


@dataclass(frozen=True, slots=True)
class _Offer:
    key: str
    words: str
    version: ssl.TLSVersion
    ciphers: str
    wanted: bool


_OFFERS = (
    _Offer("tls_1_0", "TLS 1.0", ssl.TLSVersion.TLSv1, EVERYTHING, wanted=False),
    _Offer("tls_1_1", "TLS 1.1", ssl.TLSVersion.TLSv1_1, EVERYTHING, wanted=False),
    _Offer("static", "TLS 1.2 without forward secrecy", ssl.TLSVersion.TLSv1_2, WITHOUT_FORWARD_SECRECY, wanted=False),
    _Offer("tls_1_3", "TLS 1.3", ssl.TLSVersion.TLSv1_3, EVERYTHING, wanted=True),
)


def find_server() -> tuple[str, int]:
    """Return the address at which this machine's server listens."""
    environment: Environment = settings.ENVIRONMENT
    everywhere = environment.bind in {"0.0.0.0", "::"}  # noqa: S104  compared, not bound
    return ("127.0.0.1" if everywhere else environment.bind), environment.port


def list_handshakes() -> Iterator[Handshake]:
    """Yield what came of each offer, and whether the certificate fits; nothing where no server listens."""
    address = find_server()
    try:
        socket.create_connection(address, timeout=PATIENCE).close()
    except OSError:
        return
    for offer in _OFFERS:
        certificate = _shake_hands(address, offer)
        accepted = certificate is not None
        yield Handshake(offer.key, offer.words, accepted, as_promised=accepted is offer.wanted)
        if certificate and offer.wanted:
            fits = _fits(x509.load_der_x509_certificate(certificate))
            yield Handshake("certificate", "a certificate in date for the site's name", fits, as_promised=fits)


def _shake_hands(address: tuple[str, int], offer: _Offer) -> bytes | None:
    """Return the server's certificate in DER where it took the offer, or None where it did not."""
    try:
        with (
            socket.create_connection(address, timeout=PATIENCE) as plain,
            _make_context(offer).wrap_socket(plain, server_hostname=settings.ENVIRONMENT.site_host) as sealed,
        ):
            return sealed.getpeercert(binary_form=True)
    except OSError:
        return None


def _fits(certificate: x509.Certificate) -> bool:
    """Whether the certificate is in date and names the site. Who signed it is between operator and browser."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    host = settings.ENVIRONMENT.site_host
    named = {host, "*." + host.partition(".")[2]} & set(names.get_values_for_type(x509.DNSName))
    return bool(named) and certificate.not_valid_before_utc <= clock.now() < certificate.not_valid_after_utc


def _make_context(offer: _Offer) -> ssl.SSLContext:
    """Return a client that offers one version only, however weak, and looks at no certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(offer.ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Old versions are offered to see them refused.
        context.minimum_version = offer.version
        context.maximum_version = offer.version
    return context
