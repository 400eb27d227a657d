import pytest

from troth.config.mail import configure_mailers
from troth.kernel.errors import NotConfigured


def _options(url: str) -> dict[str, object]:
    return dict(configure_mailers(url)["default"]["OPTIONS"])


def test_plain_server_on_loopback() -> None:
    assert _options("smtp://127.0.0.1:8446") == {
        "host": "127.0.0.1",
        "port": 8446,
        "username": "",
        "password": "",
        "use_tls": False,
        "use_ssl": False,
        "timeout": 20,
    }


def test_starttls_with_escaped_password_and_timeout() -> None:
    options = _options("smtp://relay%40example.org:p%2Fss%20word@mail.example.org?tls=starttls&timeout=5")
    assert options["username"] == "relay@example.org"
    assert options["password"] == "p/ss word"
    assert (options["port"], options["use_tls"], options["use_ssl"], options["timeout"]) == (587, True, False, 5)


def test_smtps_speaks_tls_from_the_first_byte() -> None:
    options = _options("smtps://relay:secret@mail.example.org")
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (465, False, True)


def test_ipv6_host() -> None:
    assert _options("smtp://[::1]:25")["host"] == "::1"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://mail.example.org", "must with smtp"),
        ("mail.example.org", "'nothing'"),
        ("smtp://", "names no host"),
        ("smtp://mail.example.org:70000", "whole number from 1 to 65535"),
        ("smtp://mail.example.org:mail", "whole number from 1 to 65535"),
        ("smtp://mail.example.org/inbox", "has a path"),
        ("smtps://mail.example.org?tls=starttls", "only one of them"),
        ("smtp://mail.example.org?tls=maybe", "can only be starttls"),
        ("smtp://mail.example.org?speed=fast", "unknown option 'speed'"),
        ("smtp://mail.example.org?tls", "cannot be read"),
        ("smtp://mail.example.org?timeout=0", "from 1 to 300"),
        ("smtp://relay:hunter2hunter2@mail.example.org", "password in clear"),
    ],
)
def test_wrong_address_is_named_in_words_without_the_password(url: str, said: str) -> None:
    with pytest.raises(NotConfigured, match=said) as refusal:
        configure_mailers(url)
    assert "hunter2" not in str(refusal.value)
