"""What this room holds about a client beside the sealed tables, for the Admin page, the copy and the erasure (L1).

The rows of the books (orders, lines, payments, refunds, memberships) carry no name. They outlive an erasure for as long
as the law wants the books kept (``kept``); a holder of such a table shows its rows and erases none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from troth.kernel.money import Money
from troth.kernel.ports import HeldItem, Words, holders
from troth.orders.models import (
    Dispute,
    Membership,
    Order,
    OrderCase,
    OrderLine,
    OrderStep,
    PaymentAttempt,
    RefundDecision,
    RefundLine,
    RefundMovement,
    Renewal,
    Term,
)
from troth.orders.models.papers import STATUTORY_YEARS
from troth.ui.api import format_money

_BOOKS = _("So that the books are right, and you can see what became of your money. No name stands in them.")
_KEPT = _("ten years, because the law wants the books kept so long, also after your account has ended")
_WITH_ACCOUNT = _("as long as you have an account")
BOOKS_FOR = timedelta(days=STATUTORY_YEARS * 366)


@dataclass(slots=True)
class BookHolder:
    """Shows the rows of one table about a subject, under what it bought.

    Arguments:
        name: the holder's name.
        label: what it is, in the client's words.
        model: the table.
        describe: returns one row as the client sees it.
        outlives: whether its rows are of the books, which outlive an erasure.
        of: columns that the description needs of other tables.
    """

    name: str
    label: Words
    model: type[Model]
    describe: Callable[[Any], HeldItem]
    outlives: bool = True
    of: tuple[str, ...] = ()

    told_in: ClassVar[str] = "bought"

    @property
    def tables(self) -> tuple[str, ...]:
        """The label of the table, so that nobody lists it a second time."""
        return (self.model._meta.label,)

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return each row as the client sees it, the newest first."""
        rows = self._rows(subject_id).order_by("-pk")
        return [self.describe(row) for row in (rows.select_related(*self.of) if self.of else rows)]

    def erase(self, subject_id: UUID) -> int:
        """Remove the rows that do not outlive the account; return how many."""
        return 0 if self.outlives else self._rows(subject_id).delete()[0]

    def count(self, subject_id: UUID) -> int:
        """Return how many rows there are that an erasure removes."""
        return 0 if self.outlives else self._rows(subject_id).count()

    def _rows(self, subject_id: UUID) -> QuerySet[Any]:
        return self.model._base_manager.filter(subject_id=subject_id)


def register_holders() -> None:
    """Register all that this room holds; called once, at start-up."""
    for holder in _HOLDERS:
        holders.register(holder.name, holder)


def _until(moment: datetime) -> datetime:
    return moment + BOOKS_FOR


def _money(minor: int, currency: str) -> str:
    return format_money(Money(minor, currency))


def _page_of(order: Order) -> str:
    try:
        return reverse("orders:order", kwargs={"number": order.number})
    except NoReverseMatch:
        return ""


def _describe_order(row: Order) -> HeldItem:
    return HeldItem(
        "order",
        _("Order {number}").format(number=row.number),
        {
            _("State"): row.get_waits_for_display() if row.waits_for else row.get_state_display(),
            _("Placed"): row.placed_at,
            _("Paid"): row.paid_at or _("not yet"),
            _("Sum"): _money(row.total_minor, row.currency),
            _("Statement shown with it"): _("version {number}").format(number=row.informed_version),
        },
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.placed_at),
        url=_page_of(row),
    )


def _describe_line(row: OrderLine) -> HeldItem:
    return HeldItem(
        "line",
        _("In order {number}").format(number=row.order.number),
        {
            _("What"): row.name,
            _("How many"): row.quantity,
            _("Of them taken back"): row.cancelled or _("none"),
            _("Sum"): _money(row.net_minor + row.tax_minor, row.order.currency),
        },
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.order.placed_at),
    )


def _describe_step(row: OrderStep) -> HeldItem:
    return HeldItem(
        "step",
        _("A step of order {number}").format(number=row.order.number),
        {_("When"): row.at, _("What it is since then"): row.get_after_display()},
        why=_("So that you and we can see how the order came to where it is."),
        kept=_WITH_ACCOUNT,
    )


def _describe_attempt(row: PaymentAttempt) -> HeldItem:
    return HeldItem(
        "payment",
        _("A payment for order {number}").format(number=row.order.number),
        {
            _("State"): row.get_state_display(),
            _("Sum"): _money(row.amount_minor, row.currency),
            _("Begun"): row.made_at,
            _("Settled"): row.settled_at,
            _("The processor's name of it"): row.payment_ref,
        },
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.made_at),
    )


def _describe_decision(row: RefundDecision) -> HeldItem:
    return HeldItem(
        "refund",
        _("Money back for order {number}").format(number=row.order.number),
        {
            _("Sum"): _money(row.amount_minor, row.currency),
            _("Why"): row.get_cause_display(),
            _("Decided"): row.decided_at,
        },
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.decided_at),
    )


def _describe_refund_line(row: RefundLine) -> HeldItem:
    return HeldItem(
        "refund_line",
        _("What money went back for"),
        {_("What"): row.line.name, _("How many"): row.quantity},
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.decision.decided_at),
    )


def _describe_movement(row: RefundMovement) -> HeldItem:
    return HeldItem(
        "movement",
        _("A transfer back to you"),
        {_("State"): row.get_state_display(), _("Begun"): row.ordered_at, _("Settled"): row.settled_at},
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.ordered_at),
    )


def _describe_dispute(row: Dispute) -> HeldItem:
    return HeldItem(
        "dispute",
        _("A payment that your bank disputes"),
        {
            _("Sum"): _money(row.amount_minor, row.currency),
            _("State"): row.get_state_display(),
            _("Since"): row.opened_at,
            _("Answer due"): row.due_at,
            _("Answered"): row.answered_at,
        },
        why=_BOOKS,
        kept=_KEPT,
        kept_until=_until(row.opened_at),
    )


def _describe_case(row: OrderCase) -> HeldItem:
    return HeldItem(
        "order_case",
        _("That somebody of ours had order {number} in hand").format(number=row.order.number),
        {_("About"): row.get_reason_display(), _("From"): row.taken_at, _("Until"): row.closed_at or row.ends_at},
        why=_("So that nobody looks into an order without having taken it, and you can see when it was."),
        kept=_WITH_ACCOUNT,
    )


def _describe_membership(row: Membership) -> HeldItem:
    return HeldItem(
        "membership",
        _("Membership {number}").format(number=row.number),
        {
            _("Plan"): row.plan.product.name,
            _("Since"): row.began_on,
            _("Renews by itself"): row.renews and row.stopped_at is None,
        },
        why=_("So that you are a member, and have the same number for good."),
        kept=_KEPT,
    )


def _describe_term(row: Term) -> HeldItem:
    return HeldItem(
        "term",
        _("A term of your membership"),
        {_("From"): row.starts_on, _("To"): row.ended_early_on or row.ends_on, _("Plan"): row.plan.product.name},
        why=_("So that you are a member for as long as you paid."),
        kept=_KEPT,
        kept_until=_until(row.made_at),
    )


def _describe_renewal(row: Renewal) -> HeldItem:
    return HeldItem(
        "renewal",
        _("A renewal of your membership"),
        {
            _("State"): row.get_state_display(),
            _("For the term after"): row.term_ends_on,
            _("Announced to you"): row.announced_at,
            _("Tries"): row.tries,
        },
        why=_("So that you are told before anything is charged, and not charged twice."),
        kept=_WITH_ACCOUNT,
    )


_HOLDERS = (
    BookHolder("orders.orders", _("Orders"), Order, _describe_order),
    BookHolder("orders.lines", _("What you ordered"), OrderLine, _describe_line, of=("order",)),
    BookHolder("orders.steps", _("Steps of orders"), OrderStep, _describe_step, outlives=False, of=("order",)),
    BookHolder("orders.payments", _("Payments"), PaymentAttempt, _describe_attempt, of=("order",)),
    BookHolder("orders.refunds", _("Refunds"), RefundDecision, _describe_decision, of=("order",)),
    BookHolder(
        "orders.refund_lines", _("Lines of refunds"), RefundLine, _describe_refund_line, of=("line", "decision")
    ),
    BookHolder("orders.movements", _("Transfers back"), RefundMovement, _describe_movement),
    BookHolder("orders.disputes", _("Disputed payments"), Dispute, _describe_dispute),
    BookHolder("orders.cases", _("Orders in hand"), OrderCase, _describe_case, outlives=False, of=("order",)),
    BookHolder("orders.memberships", _("Memberships"), Membership, _describe_membership, of=("plan__product",)),
    BookHolder("orders.terms", _("Terms"), Term, _describe_term, of=("plan__product",)),
    BookHolder("orders.renewals", _("Renewals"), Renewal, _describe_renewal, outlives=False),
)

BOOKS = tuple(holder.model for holder in _HOLDERS if holder.outlives)
"""The tables whose rows outlive an erasure."""
