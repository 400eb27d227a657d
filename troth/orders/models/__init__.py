"""The tables of ``orders``."""

from troth.orders.models.catalogue import Plan, Price, Product, ProductKind, TermRule
from troth.orders.models.memberships import (
    OPEN_RENEWAL,
    Gift,
    Membership,
    Renewal,
    RenewalState,
    RenewalTry,
    Seat,
    SeatInvitation,
    Term,
)
from troth.orders.models.ordering import Order, OrderContact, OrderLine, OrderState, OrderStep, Origin, WaitCause
from troth.orders.models.papers import Paper, PaperCount, PaperKind
from troth.orders.models.parcels import Parcel, ParcelLine, ParcelState
from troth.orders.models.paying import (
    OPEN_ATTEMPTS,
    AttemptState,
    Dispute,
    MovementState,
    PaymentAttempt,
    RefundCause,
    RefundDecision,
    RefundLine,
    RefundMovement,
    SavedCard,
)

__all__ = [
    "OPEN_ATTEMPTS",
    "OPEN_RENEWAL",
    "AttemptState",
    "Dispute",
    "Gift",
    "Membership",
    "MovementState",
    "Order",
    "OrderContact",
    "OrderLine",
    "OrderState",
    "OrderStep",
    "Origin",
    "Paper",
    "PaperCount",
    "PaperKind",
    "Parcel",
    "ParcelLine",
    "ParcelState",
    "PaymentAttempt",
    "Plan",
    "Price",
    "Product",
    "ProductKind",
    "RefundCause",
    "RefundDecision",
    "RefundLine",
    "RefundMovement",
    "Renewal",
    "RenewalState",
    "RenewalTry",
    "SavedCard",
    "Seat",
    "SeatInvitation",
    "Term",
    "TermRule",
    "WaitCause",
]
