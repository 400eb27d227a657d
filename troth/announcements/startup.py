"""What this room registers when the program starts."""

from troth.announcements import jobs
from troth.announcements.events import WORDS
from troth.ledger.api import register_events


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
