"""The border of the ledger: what other apps may import."""

from troth.ledger.actions import record
from troth.ledger.events import EventType, register_events
from troth.ledger.queries import (
    Entry,
    count_disclosures_of,
    count_entries_about,
    count_looks_at,
    disclosures_of,
    entries_about,
    entries_of_kind,
    find_entry,
    looks_at,
    looks_by_actor,
    newest_entries,
)

__all__ = [
    "Entry",
    "EventType",
    "count_disclosures_of",
    "count_entries_about",
    "count_looks_at",
    "disclosures_of",
    "entries_about",
    "entries_of_kind",
    "find_entry",
    "looks_at",
    "looks_by_actor",
    "newest_entries",
    "record",
    "register_events",
]
