"""The triggers that make the ledger's tables append-only for every program that speaks to the database.

Whoever may alter the schema can drop them, so they are a lock and not a proof; the proof is the tree.
``missing_guards`` tells which are not in place.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

KEYS = {
    "ledger_entry": ("id",),
    "ledger_leaf": ("position", "entry_id"),
    "ledger_node": ("id", "level, index"),
    "ledger_checkpoint": ("size",),
}
"""The guarded tables, each with its unique keys."""

_FUNCTION = "ledger_refuse_change"


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on all tables of the ledger; those that are there already are replaced."""
    remove_guards(connection)
    statements = _postgresql_guards() if connection.vendor == "postgresql" else _sqlite_guards()
    _execute(connection, statements)


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for a migration that must rebuild a table, and for tests that tamper on purpose."""
    if connection.vendor == "postgresql":
        _execute(connection, [f"DROP TRIGGER IF EXISTS {name} ON {table}" for table, name in _names(connection)])
    else:
        _execute(connection, [f"DROP TRIGGER IF EXISTS {name}" for _table, name in _names(connection)])


@contextmanager
def lifted_guards(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers off until the block ends."""
    remove_guards(connection)
    try:
        yield
    finally:
        install_guards(connection)


def missing_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be in place and are not, or are switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(name for _table, name in _names(connection) if name not in present)


def _names(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    acts = ("change", "truncate") if connection.vendor == "postgresql" else ("update", "delete", "replace")
    return [(table, f"{table}_no_{act}") for table in KEYS for act in acts]


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_guards() -> list[str]:
    """Refuse UPDATE and DELETE, and an INSERT OR REPLACE, which removes a row without asking the DELETE trigger."""
    statements = []
    for table, keys in KEYS.items():
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        taken = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE ({_quote(key)}) = ({_quote(key, prefix='NEW.')}))"  # noqa: S608
            for key in ("rowid", *keys)
        )
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refusal}",
        ]
    return statements


def _quote(key: str, *, prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{column.strip()}"' for column in key.split(","))


def _postgresql_guards() -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    statements = [function]
    for table in KEYS:
        for name, when in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
            statements.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {when} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
            )
    return statements
