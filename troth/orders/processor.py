"""The card processor that is set up, as the rest of the room asks for it."""

from troth.processors import api as processors
from troth.processors.api import CardProcessor


def card_processor() -> CardProcessor:
    """Return the card processor of the register; raise Refused where there is none."""
    return processors.card_processor()
