"""The frame of a program that is killed: it sets a place up, and does each deed in a child that may die at any moment.

It sets up once and then forks, so that a hundred deaths do not cost a hundred starts. It reads a line a command from
its input and answers with one line of JSON:

``{"deed": "join", "number": 7, "delay": 0.02}``  do it in a child, and kill the child after so many seconds (never
where null); answers how long it lived, and whether it said that it was done
``{"inspect": true}``  finish what was interrupted as the schedule does, and tell how everything stands
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

type Deed = tuple[Callable[[int], Any], Callable[[int], Any]]
"""What is prepared for a person, in peace; and what is then done, under the knife."""


def serve(
    deeds: Mapping[str, Deed], inspect: Callable[[], dict[str, Any]], *, begin: Callable[[], Any] | None = None
) -> None:
    """Set the place up, then serve commands until the input ends.

    Arguments:
        deeds: by their names.
        inspect: tells how everything stands.
        begin: what else is set up, before the first child.
    """
    from troth.config.environment import read_environment
    from troth.config.mailbox import serve_mailbox
    from troth.config.setup import set_up

    environment = read_environment()
    set_up(environment, tell=be_silent)
    if begin is not None:
        begin()
    close_connections()
    mailbox = os.fork()
    if mailbox == 0:
        serve_mailbox(environment)
        os._exit(0)
    answer({"ready": True})
    for line in sys.stdin:
        command = json.loads(line)
        answer(
            inspect()
            if "inspect" in command
            else live_and_die(deeds[command["deed"]], command["number"], command["delay"])
        )
    os.kill(mailbox, signal.SIGTERM)
    os.waitpid(mailbox, 0)


def answer(facts: dict[str, Any]) -> None:
    """Write one line to the test."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def be_silent(_line: str) -> None:
    """Take a line of progress, and say nothing: the output is the answers' own."""


def nothing(_number: int) -> None:
    """Prepare nothing."""


def close_connections() -> None:
    """Close every database: a connection must not pass into a child."""
    from django.db import connections

    connections.close_all()


def live_and_die(deed: Deed, number: int, delay: float | None) -> dict[str, Any]:
    """Fork a child that prepares and then does the deed; kill it after ``delay`` seconds of the deed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        prepare, act = deed
        code = 1
        try:
            prepare(number)
            os.write(writing, b"ready.")
            act(number)
            os.write(writing, b"done.")
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    heard = os.read(reading, 6)
    began = time.monotonic()
    if delay is not None and heard:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    rest = os.read(reading, 6)
    os.close(reading)
    _pid, status = os.waitpid(child, 0)
    took = time.monotonic() - began
    return {"ready": heard == b"ready.", "done": rest == b"done.", "took": took, "signal": os.WTERMSIG(status)}
