"""The triggers that fix a survey at its first answer: no program that speaks to the database changes it after.

Whoever may alter the schema can drop the triggers, so they are a lock and not a proof; the control ``surveys.fixed``
looks at the effect.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "surveys_survey"
_FIXED = (
    "mode", "definition", "keep_days", "two_officers", "public_key", "first_key", "second_key", "content_hash",
)  # fmt: skip
"""What no step may change after the first answer."""
_TRIGGERS = {"surveys_fixed": TABLE, "surveys_begun": "surveys_participation"}


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on; those that are there already are replaced."""
    remove_guards(connection)
    _execute(connection, _postgresql_guards() if connection.vendor == "postgresql" else _sqlite_guards())


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    for name, table in _TRIGGERS.items():
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        _execute(connection, [f"DROP TRIGGER IF EXISTS {name}{on}"])


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


def _sqlite_guards() -> list[str]:
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in _FIXED)
    return [
        (
            f"CREATE TRIGGER surveys_fixed BEFORE UPDATE ON {TABLE} WHEN OLD.begun AND (NOT NEW.begun OR {changed}) "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is fixed since its first answer'); END"
        ),
        (
            "CREATE TRIGGER surveys_begun AFTER INSERT ON surveys_participation WHEN NEW.part = 'answered' "  # noqa: S608  our own names
            f"BEGIN UPDATE {TABLE} SET begun = 1 WHERE id = NEW.survey_id AND NOT begun; END"
        ),
    ]


def _postgresql_guards() -> list[str]:
    changed = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in _FIXED)
    return [
        (
            "CREATE OR REPLACE FUNCTION surveys_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{TABLE} is fixed since its first answer' "
            "USING ERRCODE = 'restrict_violation'; END $$"
        ),
        (
            "CREATE OR REPLACE FUNCTION surveys_note_first() RETURNS trigger LANGUAGE plpgsql AS "  # noqa: S608  our own names
            f"$$ BEGIN UPDATE {TABLE} SET begun = true WHERE id = NEW.survey_id AND NOT begun; RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER surveys_fixed BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN (OLD.begun AND (NOT NEW.begun OR {changed})) EXECUTE FUNCTION surveys_refuse_change()"
        ),
        (
            "CREATE TRIGGER surveys_begun AFTER INSERT ON surveys_participation FOR EACH ROW "
            "WHEN (NEW.part = 'answered') EXECUTE FUNCTION surveys_note_first()"
        ),
    ]
