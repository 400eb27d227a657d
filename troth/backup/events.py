"""The names of the ledger's rows of this room."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``backup:<what>:<verb>``; a name is never used for another thing."""

    TAKEN = "backup:main:taken"
    RESTORED = "backup:main:restored"


WORDS = {
    Event.TAKEN: _("made a sealed backup"),
    Event.RESTORED: _("brought the site back from a backup"),
}
