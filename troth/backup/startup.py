"""What this room registers when the program starts."""

from troth.backup import controls, jobs
from troth.backup.events import WORDS
from troth.ledger.api import register_events
from troth.vault.api import declare_search_exception


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    controls.register()
    declare_search_exception(
        "backups", "Sealed files; what is in them is unreadable with the keys, and goes by its days."
    )
