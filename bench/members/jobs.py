"""The work that must not grow with the number of clients, and the work that may: each says what it did and how long."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from bench.measuring import measure
from bench.members import mails
from bench.values import email_of


def look_up(*, clients: int, seconds: float) -> dict[str, float]:
    """Find a client by e-mail address: digest, index, account."""
    from troth.accounts.api import find_account

    def find() -> None:
        if find_account(email_of(random.randrange(clients))) is None:  # noqa: S311  which one does not matter
            erased.append(1)

    erased: list[int] = []
    return {**measure(find, seconds=seconds).as_facts(), "not_found": len(erased)}


def export(*, clients: int, seconds: float) -> dict[str, float]:
    """Make the copy of everything for one client, to the last byte of the ZIP file."""
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.rights.export.archive import stream_archive
    from troth.rights.export.document import collect_files, make_document

    chosen = _choose(clients)
    sizes: list[int] = []

    def make_copy() -> None:
        subject_id = next(chosen)
        with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT):
            document, files = make_document(subject_id), list(collect_files(subject_id))
        sizes.append(sum(len(piece) for piece in stream_archive(document, files)))

    return {**measure(make_copy, seconds=seconds, least=3).as_facts(), "bytes": sizes[-1]}


def erase(*, clients: int, count: int) -> dict[str, float]:
    """Erase so many clients whose nightly search is done: index, keys, rows, write-ahead logs, receipt.

    The search for all of them is one pass, measured by itself; its cost is the size of the place, not the number of
    those who leave.
    """
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.vault.api import run_erasures, start_erasure
    from troth.vault.models import Erasure, ErasureState

    chosen = _choose(clients)
    for _number in range(count):
        subject_id = next(chosen)
        with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT):
            start_erasure(subject_id=subject_id)
    with _take_mail():
        moments = _time_lines(run_erasures)
    left = Erasure.objects.exclude(state=ErasureState.DONE).count()
    begun = next(moment for moment in moments if moment.line.startswith("searching"))
    finished = [moment for moment in moments if moment.line.endswith(": done")]
    # The first ends with the search, so that single erasures lie between the ends.
    first, last, singles = finished[0], finished[-1], len(finished) - 1
    return {
        "wall": (last.wall - first.wall) / singles,
        "cpu": (last.cpu - first.cpu) / singles,
        "search": first.wall - begun.wall,
        "left": left,
    }


def assess(*, clients: int) -> dict[str, Any]:
    """Run every control; return the whole time, the slowest five, and how many were broken."""
    from troth.assessment.actions import run_control
    from troth.assessment.models import Outcome
    from troth.kernel.ports import controls

    times: list[tuple[float, str, int]] = []
    broken = []
    for number, control in enumerate(controls, start=1):
        started = perf_counter()
        run = run_control(control)
        times.append((perf_counter() - started, control.key, run.examined))
        if run.outcome == Outcome.BROKEN:
            broken.append(control.key)
        sys.stderr.write(f"  {number}/{len(controls)} {control.key}: {times[-1][0]:.1f} seconds, {run.outcome}\n")
    slowest = [[key, seconds, examined] for seconds, key, examined in sorted(times, reverse=True)[:5]]
    return {
        "clients": clients,
        "wall": sum(seconds for seconds, _key, _examined in times),
        "slowest": slowest,
        "broken": broken,
    }


@dataclass(frozen=True, slots=True)
class _Moment:
    """A line of progress, with the seconds by the clock and of processor time since the work began."""

    wall: float
    cpu: float
    line: str


def _time_lines(work: Callable[..., Any]) -> list[_Moment]:
    """Do the work, and return its lines of progress."""
    wall, cpu = perf_counter(), process_time()
    moments: list[_Moment] = []

    def report(line: str) -> None:
        moments.append(_Moment(perf_counter() - wall, process_time() - cpu, line))
        sys.stderr.write(f"  {line}\n")

    work(report=report)
    return moments


@contextmanager
def _take_mail() -> Iterator[None]:
    """Answer at the site's mail server: each client is told before its address goes, and nobody else would answer."""
    from aiosmtpd.controller import Controller
    from django.conf import settings

    from troth.processors.standing import find_mail_server

    class Taker:
        """Takes each mail and forgets it."""

        async def handle_DATA(self, *_asked: object) -> str:  # noqa: N802  the library's name
            return "250 OK"

    if "smtp" not in str(settings.MAILERS["default"].get("BACKEND", "")):
        yield
        return
    host, _colon, port = find_mail_server().rpartition(":")
    taker = Controller(Taker(), hostname=host, port=int(port))
    taker.start()
    try:
        yield
    finally:
        taker.stop()


def _choose(clients: int) -> Iterator[UUID]:
    """Yield clients at random that are still there, none of them again before all had their turn."""
    from troth.accounts.api import find_account

    chosen: set[int] = set()
    while True:
        number = random.randrange(clients)  # noqa: S311  which one does not matter
        if number in chosen:
            continue
        chosen.add(number)
        if len(chosen) == clients:
            chosen.clear()
        account = find_account(email_of(number))
        if account is not None:
            yield account.id


JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "look_up": look_up,
    "export": export,
    "erase": erase,
    "assess": assess,
    "mails": mails.take_mails,
    "decisions": mails.decide_contacts,
    "rows": mails.insert_rows,
}
