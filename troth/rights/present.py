"""In which tables nothing stands about a client: one question for all of them, where most of a hundred are empty.

What is asked table by table is built anew by the ORM each time, and that costs more than the answer.
"""

from collections.abc import Iterable
from uuid import UUID

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import Field, Model

from troth.kernel.ports import holders
from troth.vault.api import sealed_models


def find_empty(subject_id: UUID) -> frozenset[str]:
    """Return the labels of those tables that name their subject and have no row about this one.

    A table that finds its subject in another way, or lies in another database, is never among them.
    """
    shown = (label for holder in holders for label in getattr(holder, "tables", ()))
    models = dict.fromkeys((*sealed_models(), *(apps.get_model(label) for label in shown)))
    named = {model: column for model in models if (column := _find_column(model)) is not None}
    found = _ask(named.items(), subject_id)
    return frozenset(model._meta.label for number, model in enumerate(named) if number not in found)


def _find_column(model: type[Model]) -> Field[UUID, UUID] | None:
    """Return the column in which a table names its subject."""
    columns = (field for field in model._meta.concrete_fields if field.attname == "subject_id")
    return next(columns, None) if router.db_for_read(model) == DEFAULT_DB_ALIAS else None


def _ask(columns: Iterable[tuple[type[Model], "Field[UUID, UUID]"]], subject_id: UUID) -> set[int]:
    """Return the numbers of the tables in which a row stands."""
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    parts, values = [], []
    for number, (model, column) in enumerate(columns):
        table, name = quote(model._meta.db_table), quote(str(column.column))
        parts.append(f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {table} WHERE {name} = %s)")  # noqa: S608  our own names
        values.append(column.get_db_prep_value(subject_id, connection))
    if not parts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {int(number) for (number,) in cursor.fetchall()}
