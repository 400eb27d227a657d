"""What goes and when, what is held back, and who is told when a client's record is erased."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from troth.kernel.ports.registry import Registry, Words


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that the law forbids to delete for now.

    Arguments:
        model: the label of the table, such as ``support.Message``.
        words: why, in words for the client.
        until: the date on which the hold ends by itself, or None where a decision ends it.
        row_id: the row that is held, or None for all rows of the subject in this table.
    """

    model: str
    words: Words
    until: date | None = None
    row_id: UUID | None = None


class RetentionHold(Protocol):
    """Says which rows of a subject must not go yet. A hold that is no longer returned has ended."""

    def holds_on(self, subject_id: UUID) -> Sequence[Hold]:
        """Return the holds on the subject's rows, as of now."""


retention_holds: Registry[str, RetentionHold] = Registry("retention hold")


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long rows outside the sealed tables are kept, and what makes them go.

    Arguments:
        name: ``<app>.<name>``.
        words: what goes when, in words for the client.
        count_due: returns how many things are past their time now.
        purge: removes them, in batches, and returns how many went; may run twice.
    """

    name: str
    words: Words
    count_due: Callable[[], int]
    purge: Callable[[], int]


retention_rules: Registry[str, RetentionRule] = Registry("retention rule")

farewells: Registry[str, Callable[[UUID, UUID], None]] = Registry("farewell")
"""Name → what is told a client before its address is erased, called with subject id and erasure id; may run twice."""

erasure_relays: Registry[str, Callable[[UUID], Sequence[str]]] = Registry("erasure relay")
"""Name → passes an erasure on to the organisations that received; returns their names. May run twice."""
