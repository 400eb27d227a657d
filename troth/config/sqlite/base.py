"""The database backend: Django's for SQLite, where a write transaction first waits for its turn.

A transaction begins IMMEDIATE, as a writer, so that its turn lasts from its beginning to its commit or rollback. A
single statement outside a transaction does not queue: it is over in one write, and SQLite's own patience does for it.
"""

import sqlite3
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from troth.config.sqlite.queue import Turn, TurnDidNotComeError, wait_for_turn
from troth.kernel.errors import NotConfigured

REQUIRED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
"""What each connection must answer: nothing is lost in a power cut, and what is deleted is overwritten (M2, L1)."""
PATIENCE = 30.0
"""Seconds to wait for the turn where the settings give no ``timeout``."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to SQLite that queues before it writes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._turn: Turn | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Open a connection; refuse one whose pragmas did not take."""
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        if self.is_in_memory_db():
            return connection
        for name, wanted in REQUIRED_PRAGMAS.items():
            found = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if found != wanted:
                connection.close()
                raise NotConfigured(f"The database {self.alias!r} has {name} {found}, and not {wanted}.")
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # the stubs leave it out
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if self._turn is not None or self.is_in_memory_db():
            return
        database = Path(self.settings_dict["NAME"])
        patience = float(self.settings_dict["OPTIONS"].get("timeout", PATIENCE))
        try:
            self._turn = wait_for_turn(database.with_name(f"{database.name}-queue"), patience=patience)
        except TurnDidNotComeError:
            raise OperationalError("database is locked: the turn to write did not come in time") from None
        except OSError as error:
            raise OperationalError(
                f"the write queue of database {self.alias!r} cannot be used: {error.strerror}"
            ) from None

    def _end_turn(self) -> None:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            turn.end()
