"""The names of this room's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``orders:<what>:<verb>``; a name is never used for another thing."""

    ORDER_PLACED = "orders:order:placed"
    ORDER_PAID = "orders:order:paid"
    ORDER_WAITS = "orders:order:waits"
    ORDER_FILLED = "orders:order:filled"
    ORDER_CANCELLED = "orders:order:cancelled"
    LINES_CANCELLED = "orders:order:lines_cancelled"
    PAPER_ISSUED = "orders:paper:issued"
    PAPER_READ = "orders:paper:read"
    PAYMENT_FAILED = "orders:payment:failed"
    REFUND_DECIDED = "orders:refund:decided"
    REFUND_ORDERED = "orders:refund:ordered"
    REFUND_PAID = "orders:refund:paid"
    REFUND_FAILED = "orders:refund:failed"
    CARD_SAVED = "orders:card:saved"
    CARD_REMOVED = "orders:card:removed"
    PAYMENT_DISPUTED = "orders:payment:disputed"
    CASE_TAKEN = "orders:case:taken"
    CASE_CLOSED = "orders:case:closed"
    SERVICE_DONE = "orders:line:done"
    DISPUTE_ANSWERED = "orders:dispute:answered"
    DISPUTE_WON = "orders:dispute:won"
    DISPUTE_LOST = "orders:dispute:lost"
    BOOKS_COMPARED = "orders:books:compared"
    CATALOGUE_CHANGED = "orders:catalogue:changed"


WORDS = {
    Event.ORDER_PLACED: _("placed an order"),
    Event.ORDER_PAID: _("noted that an order was paid"),
    Event.ORDER_WAITS: _("noted that an order has to wait"),
    Event.ORDER_FILLED: _("noted that an order is done"),
    Event.ORDER_CANCELLED: _("cancelled an order"),
    Event.LINES_CANCELLED: _("took something out of an order"),
    Event.PAPER_ISSUED: _("issued an invoice or a credit note"),
    Event.PAPER_READ: _("fetched an invoice"),
    Event.PAYMENT_FAILED: _("noted that a payment failed"),
    Event.REFUND_DECIDED: _("decided that money goes back to you"),
    Event.REFUND_ORDERED: _("had money sent back to you"),
    Event.REFUND_PAID: _("noted that the money was sent back"),
    Event.REFUND_FAILED: _("noted that the money could not be sent back"),
    Event.CARD_SAVED: _("noted the card that you saved"),
    Event.CARD_REMOVED: _("removed the card that you had saved"),
    Event.PAYMENT_DISPUTED: _("noted that your bank disputes a payment"),
    Event.CASE_TAKEN: _("took an order of yours into hand"),
    Event.CASE_CLOSED: _("put an order of yours out of hand"),
    Event.SERVICE_DONE: _("noted that a service was done"),
    Event.DISPUTE_ANSWERED: _("answered your bank about a payment that it disputes"),
    Event.DISPUTE_WON: _("noted that your bank let a payment stand"),
    Event.DISPUTE_LOST: _("noted that your bank took a payment back"),
    Event.BOOKS_COMPARED: _("compared our books with those of the card processor"),
    Event.CATALOGUE_CHANGED: _("changed what is sold"),
}
