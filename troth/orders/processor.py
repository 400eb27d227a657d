"""The card processor that is set up, as the rest of the room asks for it."""

from troth.processors.api import card_processor

__all__ = ["card_processor"]
