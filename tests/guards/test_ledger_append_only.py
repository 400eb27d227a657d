"""The record cannot be changed or emptied, not by Django and not by raw SQL, on either database."""

# ruff: noqa: S608  the statements are made of the guarded tables' names

import pytest
from django.db import DatabaseError, connection, transaction

from troth.kernel.acting import acting, system
from troth.kernel.purposes import Purpose
from troth.ledger.actions import record
from troth.ledger.events import Event
from troth.ledger.guards import KEYS, lifted_guards, missing_guards
from troth.ledger.models import Checkpoint, EntryRow, Leaf, Node

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_row_each():
    with acting(actor=system("ledger"), purpose=Purpose.UPKEEP):
        entry_id = record(event=Event.KEY_ROTATED, count=1)
    Leaf.objects.create(position=0, entry_id=entry_id, hash=b"\0" * 32)
    Node.objects.create(level=1, index=0, hash=b"\0" * 32)
    Checkpoint.objects.create(size=1, caught_up=True, key="k", note="n")


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", KEYS)
def test_raw_sql_changes_and_removes_nothing(one_row_each, table):
    column = KEYS[table][0]
    for statement in (f'UPDATE {table} SET "{column}" = "{column}"', f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"):
            run(statement)
        with lifted_guards(connection), transaction.atomic():
            run(statement)
            transaction.set_rollback(True)


@pytest.mark.postgres
@pytest.mark.parametrize("table", KEYS)
def test_truncate_removes_nothing(one_row_each, table):
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"TRUNCATE {table}")


@pytest.mark.sqlite
@pytest.mark.parametrize("table", KEYS)
def test_insert_or_replace_removes_nothing(one_row_each, table):
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.sqlite
def test_insert_or_replace_by_the_hidden_row_number_removes_nothing(one_row_each):
    columns = ", ".join(f'"{field.column}"' for field in EntryRow._meta.fields if field.column != "id")
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"INSERT OR REPLACE INTO ledger_entry (rowid, id, {columns}) SELECT rowid, 0, {columns} FROM ledger_entry")


def test_django_changes_and_removes_nothing(one_row_each):
    for act in (lambda: EntryRow.objects.update(count=2), lambda: EntryRow.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    assert EntryRow.objects.get().count == 1


def test_a_missing_guard_is_named(one_row_each):
    assert missing_guards(connection) == []
    name = "ledger_leaf_no_change ON ledger_leaf" if connection.vendor == "postgresql" else "ledger_leaf_no_update"
    run(f"DROP TRIGGER {name}")
    assert missing_guards(connection) == [name.split(maxsplit=1)[0]]
