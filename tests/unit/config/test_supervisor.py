"""The supervisor, with real processes: this test's own process forks a small program that supervises."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from troth.config.supervisor import Child, Supervisor

place = Path(sys.argv[1])

def stand(name):
    if name == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (place / f"{name}.{time.monotonic_ns()}").write_text(str(os.getpid()))
    while name != "renewing" or len(list(place.glob("renewing.*"))) > 3:
        time.sleep(0.05)

supervisor = Supervisor()
import troth.config.supervisor as module
module.PATIENCE = 1.0
for name in sys.argv[2:]:
    supervisor.add(Child(name, lambda name=name: stand(name), renews=name == "renewing"))
supervisor.start()
while not supervisor.stopping:
    supervisor.watch(0.1)
supervisor.stop()
"""


Start = Callable[..., subprocess.Popen[bytes]]


def _pids(place: Path, name: str) -> list[int]:
    return [int(path.read_text()) for path in sorted(place.glob(f"{name}.*")) if path.read_text()]


def _wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to be in time"
        time.sleep(0.02)


def _gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(*names: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path), *names], start_new_session=True)
        started.append(process)
        _wait(lambda: all(_pids(tmp_path, name) for name in names))
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_and_leaves_none(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    process = start("first", "second")
    pids = _pids(tmp_path, "first") + _pids(tmp_path, "second")
    process.send_signal(number)
    assert process.wait(5) == 0
    assert all(_gone(pid) for pid in pids)


def test_fallen_child_is_started_again(start: Start, tmp_path: Path) -> None:
    start("first")
    os.kill(_pids(tmp_path, "first")[0], signal.SIGKILL)
    _wait(lambda: len(_pids(tmp_path, "first")) == 2)
    assert not _gone(_pids(tmp_path, "first")[1])


def test_child_that_renews_is_started_again_at_once(start: Start, tmp_path: Path) -> None:
    start("renewing")
    _wait(lambda: len(_pids(tmp_path, "renewing")) == 4)
    begun = [int(path.suffix[1:]) for path in sorted(tmp_path.glob("renewing.*"))]
    assert (begun[3] - begun[0]) / 1e9 < 3, "One that fell waits half a second, then one, then two."
    pids = _pids(tmp_path, "renewing")
    assert all(_gone(pid) for pid in pids[:3])
    assert not _gone(pids[3])


def test_children_end_when_the_supervisor_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("first", "second")
    pids = _pids(tmp_path, "first") + _pids(tmp_path, "second")
    process.kill()
    _wait(lambda: all(_gone(pid) for pid in pids), 5)


def test_child_that_does_not_heed_is_killed(start: Start, tmp_path: Path) -> None:
    process = start("stubborn")
    pid = _pids(tmp_path, "stubborn")[0]
    process.terminate()
    assert process.wait(5) == 0
    assert _gone(pid)


def test_forked_children_do_not_draw_the_same_ids(tmp_path: Path) -> None:
    program = (
        "import os, troth.config.supervisor\n"
        "from troth.kernel.ids import new_id\n"
        "new_id()\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        print(new_id().hex[-12:], flush=True); os._exit(0)\n"
        "    os.wait()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert len(set(done.stdout.split())) == 8
