"""Imports logs: reads, counts, writes each day once it is over, and remembers how far it came.

What is remembered are places in files at which a day began: everything before is written, everything after is read
again. So an import that was broken off goes on from there, and the same lines are not counted twice.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

from troth.weblog.counting import Counts
from troth.weblog.gathering import LEAST, STEP
from troth.weblog.importing.counting import LogCounter
from troth.weblog.importing.formats import Format, detect, mask, read_columns, select_fields
from troth.weblog.importing.sources import STDIN, open_log, order_rotated, read_pieces
from troth.weblog.networks import read_networks
from troth.weblog.places import make_folders, write_private
from troth.weblog.store import Policy, connect, day_of, write_counts, write_members, write_rows

DAY = 86_400


@dataclass(slots=True)
class Progress:
    """How far an import is.

    Arguments:
        lines, malformed: lines read, and those that fit no format.
        read, size: bytes read of the present file, and its size; 0 where that is not known.
        seconds: since the beginning.
        example: the shape of a malformed line.
        skipped: files of which everything was imported before.
        visits: people's visits counted.
    """

    lines: int = 0
    malformed: int = 0
    read: int = 0
    size: int = 0
    seconds: float = 0.0
    example: str = ""
    skipped: list[str] = field(default_factory=list)
    visits: int = 0
    days: int = 0


class Importer:
    """Imports logs into a web log's folder.

    Arguments:
        folder: the web log's.
        policy: the operator's numbers.
        own_host: the site's own host, whose pages are no referrers.
        tell: is told of the progress after each piece.
    """

    def __init__(
        self, folder: Path, policy: Policy, *, own_host: str, tell: Callable[[Progress], None] = lambda _progress: None
    ) -> None:
        self._folder, self._policy, self._own_host, self._tell = folder, policy, own_host, tell
        self.progress = Progress()
        self._began = monotonic()

    def run(self, names: list[str], *, follow: bool = False) -> Progress:
        """Import the files, of a rotated set the oldest first; the last one is followed where that is asked for."""
        make_folders(self._folder)
        ordered = order_rotated(names)
        for name in ordered:
            self._run_one(name, follow=follow and name == ordered[-1])
        return self.progress

    def _run_one(self, name: str, *, follow: bool) -> None:
        with contextlib.closing(open_log(name)) as file, connect() as sql:
            head = b"" if name == STDIN else _read_head(name)
            mark = self._find_mark(name, head)
            self.progress.size = 0 if name == STDIN else Path(name).stat().st_size
            counter = LogCounter(sql, read_networks(self._folder), own_host=self._own_host)
            reading = _Reading(self, counter, mark)
            try:
                for piece in read_pieces(file, skip=mark.offset, follow=follow):
                    reading.take(piece)
            except KeyboardInterrupt:
                if not follow:
                    raise
            if reading.is_empty:
                self.progress.skipped.append(Path(name).name)
                return
            reading.finish()

    def _find_mark(self, name: str, head: bytes) -> "Mark":
        """Return where to begin: by the first line of a file it is known again, under whatever name."""
        if name == STDIN or not head:
            return Mark(path=None, key=hashlib.blake2b(os.urandom(16), digest_size=6).hexdigest())
        key = hashlib.blake2b(head, key=self._read_key(), digest_size=6).hexdigest()
        path = self._folder / "imports" / f"{key}.json"
        try:
            told = json.loads(path.read_text())
        except (OSError, ValueError):
            return Mark(path=path, key=key)
        return Mark(path=path, key=key, offset=int(told["offset"]), written=date.fromisoformat(told["written"]))

    def _read_key(self) -> bytes:
        path = self._folder / "imports" / "key"
        if not path.exists():
            write_private(path, os.urandom(32))
        return path.read_bytes()

    def tell(self, piece: int) -> None:
        """Tell of the progress."""
        self.progress.read += piece
        self.progress.seconds = monotonic() - self._began
        self._tell(self.progress)

    def write(self, counter: LogCounter, mark: "Mark", *, before: date | None) -> None:
        """Write the days that are over; None writes all."""
        for day in sorted(each for each in counter.days if before is None or each < before):
            counts = counter.days.pop(day)
            self.progress.visits += counts.visits
            if counts.visits >= LEAST:
                self._write_day(counter, day, counts, mark)
                self.progress.days += 1
        for week in [each for each in counter.members if before is None or each + timedelta(days=7) <= before]:
            write_members(self._folder, week, counter.members.pop(week), name=f"{week}.{mark.part}")

    def _write_day(self, counter: LogCounter, day: date, counts: Counts, mark: "Mark") -> None:
        origin = f".{mark.part}"
        write_counts(self._folder, day, counts, policy=self._policy, origin=origin)
        rows = merge_steps(counter, day)
        write_rows(self._folder, "visit", f"{day}{origin}.visit", rows, dated=day)


@dataclass(slots=True)
class Mark:
    """How far a file was imported: the bytes before the first line of a day that is not written, and the last day."""

    path: Path | None
    key: str
    offset: int = 0
    written: date | None = None

    @property
    def part(self) -> str:
        """What tells the files of this import from others of the same day."""
        return f"{self.key}{self.offset:x}"

    def save(self, offset: int, written: date) -> None:
        """Put down that everything before this place is written."""
        if self.path is not None:
            write_private(self.path, json.dumps({"offset": offset, "written": str(written)}))


class _Reading:
    """One file being read."""

    def __init__(self, importer: Importer, counter: LogCounter, mark: Mark) -> None:
        self._importer, self._counter, self._mark = importer, counter, mark
        self._format: Format | None = None
        self._columns: dict[str, int] = {}
        self._offset = mark.offset
        self._n = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was to be read."""
        return self._offset == self._mark.offset

    def take(self, piece: bytes) -> None:
        """Count a piece of whole lines, and write the days that are over."""
        text = piece.decode("utf-8", "replace").replace("\x00", "").replace("\r\n", "\n")
        if self._format is None:
            self._format = detect(text[:100_000])
        if self._format is Format.W3C:
            self._read_columns(text)
        lines = [line for line in text.split("\n") if line]
        self._parse(lines)
        self._counter.count()
        self._offset += len(piece)
        self._importer.tell(len(piece))
        self._importer.write(self._counter, self._mark, before=day_of(self._counter.latest - 2 * STEP - 1800))

    def _read_columns(self, text: str) -> None:
        for line in text.split("\n"):
            if line.startswith("#Fields:"):
                self._columns = read_columns(line)

    def _parse(self, lines: list[str]) -> None:
        sql, progress = self._counter.sql, self._importer.progress
        assert self._format is not None  # noqa: S101  detected above
        sql.execute(
            "create or replace temp table lines as select unnest(?) as line, unnest(range(?, ?)) as n",
            [lines, self._n, self._n + len(lines)],
        )
        fields = select_fields(self._format, self._columns)
        sql.execute(f"create or replace temp table taken as {fields}")
        sql.execute(
            "create or replace temp table parsed as select n, address, coalesce(who, '-') as who, moment,"
            " method, target, status, size, referrer, coalesce(agent, '') as agent from taken where moment is not null"
            " and status between 100 and 599 and address is not null and method is not null"
            " and length(method) < 20 and target is not null"
        )
        (good,) = sql.execute("select count(*) from parsed").fetchone() or (0,)
        comments = sum(1 for line in lines if line.startswith("#")) if self._format is Format.W3C else 0
        progress.lines += len(lines)
        bad = len(lines) - good - comments
        progress.malformed += bad
        if bad and not progress.example:
            found = sql.execute("select line from lines where n not in (select n from parsed) limit 1").fetchone()
            progress.example = mask(found[0]) if found else ""
        self._n += len(lines)

    def finish(self) -> None:
        """Count what is still open, write all, and put down that the file is done."""
        self._counter.sql.execute("delete from parsed")
        self._counter.count(last=True)
        self._importer.write(self._counter, self._mark, before=None)
        self._mark.save(self._offset, day_of(self._counter.latest))


def merge_steps(counter: LogCounter, day: date) -> list[tuple[str, int, int, int, int]]:
    """Return the buckets of a day, each of as many steps as hold enough visits; what is left joins the last."""
    steps = sorted(step for step in counter.steps if day_of(step * STEP) == day)
    rows: list[tuple[str, int, int, int, int]] = []
    start, visits, views = -1, 0, 0
    for step in steps:
        start = step if start < 0 else start
        visits += counter.steps.pop(step)
        views += counter.step_views.pop(step)
        if visits >= LEAST:
            rows.append((str(day), start * STEP % DAY // 60, (step + 1 - start) * STEP // 60, visits, views))
            start, visits, views = -1, 0, 0
    if visits and rows:
        _day, minute, _minutes, seen, viewed = rows.pop()
        end = (steps[-1] + 1) * STEP % DAY // 60 or DAY // 60
        rows.append((str(day), minute, end - minute, seen + visits, viewed + views))
    return rows


def _read_head(name: str) -> bytes:
    """Return the first line of a file, by which it is known again."""
    with contextlib.closing(open_log(name)) as file:
        return file.readline(65_536)
