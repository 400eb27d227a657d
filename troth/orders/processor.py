"""The card processor that is set up, as the rest of the room asks for it."""

from typing import cast

from troth.kernel.errors import Refused
from troth.processors import api as processors
from troth.processors.api import CardProcessor


def card_processor() -> CardProcessor:
    """Return the card processor; raise Refused where none is set up."""
    find = getattr(processors, "card_processor", None)
    if find is None:
        raise Refused("No card processor is set up.")
    return cast("CardProcessor", find())
