"""The real program for tests: ``troth serve`` as processes of its own, on data, ports and a mailbox of its own."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from troth.config.mailbox import Mail, Mailbox

PROJECT = Path(__file__).resolve().parent.parent
_LONGEST_START = 240.0
_LONGEST_WAIT = 30.0


@dataclass
class Site:
    """A running ``troth serve``.

    Arguments:
        process: the supervisor.
        place: the data folder.
        port: the port of HTTPS; the others are counted from it.
        output: the file that takes what the program says.
    """

    process: subprocess.Popen[bytes]
    place: Path
    port: int
    output: Path

    @property
    def address(self) -> str:
        """The public address, without a slash at its end."""
        return f"https://troth.localhost:{self.port}"

    def programs(self) -> list[psutil.Process]:
        """Return the supervisor and all that it started."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def ask(self, path: str, **options: object) -> httpx.Response:
        """Send one GET by HTTP/2 to ``localhost``, trusting the site's own authority and no other."""
        trusted = ssl.create_default_context(cafile=str(self.place / "tls" / "authority.pem"))
        with httpx.Client(http2=True, verify=trusted, trust_env=False) as client:
            return client.get(f"https://localhost:{self.port}{path}", **options)  # type: ignore[arg-type]

    def mails_to(self, address: str) -> list[Mail]:
        """Return the mails to this address that lie in the mailbox, the newest first."""
        return [mail for mail in Mailbox(self.place / "mailbox").read_all() if address in mail.header("To")]

    def run(self, code: str, *arguments: str) -> str:
        """Run a script on the site's data in a process of its own, as an operator's engineer might; return its output.

        Django and the site's data are set up before the script begins.
        """
        script = f"import django, sys\ndjango.setup()\n{code}"
        given = environment_of(self.place, self.port) | {"DJANGO_SETTINGS_MODULE": "troth.config.settings"}
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=given, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return the exit code."""
        self.process.terminate()
        return self.process.wait(20)


def find_port() -> int:
    """Find a port that is free together with those that are counted from it."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
        try:
            with (
                socket.create_server(("127.0.0.1", port + 3)),
                socket.create_server(("127.0.0.1", port + 5)),
                socket.create_server(("127.0.0.1", port + 6)),
                socket.create_server(("127.0.0.1", port - 443)),
            ):
                return port
        except OSError:
            continue


def environment_of(place: Path, port: int, **more: str) -> dict[str, str]:
    """Return the environment of a program on this data and port: the caller's, with nothing of its own place in it."""
    left_out = ("TROTH_", "DATABASE_URL", "KEYS_DATABASE_URL", "INDEX_DATABASE_URL", "EMAIL_URL", "DJANGO_")
    given = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return given | {"TROTH_DATA": str(place), "TROTH_PORT": str(port), "PYTHONUNBUFFERED": "1"} | more


def start_site(place: Path, port: int, **more: str) -> Site:
    """Start the program and return it when it says that it is ready; raise AssertionError with what it said if it fell.

    Arguments:
        place: its data folder, which need not exist.
        port: as found by ``find_port``.
        more: further variables of the environment, such as ``TROTH_OPERATOR``.
    """
    output = place.parent / f"{place.name}-output"
    with output.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "troth", "serve"],
            cwd=PROJECT,
            env=environment_of(place, port, **more),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(process, place, port, output)

    def is_ready() -> bool:
        return "Ctrl-C stops it." in output.read_text() or process.poll() is not None

    wait_until(is_ready, longest=_LONGEST_START)
    assert process.poll() is None, output.read_text()
    return site


def wait_until[Found](find: Callable[[], Found], *, longest: float = _LONGEST_WAIT) -> Found:
    """Ask again and again until the answer is not empty, and return it; fail after ``longest`` seconds."""
    deadline = time.monotonic() + longest
    while not (found := find()):
        assert time.monotonic() < deadline, f"Waited {longest:.0f} seconds in vain."
        time.sleep(0.05)
    return found
