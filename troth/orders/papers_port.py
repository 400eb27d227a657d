"""Who makes invoices and credit notes; ``papers`` registers. Called in the transaction that settles or gives back."""

from typing import Protocol

from troth.kernel.ports import Registry
from troth.orders.models import Order, RefundDecision


class PaperMaker(Protocol):
    """Makes the papers of an order."""

    def issue_invoice(self, order: Order) -> None:
        """Issue the invoice of an order that is paid; an order has one."""

    def issue_credit_note(self, decision: RefundDecision) -> None:
        """Issue the credit note of money that goes back."""


paper_makers: Registry[str, PaperMaker] = Registry("maker of papers")


def issue_papers(order: Order) -> None:
    """Have the order's invoice made."""
    for maker in paper_makers:
        maker.issue_invoice(order)


def issue_credit_note(decision: RefundDecision) -> None:
    """Have the credit note of a refund made."""
    for maker in paper_makers:
        maker.issue_credit_note(decision)
