"""Where ``troth serve`` writes its log: a file under the data folder, so that its terminal stays calm.

Many processes write to it, each line in one piece at the end. The program that holds them moves the file away when it
has grown; the others notice, and go on in a new one. What is an error is told on the terminal as well, in one line.
"""

import logging
import sys
from logging.handlers import WatchedFileHandler
from pathlib import Path

from troth.config.logs import PlainFormatter, say_lost
from troth.kernel import clock

ERROR_STREAM = "-"
"""As ``TROTH_LOG``: write to the error stream, for a service manager that keeps it."""

LARGEST = 5 * 1024 * 1024
KEPT = 4
"""How many files that have grown are kept beside the present one."""


class PlainFile(WatchedFileHandler):
    """Writes lines to a file for its owner alone, made with the first line; names a line that fails by its place."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename, encoding="utf-8", delay=True)

    def _open(self) -> "logging._TextIOWrapper":  # type: ignore[name-defined]
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is the standard library's
        """Say where the line was written that could not be."""
        say_lost(record)


class TerminalFormatter(PlainFormatter):
    """Writes what went wrong as one line for a person, who finds the rest in the file."""

    def __init__(self, filename: str) -> None:
        super().__init__()
        self._filename = filename

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        facts = ", ".join(f"{name} {value}" for name, value in self._list_facts(record))
        at = clock.now().astimezone().strftime("%H:%M:%S")
        return f"{at} {self._say(record)}{f' ({facts})' if facts else ''} More stands in {self._filename}."


def put_away(path: Path) -> bool:
    """Move a log file away if it has grown, and the oldest out; return whether it was moved."""
    try:
        if path.stat().st_size < LARGEST:
            return False
        for number in range(KEPT, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        path.replace(path.with_name(f"{path.name}.1"))
        path.with_name(f"{path.name}.{KEPT + 1}").unlink(missing_ok=True)
    except FileNotFoundError:
        return False
    except OSError as error:
        print(f"The log {path} cannot be moved: {error.strerror}", file=sys.stderr)  # noqa: T201
        return False
    return True
