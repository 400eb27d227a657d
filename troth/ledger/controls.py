"""The check that the record is whole, and the deliberate breaches that it must catch."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from troth.kernel.acting import acting, system
from troth.kernel.ports import Control, Observation, Sabotage
from troth.kernel.purposes import Purpose
from troth.ledger.actions import record
from troth.ledger.events import Event
from troth.ledger.guards import lifted_guards
from troth.ledger.rotation import JOB
from troth.ledger.sealing import seal_entries
from troth.ledger.turns import verify_turn


def observe_record() -> Observation:
    """Recompute the tree from its rows and compare it with what was signed; a long record by turns."""
    turn = verify_turn()
    result = turn.verification
    return Observation(
        examined=turn.read,
        failures=[f"{finding.kind}: {finding.words}" for finding in result.findings],
        evidence={
            "rows": result.rows,
            "read": turn.read,
            "waiting": result.waiting,
            "root": result.root,
            "key": result.key,
        },
    )


@contextmanager
def tamper(statement: str) -> Iterator[None]:
    """Run a statement on the record behind the house's back, after sealing two rows to run it on; undo all of it."""
    with transaction.atomic(using="default"):
        with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
            for _round in range(2):
                record(event=Event.DRILL_RUN)
        seal_entries()
        with lifted_guards(connections["default"]), connections["default"].cursor() as cursor:
            cursor.execute(statement)
        try:
            yield
        finally:
            transaction.set_rollback(True, using="default")


_LAST = "(SELECT entry_id FROM ledger_leaf ORDER BY position DESC LIMIT 1)"

RECORD_IS_WHOLE = Control(
    key="ledger.record_is_whole",
    clauses=("A1", "A12", "L1"),
    words=_("No row of the record of looks and disclosures was changed, removed, added later or reordered"),
    observe=observe_record,
    sabotages=(
        Sabotage(
            key="changed_row",
            words=_("The purpose of a recorded look is changed in the database"),
            breach=lambda: tamper(f"UPDATE ledger_entry SET purpose = 'legal' WHERE id = {_LAST}"),  # noqa: S608
        ),
        Sabotage(
            key="removed_row",
            words=_("A recorded look is removed from the database"),
            breach=lambda: tamper(f"DELETE FROM ledger_entry WHERE id = {_LAST}"),  # noqa: S608
        ),
        Sabotage(
            key="cut_end",
            words=_("The end of the record is cut off, tree and all"),
            breach=lambda: tamper("DELETE FROM ledger_leaf WHERE position = (SELECT MAX(position) FROM ledger_leaf)"),
        ),
    ),
    every=timedelta(days=1),
)
