"""The whole program: ``troth serve`` over TLS as a visitor meets it, and the memory that it takes."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

import psutil

from bench.sites import ROOT, SiteFailedError, make_environment

CONNECTIONS = 4
LONGEST_START = 90.0
"""Seconds until the first page; a busy machine takes its time."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a client at the other end of a connection saw.

    Arguments:
        rate: answers a second.
        median, late: seconds for half and for 99 of a hundred answers.
        cpu: seconds of processor time of all of the program's processes for one answer.
    """

    rate: float
    median: float
    late: float
    cpu: float


@contextmanager
def running_program(place: Path, *, authority: str) -> Iterator["Program"]:
    """Run ``troth serve`` on a place until the block ends.

    Arguments:
        place: its data folder, which stands.
        authority: the file of the local authority that signs its certificate.
    """
    port = _find_port()
    environment = make_environment(
        settings="troth.config.settings", TROTH_DATA=str(place), TROTH_DEMO="0", TROTH_PORT=str(port)
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "troth", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        program = Program(process, port, authority)
        program.wait()
        yield program
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Program:
    """A running ``troth serve``: web server, worker with scheduler, redirect; no mailbox, as it is no demo."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, authority: str) -> None:
        self._process = process
        self._port = port
        self._context = ssl.create_default_context(cafile=authority)

    def wait(self) -> None:
        """Wait until the home page answers."""
        deadline = monotonic() + LONGEST_START
        while monotonic() < deadline and self._process.poll() is None:
            try:
                self._ask_once("/")
            except OSError:
                sleep(0.2)
            else:
                return
        raise SiteFailedError("“troth serve” did not answer in time.")

    def measure(self, path: str, *, cookie: str, seconds: float) -> Served:
        """Ask for a page over a few kept connections at once, for so many seconds."""
        times: list[float] = []
        failures: list[str] = []
        stop_at = perf_counter() + seconds
        threads = [
            threading.Thread(target=self._ask_until, args=(stop_at, path, cookie, times, failures))
            for _number in range(CONNECTIONS)
        ]
        used, started = self._read_cpu(), perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took, cpu = perf_counter() - started, self._read_cpu() - used
        if failures:
            raise SiteFailedError(f"{len(failures)} answers were not right; the first: {failures[0]}.")
        times.sort()
        count = len(times)
        return Served(
            rate=count / took, median=times[count // 2], late=times[min(count - 1, count * 99 // 100)], cpu=cpu / count
        )

    def read_memory(self) -> int:
        """Return the bytes of memory of all its processes, each shared page counted once in all (PSS)."""
        total = 0
        for process in self._list_processes():
            # The worker of long tasks goes, and is there again, after each spell of work.
            with suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
        return total

    def _list_processes(self) -> list[psutil.Process]:
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def _read_cpu(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self._list_processes())

    def _ask_until(self, stop_at: float, path: str, cookie: str, times: list[float], failures: list[str]) -> None:
        """Ask again and again, and at least once, however late the machine lets this thread begin."""
        with closing(self._connect()) as connection:
            while True:
                started = perf_counter()
                connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
                answer = connection.getresponse()
                answer.read()
                times.append(perf_counter() - started)
                if answer.status != http.HTTPStatus.OK:
                    failures.append(f"{path} answered {answer.status}")
                if failures or perf_counter() >= stop_at:
                    return

    def _ask_once(self, path: str) -> None:
        with closing(self._connect()) as connection:
            connection.request("GET", path)
            connection.getresponse().read()

    def _connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("localhost", self._port, timeout=30, context=self._context)


def _find_port() -> int:
    """Return a port such that the ones beside it, which the program takes too, are free as well."""
    for port in range(20443 + os.getpid() % 1000 * 10, 60000, 10):
        if all(_is_free(each) for each in (port, port - 443, port + 3)):
            return port
    raise SiteFailedError("No free port was found.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
