"""What this room writes into the ledger, and the system job that publishes from the command line."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words

PUBLISHER = "statement-publisher"


class Event(StrEnum):
    """The events of this room."""

    VERSION_PUBLISHED = "statement:version:published"
    VERSION_IN_FORCE = "statement:version:in_force"
    VERSION_WITHDRAWN = "statement:version:withdrawn"


WORDS: Mapping[StrEnum, Words] = {
    Event.VERSION_PUBLISHED: _("published a new version of our statement"),
    Event.VERSION_IN_FORCE: _("put a new version of our statement into force"),
    Event.VERSION_WITHDRAWN: _("withdrew a version of our statement that had been announced"),
}
