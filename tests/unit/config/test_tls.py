import socket
import ssl
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from troth.config.environment import Environment, read_environment
from troth.config.tls import ensure_tls, locate_tls, read_end
from troth.kernel import clock
from troth.kernel.errors import NotConfigured


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    (tmp_path / "secrets").mkdir(mode=0o700)
    return replace(read_environment(), data=tmp_path, secrets=tmp_path / "secrets")


def _shake_hands(certificate: Path, key: Path, authority: Path, name: str) -> str | None:
    """Serve one handshake with the files, and return the version that a client agreed on who trusts the authority."""
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=str(authority))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            try:
                with served.wrap_socket(connection, server_side=True) as speaking:
                    speaking.recv(1)
            except (ssl.SSLError, ConnectionError):
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname()) as plain,
                trusted.wrap_socket(plain, server_hostname=name) as secured,
            ):
                return secured.version()
        finally:
            thread.join(5)


@pytest.mark.parametrize("name", ["localhost", "troth.localhost", "127.0.0.1", "::1"])
def test_client_that_trusts_the_authority_shakes_hands(place: Environment, name: str) -> None:
    assert ensure_tls(place)
    files = locate_tls(place)
    assert files.authority is not None
    assert _shake_hands(files.certificate, files.key, files.authority, name) == "TLSv1.3"


def test_authority_can_vouch_for_no_name_beyond_this_machine(place: Environment) -> None:
    ensure_tls(place)
    files = locate_tls(place)
    assert files.authority is not None
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = load_pem_private_key((place.secrets / "tls-authority.key").read_bytes(), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(hours=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example.org")]), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    certificate, key_file = place.data / "forged.pem", place.data / "forged.key"
    certificate.write_bytes(forged.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        _shake_hands(certificate, key_file, files.authority, "bank.example.org")


def test_leaf_bears_the_names_of_this_machine_and_no_other(place: Environment) -> None:
    ensure_tls(place)
    leaf = x509.load_pem_x509_certificate(locate_tls(place).certificate.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"localhost", "troth.localhost"}
    assert set(names.get_values_for_type(x509.IPAddress)) == {ip_address("127.0.0.1"), ip_address("::1")}
    assert leaf.not_valid_after_utc - clock.now() < timedelta(days=60, minutes=1)


def test_keys_are_pkcs8_and_readable_by_their_owner_alone(place: Environment) -> None:
    ensure_tls(place)
    for key in (locate_tls(place).key, place.secrets / "tls-authority.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert key.read_text().startswith("-----BEGIN PRIVATE KEY-----")


def test_second_start_makes_nothing(place: Environment) -> None:
    ensure_tls(place)
    before = locate_tls(place).certificate.read_bytes()
    assert not ensure_tls(place)
    assert locate_tls(place).certificate.read_bytes() == before


@pytest.mark.parametrize(("days", "renewed"), [(39, False), (41, True), (100, True)])
def test_leaf_is_renewed_twenty_days_before_its_end_under_the_same_authority(
    place: Environment, days: int, renewed: bool
) -> None:
    ensure_tls(place)
    files = locate_tls(place)
    assert files.authority is not None
    authority, leaf = files.authority.read_bytes(), files.certificate.read_bytes()
    with time_machine.travel(clock.now() + timedelta(days=days)):
        assert ensure_tls(place) is renewed
        assert (files.certificate.read_bytes() != leaf) is renewed
        assert read_end(files.certificate) > clock.now()
    assert files.authority.read_bytes() == authority


def test_another_name_under_localhost_is_added_to_the_leaf(place: Environment) -> None:
    ensure_tls(place)
    assert ensure_tls(replace(place, site="https://members.localhost:8443"))
    files = locate_tls(place)
    assert files.authority is not None
    assert _shake_hands(files.certificate, files.key, files.authority, "members.localhost")


def test_operators_own_certificate_is_used_and_nothing_is_made(place: Environment, tmp_path: Path) -> None:
    ensure_tls(place)
    files = locate_tls(place)
    elsewhere = tmp_path / "elsewhere"
    given = replace(place, data=elsewhere, certificate=files.certificate, certificate_key=files.key)
    assert not ensure_tls(given)
    assert not elsewhere.exists()
    with time_machine.travel(clock.now() + timedelta(days=61)), pytest.raises(NotConfigured, match="has run out"):
        ensure_tls(given)
    with pytest.raises(NotConfigured, match="cannot be read"):
        ensure_tls(replace(given, certificate_key=tmp_path / "nowhere.key"))
