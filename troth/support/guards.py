"""The triggers behind the gate: what goes out hangs on a decision that allows just that, for every program (G3).

A foreign key can say that there is a decision, not what it says; so on each insert and update of an outbound row the
database looks whether the decision allows it, for this client and this channel. A decision itself is never changed.
"""

# ruff: noqa: ISC004  a statement of several lines is one item

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TRIGGERS = {
    "support_outbound_on_insert": "support_outbound",
    "support_outbound_on_update": "support_outbound",
    "support_decision_no_update": "support_decision",
}
_ALLOWED = (
    "SELECT 1 FROM support_decision d WHERE d.id = NEW.decision_id AND d.allowed "
    "AND d.subject_id = NEW.subject_id AND d.channel = NEW.channel AND d.about = NEW.about"
)
_WORDS = "nothing goes out without a decision that allows it"


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; those that are there are replaced."""
    remove_guards(connection)
    _execute(connection, _postgresql() if connection.vendor == "postgresql" else _sqlite())


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for a migration that rebuilds a table, and for a drill."""
    on = connection.vendor == "postgresql"
    _execute(
        connection,
        [f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if on else ''}" for name, table in TRIGGERS.items()],
    )


@contextmanager
def lifted_guards(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers off until the block ends."""
    remove_guards(connection)
    try:
        yield
    finally:
        install_guards(connection)


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite() -> list[str]:
    refuse = f"WHEN NOT EXISTS ({_ALLOWED}) BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    return [
        f"CREATE TRIGGER support_outbound_on_insert BEFORE INSERT ON support_outbound {refuse}",
        "CREATE TRIGGER support_outbound_on_update BEFORE UPDATE OF decision_id, subject_id, channel, about "
        f"ON support_outbound {refuse}",
        "CREATE TRIGGER support_decision_no_update BEFORE UPDATE ON support_decision "
        "BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END",
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION support_require_decision() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT EXISTS ({_ALLOWED}) THEN "
        f"RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
        "CREATE OR REPLACE FUNCTION support_keep_decision() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a decision is never changed' USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE TRIGGER support_outbound_on_insert BEFORE INSERT ON support_outbound "
        "FOR EACH ROW EXECUTE FUNCTION support_require_decision()",
        "CREATE TRIGGER support_outbound_on_update BEFORE UPDATE OF decision_id, subject_id, channel, about "
        "ON support_outbound FOR EACH ROW EXECUTE FUNCTION support_require_decision()",
        "CREATE TRIGGER support_decision_no_update BEFORE UPDATE ON support_decision "
        "FOR EACH ROW EXECUTE FUNCTION support_keep_decision()",
    ]
