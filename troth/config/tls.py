"""The certificate with which the site answers on this machine, and the local authority that signs it (M1).

The authority is *name-constrained* (RFC 5280, 4.2.1.10) to ``localhost``, the names under it, and loopback addresses:
who trusts it trusts it for nothing else. Its key stays in the secrets folder, readable by its owner alone, so that a
leaf of 60 days can be renewed without asking anybody to trust a new authority. An operator with a certificate of a
public authority names its two files in ``TROTH_CERTIFICATE`` and ``TROTH_CERTIFICATE_KEY``; then nothing is made here.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from troth.config.environment import Environment
from troth.kernel import clock
from troth.kernel.errors import NotConfigured
from troth.kernel.secrets import make_private_folder

LEAF_LIFE = timedelta(days=60)
LEAF_RENEWED_BEFORE_END = timedelta(days=20)
AUTHORITY_LIFE = timedelta(days=5 * 365)
CLOCK_SKEW = timedelta(hours=1)
"""A certificate is valid from a little before it is made, for a browser whose clock is behind."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the web server finds its certificate.

    Arguments:
        certificate: the leaf, in PEM, with the chain after it where there is one.
        key: its key, in PKCS#8 PEM, readable by its owner alone.
        authority: the local authority's certificate for clients to trust; None where the operator brings a certificate.
    """

    certificate: Path
    key: Path
    authority: Path | None


def locate_tls(environment: Environment) -> TlsFiles:
    """Return where the files lie, whether they stand there yet or not."""
    if environment.certificate is not None and environment.certificate_key is not None:
        return TlsFiles(environment.certificate, environment.certificate_key, None)
    folder = environment.data / "tls"
    return TlsFiles(folder / "certificate.pem", folder / "key.pem", folder / "authority.pem")


def ensure_tls(environment: Environment) -> bool:
    """Make or renew what is missing or near its end; return whether anything was made.

    Raises NotConfigured where the operator's own certificate cannot be read or has run out.
    """
    files = locate_tls(environment)
    if files.authority is None:
        _check_given(files)
        return False
    make_private_folder(files.certificate.parent)
    authority_key = environment.secrets / "tls-authority.key"
    names = _names(environment)
    made = False
    if not _stands(files.authority, LEAF_LIFE) or not authority_key.is_file():
        _make_authority(files.authority, authority_key)
        made = True
    if made or not files.key.is_file() or not _stands(files.certificate, LEAF_RENEWED_BEFORE_END, names):
        _make_leaf(files, _read(files.authority), authority_key, names)
        made = True
    return made


def read_end(certificate: Path) -> datetime:
    """Return when the certificate runs out; raise NotConfigured where it cannot be read."""
    return _read(certificate).not_valid_after_utc


def _names(environment: Environment) -> list[str]:
    names = ["localhost", "troth.localhost"]
    if environment.site_host.endswith(".localhost") and environment.site_host not in names:
        names.append(environment.site_host)
    return names


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise NotConfigured(f"The certificate {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise NotConfigured(f"The certificate {path} is not a certificate in PEM.") from None


def _stands(path: Path, left: timedelta, names: list[str] | None = None) -> bool:
    """Return whether the certificate can be read, has more than ``left`` to run, and bears all ``names``."""
    try:
        certificate = _read(path)
    except NotConfigured:
        return False
    if names is not None:
        borne = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if not set(names) <= set(borne.get_values_for_type(x509.DNSName)):
            return False
    return certificate.not_valid_after_utc - clock.now() > left


def _check_given(files: TlsFiles) -> None:
    if read_end(files.certificate) <= clock.now():
        raise NotConfigured(f"The certificate {files.certificate} has run out; replace it.")
    try:
        serialization.load_pem_private_key(files.key.read_bytes(), password=None)
    except OSError as error:
        raise NotConfigured(f"The certificate's key {files.key} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError):
        raise NotConfigured(f"The certificate's key {files.key} is not an open private key in PEM (PKCS#8).") from None


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _start(subject: str, life: timedelta, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _make_authority(certificate: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    permitted: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(IPv4Network("127.0.0.0/8")),
        x509.IPAddress(IPv6Network("::1/128")),
    ]
    builder = (
        _start("Troth, this machine only", AUTHORITY_LIFE, key)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Troth, this machine only")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
    )
    _write_private(key_file, _encode_key(key))
    _write_private(certificate, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_leaf(files: TlsFiles, authority: x509.Certificate, authority_key: Path, names: list[str]) -> None:
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), password=None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise NotConfigured(f"The local authority's key {authority_key} is not one that this program made.")
    key = ec.generate_private_key(ec.SECP256R1())
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives += [x509.IPAddress(IPv4Address("127.0.0.1")), x509.IPAddress(IPv6Address("::1"))]
    builder = (
        _start(names[-1], LEAF_LIFE, key)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )
    _write_private(files.key, _encode_key(key))
    _write_private(files.certificate, builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _encode_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_private(path: Path, content: bytes) -> None:
    """Write whole or not at all, mode 0600 from the first byte on."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    Path(draft).replace(path)
