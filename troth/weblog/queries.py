"""Reads for the pages: the engine runs in a process that ends with the answer, so the web server stays small."""

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from troth.kernel.errors import TrothError
from troth.weblog.networks import find_file, read_head
from troth.weblog.places import weblog_folder
from troth.weblog.reports import Rows

PATIENCE = 60
_KEPT = 32
_answers: "OrderedDict[tuple[object, ...], dict[str, Rows]]" = OrderedDict()
_lock = threading.Lock()


class NoReportError(TrothError):
    """The reports cannot be read at the moment."""

    status = 503


def read_reports(names: Sequence[str], *, since: date, until: date) -> dict[str, Rows]:
    """Return the rows of some reports; asked once for as long as nothing new is written."""
    folder = weblog_folder(settings.ENVIRONMENT.data)
    key = (*names, since, until, _changed(folder))
    with _lock:
        if key in _answers:
            return _answers[key]
    answer = _ask(folder, names, since=since, until=until)
    with _lock:
        _answers[key] = answer
        while len(_answers) > _KEPT:
            _answers.popitem(last=False)
    return answer


def _ask(folder: Path, names: Sequence[str], *, since: date, until: date) -> dict[str, Rows]:
    question = {"folder": str(folder), "names": list(names), "since": str(since), "until": str(until)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "troth.weblog.reports"],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
        answer: dict[str, Rows] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise NoReportError(
            _("The reports cannot be read at the moment."), next_step=_("Try again in a minute.")
        ) from None
    return answer


def _changed(folder: Path) -> tuple[int, ...]:
    """Return what changes when something is written: when each folder was last changed."""
    return tuple(
        (folder / name).stat().st_mtime_ns if (folder / name).is_dir() else 0 for name in ("days", "weeks", "requests")
    )


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose data of providers and countries is shown, and of which day; empty where there is none."""

    source: str
    day: str


def read_attribution() -> Attribution:
    """Return whom to name beside providers and countries."""
    path = find_file(weblog_folder(settings.ENVIRONMENT.data))
    return _read_attribution(path, path.stat().st_mtime_ns) if path.is_file() else Attribution("", "")


@lru_cache(maxsize=2)
def _read_attribution(path: Path, _changed: int) -> Attribution:
    head = read_head(path)
    return Attribution(head["source"], head["day"])


def read_gaps() -> list[int]:
    """Return about how many visits each fall of the collector lost."""
    path = weblog_folder(settings.ENVIRONMENT.data) / "gaps.jsonl"
    try:
        return [int(json.loads(line)["visits"]) for line in path.read_text().splitlines()]
    except OSError:
        return []


def previous_period(since: date, until: date) -> tuple[date, date]:
    """Return the period of the same length that ends the day before."""
    length = until - since
    return since - length - timedelta(days=1), since - timedelta(days=1)
