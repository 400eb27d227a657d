"""Runs several programs as one: starts them, starts again what falls, and stops all of them together.

The children are forks of the supervisor, so that they share the memory of everything that is already imported. Each
stands in its own process group (Ctrl-C in a terminal reaches the supervisor alone, which then stops them in order) and
holds the reading end of a pipe whose writing end only the supervisor has: when the supervisor is gone, however it went,
the pipe closes and the child ends itself. Nothing is left behind.
"""

import contextlib
import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep

import uuid_utils

log = logging.getLogger(__name__)

PATIENCE = 8.0
"""Seconds that a child has to end by itself before it is killed."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a fallen child is started again: doubled each time, until it has stood for ``LONGEST_PAUSE``."""

# The generator of ids keeps its state in the library, which a fork would copy: two children would draw the same ids.
os.register_at_fork(after_in_child=uuid_utils.reseed_rng)


@dataclass(slots=True)
class Child:
    """One program.

    Arguments:
        name: what it is called in messages, such as ``web``.
        run: the program; it returns or raises SystemExit when it was told to stop.
        pid: its process, or 0 while it does not stand.
        started: when it was last started, in seconds of the monotonic clock.
        pause: seconds to wait before the next start.
        renews: whether it ends by itself when its work is done, so that what the work took goes with it; it is started
            again at once, and nothing is said of it.
    """

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    pause: float = field(default=FIRST_PAUSE)
    renews: bool = False


class Supervisor:
    """Holds children up until it is told to stop. They start in the order of their adding, and stop in reverse."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._alive_read, self._alive_write = os.pipe()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        os.set_blocking(self._wake_read, False)
        self._stopping = False

    def add(self, child: Child) -> None:
        """Add a program, before the start."""
        self._children.append(child)

    def life_line(self) -> None:
        """Bind the present process, which a child forked, to the supervisor's life."""
        bind_to_parent(self._alive_read)

    def restart(self, name: str) -> None:
        """Ask the program to end; it is then started again like one that fell."""
        for child in self._children:
            if child.name == name:
                self._signal(child, signal.SIGTERM)

    def start(self) -> None:
        """Take over the signals and start every child."""
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for child in self._children:
            self._fork(child)

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping

    @property
    def fallen(self) -> Child | None:
        """A child that does not stand at the moment, or None."""
        return next((child for child in self._children if not child.pid), None)

    def watch(self, seconds: float) -> None:
        """Hold the children up for so long; return earlier when a signal comes."""
        select.select([self._wake_read], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 512)
        self._reap()
        self._raise_fallen()

    def stop(self) -> None:
        """End every child: ask, wait, and kill those that do not heed. Returns when none is left."""
        self._stopping = True
        for _time in range(2):
            # The first request lets a task finish; the second makes the worker put it down as failed and end.
            for child in reversed(self._children):
                self._signal(child, signal.SIGTERM)
            deadline = monotonic() + PATIENCE / 2
            while any(child.pid for child in self._children) and monotonic() < deadline:
                self._reap()
                sleep(0.02)
        for child in self._children:
            if child.pid:
                log.warning(
                    "A program did not end when asked, and is killed.", extra={"facts": {"program": child.name}}
                )
                self._signal(child, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                child.pid = 0

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _fork(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.started = monotonic()
        child.pid = os.fork()
        if child.pid:
            return
        status = 1
        try:
            self._become(child)
            child.run()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except KeyboardInterrupt:
            status = 0
        except BaseException:
            log.exception("A program fell.", extra={"facts": {"program": child.name}})
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _become(self, child: Child) -> None:
        """Turn the fresh fork into a child: own group, plain signals, bound to the supervisor's life."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
        os.setpgid(0, 0)
        os.close(self._alive_write)
        os.close(self._wake_read)
        os.close(self._wake_write)
        bind_to_parent(self._alive_read)

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)  # what it forked itself, and left behind
                child.pid = 0
                code = os.waitstatus_to_exitcode(status)
                if child.renews and code == 0:
                    child.pause = 0.0
                elif not self._stopping:
                    child.pause = max(child.pause, FIRST_PAUSE)
                    facts = {"program": child.name, "status": code}
                    log.error("A program ended by itself, and will be started again.", extra={"facts": facts})

    def _raise_fallen(self) -> None:
        """Start again what has fallen, after a pause that grows while it keeps falling."""
        for child in self._children:
            now = monotonic()
            if child.pid or self._stopping:
                if child.pid and now - child.started > LONGEST_PAUSE:
                    child.pause = FIRST_PAUSE
                continue
            if now - child.started >= child.pause:
                child.pause = min(child.pause * 2, LONGEST_PAUSE)
                self._fork(child)

    @staticmethod
    def _signal(child: Child, number: signal.Signals) -> None:
        """Signal the child's group, so that what it forked itself is reached by a kill too."""
        if not child.pid:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if number == signal.SIGKILL:
                os.killpg(child.pid, number)
            else:
                os.kill(child.pid, number)


def bind_to_parent(pipe: int) -> None:
    """End this process when the pipe's writing end closes, that is, when the supervisor is gone.

    Arguments:
        pipe: the reading end, as a file descriptor.
    """

    def wait() -> None:
        while os.read(pipe, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=wait, name="life-line", daemon=True).start()
