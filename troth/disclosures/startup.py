"""What disclosures register when the program starts."""

from django.utils.translation import gettext_lazy as _

from troth.disclosures import holders
from troth.disclosures.events import WORDS
from troth.ledger.api import register_events
from troth.vault.api import declare_kept


def register() -> None:
    """Register the names of the record's rows, and what outlives an erasure."""
    register_events(WORDS)
    holders.register()
    declare_kept(
        "disclosures.Disclosure",
        words=_("The record of which organisation received what about you. It has a number in place of you."),
        until=_("for good: what left cannot be undone, and a record that can be shortened proves nothing"),
    )
