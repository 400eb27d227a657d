"""What this room writes into the ledger, and the system job that publishes from the command line."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words

PUBLISHER = "statement-publisher"


class Event(StrEnum):
    """The events of this room."""

    VERSION_PUBLISHED = "statement:version:published"


WORDS: Mapping[StrEnum, Words] = {Event.VERSION_PUBLISHED: _("published a new version of our statement")}
