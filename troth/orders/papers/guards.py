"""The triggers that shut a paper: once it is drawn, no program that speaks to the database changes or removes it.

Two things are let through: putting in what a paper still lacks, as long as its number, sums and dates stay; and the end
of a paper whose legal term is over, of which ``PaperRelease`` has the number. Whoever may alter the schema can drop the
triggers, so they are a lock and not a proof; the control ``orders.papers`` looks at the effect.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "orders_paper"
_FIXED = (
    "id", "subject_id", "order_id", "refund_id", "kind", "number", "corrects_id", "issued_on", "currency", "net_minor",
    "tax_minor", "total_minor", "made_at",
)  # fmt: skip
"""What no step may change, from the first moment on."""
_FUNCTION = "orders_refuse_paper_change"
_RELEASED = "EXISTS (SELECT 1 FROM orders_paperrelease WHERE orders_paperrelease.number = OLD.number)"
_TRIGGERS = ("orders_paper_no_update", "orders_paper_no_delete", "orders_paper_no_replace", "orders_paper_no_truncate")


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on; those that are there already are replaced."""
    remove_guards(connection)
    statements = _postgresql_guards() if connection.vendor == "postgresql" else _sqlite_guards()
    _execute(connection, statements)


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for a migration that must rebuild the table, and for tests that tamper on purpose."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    _execute(connection, [f"DROP TRIGGER IF EXISTS {name}{on}" for name in _TRIGGERS])


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
    return sorted(set(_names(connection)) - present)


def _names(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    other = "orders_paper_no_replace" if connection.vendor == "postgresql" else "orders_paper_no_truncate"
    return tuple(name for name in _TRIGGERS if name != other)


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_guards() -> list[str]:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is shut'); END"
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in _FIXED)
    taken = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR number = NEW.number OR rowid = NEW.rowid)"  # noqa: S608
    return [
        (
            f"CREATE TRIGGER orders_paper_no_update BEFORE UPDATE ON {TABLE} "
            f"WHEN NOT {_RELEASED} AND (length(OLD.digest) > 0 OR {changed}) {refusal}"
        ),
        f"CREATE TRIGGER orders_paper_no_delete BEFORE DELETE ON {TABLE} WHEN NOT {_RELEASED} {refusal}",
        # An INSERT OR REPLACE removes a row without asking the trigger of DELETE.
        f"CREATE TRIGGER orders_paper_no_replace BEFORE INSERT ON {TABLE} WHEN {taken} {refusal}",
    ]


def _postgresql_guards() -> list[str]:
    changed = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in _FIXED)
    function = (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{TABLE} is shut' USING ERRCODE = 'restrict_violation'; END $$"
    )
    # A condition of a trigger may not look into another table, so the look stands in functions of their own.
    judge_update = (
        "CREATE OR REPLACE FUNCTION orders_judge_paper_update() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {_RELEASED} AND (length(OLD.digest) > 0 OR {changed}) "
        f"THEN RAISE EXCEPTION '{TABLE} is shut' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    judge_delete = (
        "CREATE OR REPLACE FUNCTION orders_judge_paper_delete() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {_RELEASED} "
        f"THEN RAISE EXCEPTION '{TABLE} is shut' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END $$"
    )
    return [
        function,
        judge_update,
        judge_delete,
        (
            f"CREATE TRIGGER orders_paper_no_update BEFORE UPDATE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION orders_judge_paper_update()"
        ),
        (
            f"CREATE TRIGGER orders_paper_no_delete BEFORE DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION orders_judge_paper_delete()"
        ),
        (
            f"CREATE TRIGGER orders_paper_no_truncate BEFORE TRUNCATE ON {TABLE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
        ),
    ]
