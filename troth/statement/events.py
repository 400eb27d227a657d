"""What this room writes into the ledger, and the system job that publishes from the command line."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

PUBLISHER = "statement-publisher"


class Event(StrEnum):
    """The events of this room."""

    VERSION_PUBLISHED = "statement:version:published"


WORDS = {Event.VERSION_PUBLISHED: _("published a new version of our statement")}
