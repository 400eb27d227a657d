"""The names of the vault's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``vault:<what>:<verb>``; a name is never used for another thing."""

    VALUES_OPENED = "vault:values:opened"
    VALUES_CHANGED = "vault:values:changed"
    RECORD_UNREADABLE = "vault:record:unreadable"
    RECORD_HELD = "vault:record:held"
    ERASURE_PLANNED = "vault:erasure:planned"
    ERASURE_RUN = "vault:erasure:run"
    RETENTION_PURGED = "vault:retention:purged"
    ERASURE_CANCELLED = "vault:erasure:cancelled"
    ERASURE_REPEATED = "vault:erasure:repeated"
    INDEX_REBUILT = "vault:index:rebuilt"
    EPOCH_CHANGED = "vault:epoch:changed"


WORDS = {
    Event.VALUES_OPENED: _("looked at your information"),
    Event.VALUES_CHANGED: _("changed your information"),
    Event.RECORD_UNREADABLE: _("found a record that cannot be read"),
    Event.RECORD_HELD: _("kept a record back, as the law asks"),
    Event.ERASURE_PLANNED: _("planned an erasure"),
    Event.ERASURE_RUN: _("erased your information"),
    Event.RETENTION_PURGED: _("deleted information whose time was over"),
    Event.ERASURE_CANCELLED: _("took a planned erasure back"),
    Event.ERASURE_REPEATED: _("erased again what a backup had brought back"),
    Event.INDEX_REBUILT: _("made the look-up index anew"),
    Event.EPOCH_CHANGED: _("renewed the keys"),
}
