"""What clients are told of their orders, by the way that each wished (C3): the kinds, and what their texts name.

No text holds a value of the client beside its greeting: an order is known by its number, and its page by its address.
What was so when the news came and is no longer (a payment that failed and was made meanwhile) is not told any more.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from troth.accounts.api import Account
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.ports import ContactGone, ContactKind, Facts, Words, contact_client, register_contact_kind
from troth.kernel.purposes import Purpose
from troth.orders.actions.taking_back import BY_HAND, NEVER_PAID
from troth.orders.models import (
    AttemptState,
    MovementState,
    Order,
    OrderLine,
    OrderState,
    OrderStep,
    Paper,
    PaperKind,
    PaymentAttempt,
    RefundMovement,
    WaitCause,
)
from troth.orders.models.handling import case_of
from troth.orders.telling import News, tellers
from troth.ui.api import absolute_url, format_money

_KINDS: Mapping[News, tuple[Words, Purpose]] = {
    News.PLACED: (gettext_lazy("an order that came in"), Purpose.ORDERS),
    News.PAID: (gettext_lazy("an order that was paid"), Purpose.BILLING),
    News.PAYMENT_FAILED: (gettext_lazy("a payment that failed"), Purpose.BILLING),
    News.OUT_OF_STOCK: (gettext_lazy("an order of which something is out of stock"), Purpose.ORDERS),
    News.WAITS: (gettext_lazy("an order that has to wait"), Purpose.ORDERS),
    News.CANCELLED: (gettext_lazy("an order that was cancelled"), Purpose.ORDERS),
    News.FILLED: (gettext_lazy("an order that is done"), Purpose.ORDERS),
    News.REFUND_PAID: (gettext_lazy("money that was sent back"), Purpose.BILLING),
    News.REFUND_FAILED: (gettext_lazy("money that could not be sent back"), Purpose.BILLING),
    News.DISPUTED: (gettext_lazy("a payment that the bank disputes"), Purpose.BILLING),
    News.DISPUTE_WON: (gettext_lazy("a payment that the bank let stand"), Purpose.BILLING),
    News.DISPUTE_LOST: (gettext_lazy("a payment that the bank took back"), Purpose.BILLING),
}
_OF_FAILURES = (News.PAYMENT_FAILED, News.OUT_OF_STOCK, News.WAITS, News.CANCELLED, News.REFUND_FAILED)

FAILURES: Mapping[str, Words] = {
    "insufficient_funds": gettext_lazy("Your bank says that there is not enough money on the account."),
    "expired_card": gettext_lazy("The card has run out."),
    "authentication_required": gettext_lazy("Your bank wants you to confirm the payment, and will ask you."),
    "authentication_failed": gettext_lazy("Your bank could not confirm that it was you, and will ask again."),
    "processing_error": gettext_lazy("The payment could not be carried out. That need not be your fault."),
}


class OrderTeller:
    """Tells clients by the one gate of contacts (``telling.tellers``)."""

    def tell(self, subject_id: UUID, news: News, *, order: Order, facts: Mapping[str, str | int]) -> None:
        """Have the client told, in the caller's transaction; nobody is told of the order of an erased account."""
        if not Account.objects.filter(pk=subject_id).exists():
            return
        contact_client(
            subject_id=subject_id,
            about=f"orders.{news}",
            case=case_of(order.pk),
            facts={"order": str(order.pk), **facts},
        )


def register() -> None:
    """Register the kinds, and who tells; called once, at start-up."""
    for news, (words, purpose) in _KINDS.items():
        register_contact_kind(
            ContactKind(
                key=f"orders.{news}",
                words=words,
                purpose=purpose,
                template=f"orders/emails/{news}",
                compose=_make_compose(news),
                clause="C3" if news in _OF_FAILURES else "C2",
            )
        )
    tellers.register("mail", OrderTeller())


def _make_compose(news: News) -> Callable[[UUID, Facts], Mapping[str, Any]]:
    return lambda subject_id, facts: compose(news, subject_id, facts)


def compose(news: News, subject_id: UUID, facts: Facts) -> Mapping[str, Any]:
    """Return what the text of some news names; raise ContactGone where it is no longer so."""
    order = Order.objects.filter(pk=UUID(str(facts["order"])), subject_id=subject_id).first()
    if order is None or _is_over(news, order):
        raise ContactGone
    money = Money(int(facts.get("amount_minor", 0)), order.currency)
    return {
        "order_number": order.number,
        "order_url": absolute_url(reverse("orders:order", kwargs={"number": order.number})),
        "sum": format_money(order.total),
        "lines": [_name_line(line) for line in OrderLine.objects.filter(order=order).order_by("pk")],
        "is_paid": order.paid_at is not None,
        "amount": format_money(money) if money.minor else "",
        "failure_words": _failure_words(order),
        "wait_words": _wait_words(order),
        "was_never_paid": _was_never_paid(order),
        "unpaid_days": read_operator().numbers.unpaid_order_days,
        "shop_url": absolute_url(reverse("orders:shop")),
        "was_by_hand": _was_by_hand(order),
        **_describe_papers(order),
    }


def _is_over(news: News, order: Order) -> bool:
    """Return whether what was to be told is no longer so."""
    waits_for = {News.OUT_OF_STOCK: WaitCause.OUT_OF_STOCK, News.PAYMENT_FAILED: WaitCause.PAYMENT_FAILED}
    if news is News.PLACED:
        return order.paid_at is not None or order.state == OrderState.CANCELLED
    if news in waits_for:
        return order.waits_for != waits_for[news]
    return news is News.WAITS and order.state != OrderState.WAITING


def _name_line(line: OrderLine) -> str:
    return f"{line.quantity} × {line.name}"


def _failure_words(order: Order) -> str:
    failed = PaymentAttempt.objects.filter(order=order, state=AttemptState.FAILED).order_by("-made_at").first()
    known = FAILURES.get(failed.reason) if failed else None
    return str(known or _("Your bank declined the payment, and does not tell us why. Ask it, or use another card."))


_WAITS: Mapping[str, Words] = {
    WaitCause.PROCESSOR: gettext_lazy(
        "A company that acts for us may not be given your information at the moment: its agreement or its audit does "
        "not stand. Nothing was sent to it. We have been told, and your order goes on by itself when that is mended."
    ),
    WaitCause.REVIEW: gettext_lazy(
        "What the card processor says does not agree with what we asked for. Somebody of ours looks at it, and "
        "nothing more is charged meanwhile."
    ),
    WaitCause.ADDRESS: gettext_lazy("The address cannot be delivered to. Tell us where the parcel can reach you."),
    WaitCause.OUT_OF_STOCK: gettext_lazy("Something of it is out of stock."),
    WaitCause.DISPUTED: gettext_lazy("Your bank disputes the payment."),
    WaitCause.PAYMENT_FAILED: gettext_lazy("The payment failed, and nothing was charged."),
}


def _wait_words(order: Order) -> str:
    return str(_WAITS.get(order.waits_for, ""))


def _was_never_paid(order: Order) -> bool:
    """Return whether the order was closed because nobody paid it."""
    return OrderStep.objects.filter(order=order, after=OrderState.CANCELLED, cause=NEVER_PAID).exists()


def _was_by_hand(order: Order) -> bool:
    """Return whether the last refund went another way than by the card."""
    paid = RefundMovement.objects.filter(decision__order=order, state=MovementState.PAID)
    last = paid.order_by("-settled_at").first()
    return last is not None and last.reason == BY_HAND


def _describe_papers(order: Order) -> dict[str, str]:
    papers = Paper.objects.defer("sealed").filter(order=order).order_by("made_at")
    invoice = next((paper for paper in reversed(papers) if paper.kind == PaperKind.INVOICE), None)
    note = next((paper for paper in reversed(papers) if paper.kind == PaperKind.CREDIT_NOTE), None)
    return {
        "invoice_number": invoice.number if invoice else "",
        "invoice_url": _page_of(order, invoice),
        "note_number": note.number if note else "",
        "note_url": _page_of(order, note),
    }


def _page_of(order: Order, paper: Paper | None) -> str:
    if paper is None:
        return ""
    return absolute_url(reverse("orders:paper", kwargs={"number": order.number, "paper_id": paper.pk}))
