"""A stand-in's own books: one SQLite file with its things, what it was sent, what it has to post, and its settings."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

Thing = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS things (
    seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS things_by_kind ON things (kind, seq);
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY, at REAL, method TEXT, path TEXT, body TEXT, status INTEGER
);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, path TEXT, digest TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS posts (
    seq INTEGER PRIMARY KEY, event TEXT, body TEXT, due REAL, tries INTEGER DEFAULT 0, state TEXT DEFAULT 'waiting'
);
CREATE INDEX IF NOT EXISTS posts_by_state ON posts (state, due);
CREATE TABLE IF NOT EXISTS later (seq INTEGER PRIMARY KEY, due REAL, what TEXT, target TEXT);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT);
"""


class Books:
    """The books of one stand-in. Every use stands inside ``turn``, which is one transaction and one at a time.

    Arguments:
        path: the file; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._lock = RLock()
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._rows.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_TABLES}")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the books alone; all that is written inside stands together, or not at all."""
        with self._lock:
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._rows.execute("ROLLBACK")
                raise
            self._rows.execute("COMMIT")

    # -- things -------------------------------------------------------------------------------------------------------

    def put(self, kind: str, thing: Thing) -> Thing:
        """Write a thing under its ``id``, new or changed; return it."""
        self._rows.execute(
            "INSERT INTO things (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (thing["id"], kind, json.dumps(thing)),
        )
        return thing

    def get(self, kind: str, key: str) -> Thing | None:
        """Return the thing of this kind and id, or None."""
        row = self._rows.execute("SELECT body FROM things WHERE id = ? AND kind = ?", (key, kind)).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str) -> list[Thing]:
        """Return all things of this kind, the newest first."""
        rows = self._rows.execute("SELECT body FROM things WHERE kind = ? ORDER BY seq DESC", (kind,))
        return [json.loads(body) for (body,) in rows]

    def drop(self, key: str) -> None:
        """Strike a thing from the books."""
        self._rows.execute("DELETE FROM things WHERE id = ?", (key,))

    # -- what was sent here -------------------------------------------------------------------------------------------

    def note_request(self, *, at: float, method: str, path: str, body: Any, status: int) -> None:
        """Write down a request, whatever became of it."""
        self._rows.execute(
            "INSERT INTO requests (at, method, path, body, status) VALUES (?, ?, ?, ?, ?)",
            (at, method, path, json.dumps(body), status),
        )

    def list_requests(self, *, after: int = 0) -> list[Thing]:
        """Return the requests after this number, the oldest first."""
        rows = self._rows.execute(
            "SELECT seq, at, method, path, body, status FROM requests WHERE seq > ? ORDER BY seq", (after,)
        )
        names = ("seq", "at", "method", "path", "body", "status")
        return [{**dict(zip(names, row, strict=True)), "body": json.loads(row[4])} for row in rows]

    def find_answer(self, key: str) -> tuple[str, str, int, str] | None:
        """Return path, digest, status and body of the answer that this idempotency key had, or None."""
        row = self._rows.execute("SELECT path, digest, status, body FROM answers WHERE key = ?", (key,)).fetchone()
        return (str(row[0]), str(row[1]), int(row[2]), str(row[3])) if row else None

    def keep_answer(self, key: str, *, path: str, digest: str, status: int, body: str) -> None:
        """Keep the answer that this idempotency key had."""
        self._rows.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", (key, path, digest, status, body))

    # -- what is to be posted, and what happens later -----------------------------------------------------------------

    def queue_post(self, *, event: str, body: str, due: float) -> None:
        """Queue one delivery of an event."""
        self._rows.execute("INSERT INTO posts (event, body, due) VALUES (?, ?, ?)", (event, body, due))

    def list_posts(self, *, due: float | None = None) -> list[Thing]:
        """Return the deliveries that wait, as they fall due; those due by then, where that is given."""
        rows = self._rows.execute(
            "SELECT seq, event, body, tries, due FROM posts WHERE state = 'waiting' AND due <= ? ORDER BY due, seq",
            (due if due is not None else 1e18,),
        )
        return [dict(zip(("seq", "event", "body", "tries", "due"), row, strict=True)) for row in rows]

    def settle_post(self, seq: int, *, state: str, due: float | None = None) -> None:
        """Note what became of a delivery: ``done``, ``given_up``, or ``waiting`` until ``due``."""
        self._rows.execute(
            "UPDATE posts SET state = ?, tries = tries + 1, due = coalesce(?, due) WHERE seq = ?", (state, due, seq)
        )

    def queue_later(self, what: str, target: str, *, due: float) -> None:
        """Let something happen by itself at that time."""
        self._rows.execute("INSERT INTO later (due, what, target) VALUES (?, ?, ?)", (due, what, target))

    def take_due(self, now: float) -> list[tuple[str, str]]:
        """Take what is to happen by now out of the queue, and return it."""
        rows = self._rows.execute("DELETE FROM later WHERE due <= ? RETURNING seq, what, target", (now,)).fetchall()
        return [(what, target) for _seq, what, target in sorted(rows)]

    # -- settings -----------------------------------------------------------------------------------------------------

    def setting(self, name: str, default: str = "") -> str:
        """Return a setting."""
        row = self._rows.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def set(self, name: str, value: str) -> None:
        """Write a setting."""
        self._rows.execute(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )
