"""A proxy that is named is believed for whom it asks; nobody else is, whatever header it sends."""

import pytest

from troth.config.environment import read_environment
from troth.config.proxies import heed_proxies, read_proxies
from troth.kernel.errors import NotConfigured

PROXY, OUTER, STRANGER, VISITOR = "10.0.0.7", "10.1.2.3", "203.0.113.9", "192.0.2.44"
NAMED = read_proxies("10.0.0.7, 10.1.0.0/16, 2001:db8:7::/48")


def see(peer: str, *, proxies=NAMED, **headers: str) -> dict[str, str]:
    """Return what the program sees of a request."""
    seen: dict[str, str] = {}

    def application(environ, _start):
        seen.update(environ)
        return [b""]

    given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    heed_proxies(application, proxies)({"REMOTE_ADDR": peer, "wsgi.url_scheme": "https", **given}, lambda *_: None)
    return seen


@pytest.mark.parametrize(
    ("peer", "proxies", "address"),
    [(PROXY, NAMED, VISITOR), (STRANGER, NAMED, STRANGER), (PROXY, (), PROXY), ("", NAMED, ""), ("x", NAMED, "x")],
)
def test_the_word_of_a_named_proxy_counts_and_that_of_others_changes_nothing(peer, proxies, address):
    seen = see(peer, proxies=proxies, forwarded=f"for={VISITOR};proto=http")
    assert seen["REMOTE_ADDR"] == address
    assert seen["wsgi.url_scheme"] == ("http" if address == VISITOR else "https")
    assert not any(name.startswith("HTTP_") for name in seen)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        (f"for={VISITOR}", VISITOR),
        (f'For="{VISITOR}:4711"; Proto=https', VISITOR),
        ('for="[2001:db8::1]:4711"', "2001:db8::1"),
        ('for="2001:db8::1"', "2001:db8::1"),
        (f"for={VISITOR}, for={OUTER}", VISITOR),
        (f"for=198.51.100.1, for={VISITOR}", VISITOR),
        (f"for=198.51.100.1, for={VISITOR}, for={OUTER}", VISITOR),
        ("for=::ffff:192.0.2.44", VISITOR),
        ("for=unknown", PROXY),
        ("for=_hidden", PROXY),
        (f"for={VISITOR};for=198.51.100.1", PROXY),
        (f"by={VISITOR}", PROXY),
        (f'for="{VISITOR}', PROXY),
        (f"for={VISITOR}, for=unknown", PROXY),
        ("for=999.1.1.1", PROXY),
        ("", PROXY),
        (",;,==", PROXY),
        ("for=" + "1" * 5000, PROXY),
    ],
)
def test_the_nearest_word_of_whom_we_do_not_name_is_the_visitor(told, address):
    assert see(PROXY, forwarded=told)["REMOTE_ADDR"] == address


def test_a_visitor_cannot_speak_beside_the_proxy_in_headers_of_two_spellings():
    seen = see(PROXY, x_forwarded_for=VISITOR, x_forwarded_proto="http", x_real_ip=VISITOR, x_forwarded_host="a")
    assert seen == {"REMOTE_ADDR": PROXY, "wsgi.url_scheme": "https"}


def test_a_scheme_that_is_none_is_not_taken_over():
    assert see(PROXY, forwarded=f"for={VISITOR};proto=gopher")["wsgi.url_scheme"] == "https"


def test_no_proxy_is_believed_by_default_and_a_wrong_one_is_named(monkeypatch):
    monkeypatch.delenv("TROTH_PROXIES", raising=False)
    assert read_environment().proxies == ()
    monkeypatch.setenv("TROTH_PROXIES", "10.0.0.7, 10.1.0.0/16")
    assert [str(network) for network in read_environment().proxies] == ["10.0.0.7/32", "10.1.0.0/16"]
    for wrong in ("proxy.example.org", "10.0.0.300", "10.0.0.1/8", "*"):
        monkeypatch.setenv("TROTH_PROXIES", wrong)
        with pytest.raises(NotConfigured, match="TROTH_PROXIES"):
            read_environment()
