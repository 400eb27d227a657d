"""What is held about a client: stores outside the sealed tables, and what the law forbids to show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from troth.kernel.ports.registry import Registry, Words


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One thing that is held about a client, as the Admin page and the export show it.

    Arguments:
        key: a stable name within the holder, such as ``session``.
        label: what it is, in the client's words.
        values: the facts, name to printable value.
        why: why it is held.
        kept_until: the date on which it goes, or None with ``kept`` in words.
        kept: how long it is kept, in words.
        url: the client's own page of it, or empty.
    """

    key: str
    label: Words
    values: Mapping[Words, Any]
    why: Words
    kept: Words
    kept_until: datetime | None = None
    url: str = ""


class DataHolder(Protocol):
    """A store of personal data outside the sealed tables: it can show, erase and verify one subject's part."""

    name: str
    label: Words

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return all that is held about the subject here."""

    def erase(self, subject_id: UUID) -> int:
        """Remove it all; return how many things went. May run twice."""

    def count(self, subject_id: UUID) -> int:
        """Return how many things are still held here; 0 after an erasure."""


holders: Registry[str, DataHolder] = Registry("data holder")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part of a client's record that the law forbids to show now, by a named decision (A10).

    Arguments:
        model: the label of the table, such as ``accounts.Profile``.
        fields: the names of the values; empty for all of the table.
        decision: what decided so, in words, such as "order 12 of the court of New York".
        until: the moment from which it is shown again; there is no withholding without an end.
    """

    model: str
    fields: frozenset[str]
    decision: Words
    until: datetime


class Withholder(Protocol):
    """Knows what is withheld of a client's record."""

    def find(self, subject_id: UUID) -> Sequence[Withheld]:
        """Return all that is withheld now."""


change_listeners: Registry[str, Callable[[UUID, str, Sequence[str]], None]] = Registry("listener to changes")
"""Name → is told of every changed value of a sealed row, in its transaction: subject, table, names of the values.

``processors`` passes corrections on to whoever received the old value (A11). A new row is no change."""


withholders: Registry[str, Withholder] = Registry("withholder")
