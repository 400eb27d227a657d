from dataclasses import replace

import pytest

from troth.config.environment import Environment, read_environment
from troth.config.redirect import make_answer


@pytest.fixture
def place() -> Environment:
    return replace(read_environment(), port=8443, site="https://members.example.org")


def _ask(place: Environment, line: str, *hosts: str) -> list[str]:
    head = "\r\n".join([line, *(f"Host: {host}" for host in hosts), "", ""])
    return make_answer(head.encode("latin-1"), place).decode("latin-1").split("\r\n")


def test_page_is_redirected_to_the_same_page_by_https(place: Environment) -> None:
    answer = _ask(place, "GET /statement/?clause=A1 HTTP/1.1", "members.example.org")
    assert answer[0] == "HTTP/1.1 308 Permanent Redirect"
    assert answer[1] == "Location: https://members.example.org/statement/?clause=A1"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_names_of_this_machine_keep_their_name_and_get_the_https_port(place: Environment, host: str) -> None:
    name = host.rsplit(":", 1)[0].lower() if host != "LOCALHOST" else "localhost"
    assert _ask(place, "GET / HTTP/1.1", host)[1] == f"Location: https://{name}:8443/"


@pytest.mark.parametrize(
    "host", ["evil.example.org", "members.example.org.evil.example", "", "members.example.org@evil"]
)
def test_name_that_is_not_the_sites_is_refused_without_a_location(place: Environment, host: str) -> None:
    answer = _ask(place, "GET / HTTP/1.1", host)
    assert answer[0] == "HTTP/1.1 421 Misdirected Request"
    assert not [line for line in answer if line.startswith("Location")]


@pytest.mark.parametrize("hosts", [(), ("members.example.org", "evil.example.org")])
def test_request_without_exactly_one_host_is_refused(place: Environment, hosts: tuple[str, ...]) -> None:
    assert _ask(place, "GET / HTTP/1.1", *hosts)[0] == "HTTP/1.1 400 Bad Request"


@pytest.mark.parametrize(
    "target", ["//evil.example.org/", "/\\evil.example.org", "http://evil.example.org/", "/é", "/" * 3000]
)
def test_target_that_is_no_plain_path_leads_home(place: Environment, target: str) -> None:
    assert _ask(place, f"GET {target} HTTP/1.1", "members.example.org")[1] == "Location: https://members.example.org/"
