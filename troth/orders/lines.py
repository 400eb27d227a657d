"""What becomes of each kind of line when its order is paid, and when it is taken back.

``memberships`` registers its own, and ``fulfilment`` that of goods; a service needs none but its place in staff's list.
Each is called in the transaction that settles or takes back, so that money and what it bought change together or not at
all.
"""

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Registry, Words
from troth.orders.models import Order, OrderLine, ProductKind


class LineHandler(Protocol):
    """Fills the lines of one kind."""

    def check(self, lines: Sequence[OrderLine]) -> None:
        """Raise Refused, with words for the client, where these lines cannot be ordered together or by this client."""

    def fill(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Do what a paid order brings: begin a term, make a parcel. Called once for each order, in its transaction."""

    def take_back(self, order: Order, line: OrderLine, *, quantity: int) -> None:
        """Undo for so many pieces, when they are cancelled or refunded; raise Refused where it is too late.

        Of goods, and of goods alone, the handler also gives free what was held back of the stock: it knows which of the
        pieces still lie on the shelf.
        """

    def count_loose(self, order: Order, line: OrderLine) -> int:
        """Return how many pieces of a paid line can still be taken back."""

    def is_done(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        """Return whether nothing is left to do for these lines."""

    def describe_progress(self, line: OrderLine) -> Words:
        """Return where the line stands, in words for the client."""


class ServiceLines:
    """A service is done by people: the order is theirs to do from the moment it is paid."""

    def check(self, lines: Sequence[OrderLine]) -> None:
        """Allow every service."""

    def fill(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Do nothing more: it stands in staff's list of paid orders."""

    def take_back(self, order: Order, line: OrderLine, *, quantity: int) -> None:
        """Do nothing more: the line's count is lowered by who calls."""

    def count_loose(self, order: Order, line: OrderLine) -> int:
        """Return all that is left of it."""
        return line.remaining

    def is_done(self, order: Order, lines: Sequence[OrderLine]) -> bool:
        """Return whether staff said of each that it was done (``actions.services``)."""
        return all(line.done_at is not None for line in lines)

    def describe_progress(self, line: OrderLine) -> Words:
        """Return where the service stands."""
        if line.done_at is not None:
            return _("It was done.")
        return _("We do this for you, and tell you when it is done.")


line_handlers: Registry[str, LineHandler] = Registry("line handler")
line_handlers.register(ProductKind.SERVICE, ServiceLines())
