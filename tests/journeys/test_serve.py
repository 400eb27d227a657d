"""``troth serve`` as one program: it answers, redirects, takes mail, and leaves nothing behind."""

import os
import re
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import httpx
import psutil
import pytest

from tests.running import Site, find_port, start_site, wait_until

pytestmark = pytest.mark.slow

PROXY = "127.0.0.2"
"""An address of this machine from which a proxy could ask."""

MEMORY_LIMIT = 300_000_000
"""Bytes that the site's own programs may need together when no drill runs."""

LONGEST_DRILL = 300.0
"""Seconds within which a moment comes in which nothing is drilled."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site") / "data"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = start_site(tmp_path_factory.mktemp("running") / "data", find_port(), TROTH_PROXIES=PROXY)
    yield running
    running.stop()


def test_site_answers_by_http2_and_redirects_plain_http(site: Site) -> None:
    home = site.ask("/")
    assert (home.status_code, home.http_version) == (200, "HTTP/2")
    assert not home.headers.get("Server")
    plain = httpx.get(f"http://127.0.0.1:{site.port - 443}/help/?a=1", trust_env=False)
    assert (plain.status_code, plain.headers["Location"]) == (308, f"https://127.0.0.1:{site.port}/help/?a=1")


@pytest.mark.parametrize(("asks_from", "is_believed"), [(PROXY, True), ("127.0.0.1", False)])
def test_only_a_named_proxy_is_believed_how_it_was_asked(site: Site, asks_from: str, is_believed: bool) -> None:
    trusted = ssl.create_default_context(cafile=str(site.place / "tls" / "authority.pem"))
    transport = httpx.HTTPTransport(local_address=asks_from, verify=trusted)
    with httpx.Client(transport=transport, trust_env=False) as client:
        answer = client.get(f"https://localhost:{site.port}/help/", headers={"Forwarded": "for=192.0.2.44;proto=http"})
    assert answer.status_code == (301 if is_believed else 200)


def test_eight_who_sign_in_at_once_do_not_hold_up_the_home_page(site: Site) -> None:
    trusted = ssl.create_default_context(cafile=str(site.place / "tls" / "authority.pem"))
    origin = f"https://localhost:{site.port}"
    begin, took = threading.Barrier(9), []

    def sign_in(name: str) -> None:
        with httpx.Client(verify=trusted, trust_env=False, timeout=60, headers={"Origin": origin}) as client:
            page = client.get(f"{origin}/sign-in/")
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]  # type: ignore[index]
            answers = {"csrfmiddlewaretoken": token, "login": name, "password": "blue lamp under seven bridges"}
            begin.wait()
            began = time.monotonic()
            assert client.post(f"{origin}/sign-in/", data=answers).status_code == 422
            took.append(time.monotonic() - began)

    people = [threading.Thread(target=sign_in, args=(f"nobody-{number}",)) for number in range(8)]
    for person in people:
        person.start()
    home = []
    with httpx.Client(verify=trusted, trust_env=False, timeout=60) as client:
        client.get(f"{origin}/")
        begin.wait()
        while any(person.is_alive() for person in people):
            began = time.monotonic()
            assert client.get(f"{origin}/").status_code == 200
            home.append(time.monotonic() - began)
    assert len(took) == 8
    assert max(home) < max(took) / 2


def test_static_files_are_immutable_and_compressed(site: Site) -> None:
    sheets = re.findall(r'/static/ui/[^"]+\.css', site.ask("/").text)
    assert sheets
    answer = site.ask(sheets[0], headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]


def test_old_tls_is_refused(site: Site) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", site.port)) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_overlong_headers_do_not_reach_a_page_and_the_next_request_is_answered(site: Site) -> None:
    # HTTP/2 may end the stream, or the connection while the rest is still being sent, instead of answering.
    with suppress(httpx.RemoteProtocolError, httpx.WriteError):
        assert site.ask("/", headers={"X-Long": "x" * 200_000}).status_code == 431
    assert site.ask("/").status_code == 200


def test_mail_that_is_sent_lies_in_the_mailbox(site: Site) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "site@example.org", "ada@example.org", "A test of the mailbox"
    message.set_content("Hello.")
    with smtplib.SMTP("127.0.0.1", site.port + 3, timeout=10) as server:
        server.send_message(message)
    assert "A test of the mailbox" in site.ask("/mailbox/").text


def test_all_programs_together_stay_within_the_limit_of_memory(site: Site) -> None:
    for _ in range(20):
        assert site.ask("/").status_code == 200
    # Drills and what they call run for a while, and end; the limit is for what stays.
    wait_until(lambda: not any(is_passing(program) for program in site.programs()), longest=LONGEST_DRILL)
    standins, memory = wait_until(lambda: weigh(site))
    assert standins == 2
    assert memory < MEMORY_LIMIT


def weigh(site: Site) -> tuple[int, int] | None:
    """Return how many programs are stand-ins, and the bytes of the others; None where one went meanwhile.

    The worker of long tasks goes, and is there again, after each spell of work.
    """
    with suppress(psutil.NoSuchProcess):
        programs = site.programs()
        own = [program for program in programs if not is_standin(program, site)]
        return len(programs) - len(own), sum(program.memory_full_info().pss for program in own)
    return None


def is_passing(program: psutil.Process) -> bool:
    """Tell whether a program was started anew for one piece of work, and not forked to stay."""
    with suppress(psutil.NoSuchProcess):
        return bool({"drill", "setup"} & set(program.cmdline()))
    return True


def is_standin(program: psutil.Process, site: Site) -> bool:
    """Tell whether a program is one of the demo's invented companies, which a real site does not run."""
    listening = {each.laddr.port for each in program.net_connections("tcp") if each.status == psutil.CONN_LISTEN}
    return bool(listening & {site.port + 5, site.port + 6})


def test_second_program_on_the_same_data_is_refused(site: Site) -> None:
    given = os.environ | {"TROTH_DATA": str(site.place), "TROTH_PORT": str(find_port())}
    done = subprocess.run(
        [sys.executable, "-m", "troth", "serve"], env=given, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert f"Another 'troth serve' (process {site.process.pid})" in done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_however_it_ends_no_program_is_left(place: Path, number: signal.Signals, code: int) -> None:
    site = start_site(place, find_port())
    programs = site.programs()
    assert len(programs) >= 5
    started = time.monotonic()
    site.process.send_signal(number)
    assert site.process.wait(20) == code
    _gone, left = psutil.wait_procs(programs[1:], timeout=10)
    assert left == []
    assert time.monotonic() - started < 10
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", site.port), timeout=2)
