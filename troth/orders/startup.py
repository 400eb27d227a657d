"""What this room registers when the program starts."""

from troth.ledger.api import register_events
from troth.orders import jobs
from troth.orders.events import WORDS
from troth.orders.holders import register_holders
from troth.orders.kept import register_kept


def register() -> None:
    """Register everything, once."""
    register_events(WORDS)
    jobs.register()
    register_holders()
    register_kept()
