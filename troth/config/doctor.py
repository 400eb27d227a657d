"""``troth doctor``: looks whether the place to run is in order, and says what to do where it is not."""

import json
import shutil
import smtplib
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from troth.config.environment import Environment
from troth.config.tls import locate_tls, read_end
from troth.kernel import clock
from troth.kernel.errors import TrothError

LEAST_DISK = 1024**3
"""Bytes of free disk below which a site should not go on."""

OLDEST_TASK = timedelta(minutes=5)
"""A task that has waited longer than this shows that no worker runs."""


class Verdict(StrEnum):
    """How a finding is meant."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at one place.

    Arguments:
        what: what was looked at.
        verdict: good, a note to heed, or bad.
        words: what was found, and what to do where it is not good.
    """

    what: str
    verdict: Verdict
    words: str


def examine(environment: Environment, *, as_json: bool) -> int:
    """Look at everything, print the findings, and return 0 where none is bad, else 1."""
    findings = list(find_all(environment))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))  # noqa: T201
    else:
        for finding in findings:
            print(f"{finding.verdict.value:5} {finding.what}: {finding.words}")  # noqa: T201
    return int(any(finding.verdict is Verdict.BAD for finding in findings))


def find_all(environment: Environment) -> Iterator[Finding]:
    """Yield the findings one after the other; a look that fails is itself a finding, and the others still run."""
    for what, look in LOOKS:
        try:
            yield from look(environment)
        except TrothError as error:
            yield Finding(what, Verdict.BAD, str(error))
        except Exception as error:
            yield Finding(what, Verdict.BAD, f"could not be looked at: {type(error).__name__}")


def _look_at_python(_environment: Environment) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 12)
    yield Finding("Python", Verdict.GOOD if good else Verdict.BAD, version if good else f"{version}; 3.12 is needed")


def _look_at_folders(environment: Environment) -> Iterator[Finding]:
    for what, folder in (("Data folder", environment.data), ("Secrets folder", environment.secrets)):
        if not folder.is_dir():
            yield Finding(what, Verdict.BAD, f"{folder} does not exist; run 'troth setup'")
        elif mode := stat.S_IMODE(folder.stat().st_mode) & 0o077:
            yield Finding(what, Verdict.BAD, f"{folder} is open to others (mode bits {mode:03o}); run chmod 700 on it")
        else:
            yield Finding(what, Verdict.GOOD, f"{folder}, for its owner alone")
    for path in sorted(environment.secrets.glob("*")):
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("Secrets folder", Verdict.BAD, f"{path.name} is open to others; run chmod 600 on it")
    if environment.secrets.is_relative_to(environment.data) and not environment.demo:
        yield Finding(
            "Secrets folder",
            Verdict.NOTE,
            "lies inside the data folder; set TROTH_SECRETS, lest a backup take both",
        )
    free = shutil.disk_usage(environment.data).free
    verdict = Verdict.GOOD if free >= LEAST_DISK else Verdict.BAD
    yield Finding("Disk", verdict, f"{free / 1024**3:.1f} GB free")


def _look_at_tls(environment: Environment) -> Iterator[Finding]:
    end = read_end(locate_tls(environment).certificate)
    left = (end - clock.now()).days
    verdict = Verdict.BAD if left < 0 else Verdict.NOTE if left < 14 else Verdict.GOOD
    yield Finding("Certificate", verdict, f"valid until {end:%Y-%m-%d} ({left} days)")


def _look_at_configuration(_environment: Environment) -> Iterator[Finding]:
    import django

    django.setup()
    from django.core.checks import ERROR, run_checks

    from troth.kernel.operator import read_operator

    operator = read_operator()
    for placeholder in operator.placeholders:
        yield Finding("Operator", Verdict.NOTE, str(placeholder))
    yield Finding("Operator", Verdict.GOOD, operator.name)
    problems = [message for message in run_checks() if message.level >= ERROR]
    for message in problems:
        yield Finding("Program", Verdict.BAD, f"{message.id}: {message.msg}")
    if not problems:
        yield Finding("Program", Verdict.GOOD, "its own checks pass")


def _look_at_databases(_environment: Environment) -> Iterator[Finding]:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    for alias in connections:
        connection = connections[alias]
        what = f"Database {alias}"
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                wanted = {"journal_mode": "wal", "secure_delete": 1, "foreign_keys": 1, "synchronous": 2}
                for name, value in wanted.items():
                    cursor.execute(f"PRAGMA {name}")
                    if (found := cursor.fetchone()[0]) != value:
                        yield Finding(what, Verdict.BAD, f"{name} is {found} and should be {value}")
                cursor.execute("PRAGMA quick_check(1)")
                sound = cursor.fetchone()[0] == "ok"
            else:
                cursor.execute("SELECT now()")
                drift = abs((cursor.fetchone()[0] - clock.now()).total_seconds())
                if drift > 5:
                    yield Finding("Clock", Verdict.BAD, f"differs from the clock of database {alias} by {drift:.0f} s")
                sound = True
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield Finding(what, Verdict.BAD, "its tables are of an older version; run 'troth setup'")
        elif sound:
            yield Finding(what, Verdict.GOOD, f"{connection.vendor}, reachable, sound and up to date")
        else:
            yield Finding(what, Verdict.BAD, "is damaged; restore the last backup")


def _look_at_backups(_environment: Environment) -> Iterator[Finding]:
    from troth.backup.controls import observe_backups
    from troth.backup.sealing import read_recipients

    read_recipients()
    seen = observe_backups()
    if not seen.examined:
        yield Finding("Backups", Verdict.NOTE, "none was made yet; run 'troth backup'")
        return
    yield from (Finding("Backups", Verdict.BAD, words) for words in seen.failures)
    if not seen.failures:
        yield Finding("Backups", Verdict.GOOD, f"{seen.examined} files, young, sealed and whole")


def _look_at_clock(environment: Environment) -> Iterator[Finding]:
    newest = max((path.stat().st_mtime for path in Path(environment.data).glob("*.db*")), default=0.0)
    ahead = newest - clock.now().timestamp()
    if ahead > 60:
        yield Finding("Clock", Verdict.BAD, f"is {ahead:.0f} seconds behind the last write to the database")
    else:
        yield Finding("Clock", Verdict.GOOD, f"{clock.now():%Y-%m-%d %H:%M:%S} UTC")


def _look_at_mail(_environment: Environment) -> Iterator[Finding]:
    from django.conf import settings

    options = settings.MAILERS["default"]["OPTIONS"]
    connect = smtplib.SMTP_SSL if options["use_ssl"] else smtplib.SMTP
    try:
        with connect(options["host"], options["port"], timeout=5) as server:
            server.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("Mail server", Verdict.BAD, f"cannot be reached ({type(error).__name__}); look at EMAIL_URL")
    else:
        yield Finding("Mail server", Verdict.GOOD, "answers")


def _look_at_programs(environment: Environment) -> Iterator[Finding]:
    from django_tasks_db.models import DBTaskResult

    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.bind, environment.bind)  # noqa: S104
    try:
        socket.create_connection((address, environment.port), timeout=2).close()
        yield Finding("Web server", Verdict.GOOD, f"listens at port {environment.port}")
    except OSError:
        yield Finding("Web server", Verdict.NOTE, f"does not listen at port {environment.port}; run 'troth serve'")
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=clock.now() - OLDEST_TASK).count()
    if waiting:
        yield Finding("Worker", Verdict.BAD, f"{waiting} tasks wait for more than 5 minutes; run 'troth worker'")
    else:
        yield Finding("Worker", Verdict.GOOD, "no task waits too long")


Look = Callable[[Environment], Iterator[Finding]]
LOOKS: tuple[tuple[str, Look], ...] = (
    ("Python", _look_at_python),
    ("Folders", _look_at_folders),
    ("Certificate", _look_at_tls),
    ("Configuration", _look_at_configuration),
    ("Databases", _look_at_databases),
    ("Backups", _look_at_backups),
    ("Clock", _look_at_clock),
    ("Mail server", _look_at_mail),
    ("Programs", _look_at_programs),
)
