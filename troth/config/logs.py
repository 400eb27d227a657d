"""What a log line may hold: where in our code, what kind of error, which route; never what a person sent.

A log is a copy that no erasure reaches, so nothing personal may get there (A7, I3). Three rules keep it so:

* A line of our own is a constant sentence. What varies stands in ``extra={"facts": {...}}`` and holds only numbers, ids
  and names out of our own code; arguments in the sentence are masked.
* A line of a library shows where it was written (logger, file, line), not what it says: Django itself puts paths, host
  names and error texts into its sentences.
* Of an exception only the type and the frames are shown: its text may quote a value.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from troth.kernel import clock

OWN = "troth"
_LONGEST_CHAIN = 5


class PlainFormatter(logging.Formatter):
    """Writes one line a record, and one a frame of its exception, by the three rules above."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        parts = [
            clock.now().isoformat(timespec="milliseconds"),
            record.levelname,
            record.name,
            self._say(record),
            *(f"{name}={value}" for name, value in self._list_facts(record)),
        ]
        lines = [" ".join(parts)]
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            lines.extend(describe_error(error))
        return "\n".join(lines)

    @staticmethod
    def _say(record: logging.LogRecord) -> str:
        """Return our own sentence with its arguments masked, or the place of another's."""
        if record.name == OWN or record.name.startswith(OWN + "."):
            return str(record.msg).replace("%s", "•••").replace("%d", "•••")
        return f"at {shorten_path(record.pathname)}:{record.lineno}"

    @staticmethod
    def _list_facts(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
        yield from getattr(record, "facts", {}).items()
        if status := getattr(record, "status_code", None):
            yield "status", status
        request = getattr(record, "request", None)
        if request is not None:
            yield "route", name_route(request)
            yield "request", getattr(request, "troth_id", "unknown")


class PlainHandler(logging.StreamHandler[Any]):
    """Writes to the error stream, and names a line that fails by its place; Python would print its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is the standard library's
        """Say where the line was written that could not be."""
        say_lost(record)


def say_lost(record: logging.LogRecord) -> None:
    """Write on the error stream where a line was written that could not be, and what kind of error kept it."""
    error = sys.exc_info()[1]
    kind = type(error).__name__ if error else "nothing"
    sys.stderr.write(f"A log line of {shorten_path(record.pathname)}:{record.lineno} was lost: {kind}\n")


def describe_error(error: BaseException) -> Iterator[str]:
    """Yield the type and frames of an exception and of those that led to it, the last one first; never its text."""
    current: BaseException | None = error
    for _step in range(_LONGEST_CHAIN):
        if current is None:
            return
        yield f"  {type(current).__module__}.{type(current).__qualname__}"
        yield from (f"    {frame}" for frame in list_frames(current.__traceback__))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def list_frames(trace: TracebackType | None) -> list[str]:
    """Return ``file:line function`` for each frame, outermost first, without source text or local values."""
    return [
        f"{shorten_path(frame.f_code.co_filename)}:{line} {frame.f_code.co_qualname}"
        for frame, line in traceback.walk_tb(trace)
    ]


def shorten_path(path: str) -> str:
    """Return a path from the package on, so that a log does not tell how the machine is laid out."""
    for marker in ("/site-packages/", "/lib/"):
        if marker in path:
            return path.rsplit(marker, 1)[1]
    return path[path.rfind("/troth/") + 1 :] if "/troth/" in path else path.rsplit("/", 1)[-1]


def name_route(request: Any) -> str:
    """Return the name of the request's route, never its path: a path can hold what a person typed."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name if match else "") or "unknown"


def configure_logging(file: Path | None = None) -> dict[str, Any]:
    """Return Django's LOGGING: everything on the error stream; or in a file, and there what is an error, in one line.

    Arguments:
        file: the file, or None.
    """
    handlers: dict[str, Any] = {"stream": {"()": "troth.config.logs.PlainHandler", "formatter": "plain"}}
    formatters: dict[str, Any] = {"plain": {"()": "troth.config.logs.PlainFormatter"}}
    if file is not None:
        handlers["file"] = {"()": "troth.config.log_file.PlainFile", "filename": str(file), "formatter": "plain"}
        handlers["stream"] |= {"level": "ERROR", "formatter": "terminal"}
        formatters["terminal"] = {"()": "troth.config.log_file.TerminalFormatter", "filename": str(file)}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "WARNING"},
        "loggers": {
            OWN: {"level": "INFO"},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.db.backends": {"level": "WARNING"},
        },
    }
