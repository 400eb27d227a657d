"""What the ledger registers when the program starts."""

from troth.ledger.events import WORDS, register_events


def register() -> None:
    """Register the ledger's own events."""
    register_events(WORDS)
