"""Issuing papers, in the transaction that moves the money's books: the number, the sums, the dates.

Nothing of the client is opened here (a look by others is committed by itself, so it cannot stand in a transaction that
may be undone); ``draw`` puts name and address in right afterwards.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.events import Event
from troth.orders.models import Order, Paper, PaperCount, PaperKind, RefundDecision
from troth.orders.papers.content import Item, describe_seller, group_taxes, items_of_order, items_of_refund
from troth.orders.states import lock_order

_PREFIXES = {PaperKind.INVOICE: "INV", PaperKind.CREDIT_NOTE: "CRN"}


class Papers:
    """The maker of papers, as the orders know it (``papers_port``)."""

    def issue_invoice(self, order: Order) -> None:
        """Issue the invoice of an order that is paid."""
        issue_invoice(order)

    def issue_credit_note(self, decision: RefundDecision) -> None:
        """Issue the credit note of money that goes back."""
        issue_credit_note(decision)


def issue_invoice(order: Order) -> Paper:
    """Return the order's invoice, issued now where there is none; in the caller's transaction.

    Raises Refused where the order is not paid, as an invoice here is a receipt too.
    """
    known = Paper.objects.filter(order=order, kind=PaperKind.INVOICE, corrects=None).first()
    if known is not None:
        return known
    if order.paid_at is None:
        raise Refused("An order that is not paid has no invoice yet.", kept="No number was taken.")
    return _issue(order, PaperKind.INVOICE, items_of_order(order))


def issue_credit_note(decision: RefundDecision) -> Paper | None:
    """Return the refund's credit note, issued now where there is none; None where nothing was invoiced.

    Raises Refused where more would be taken off than the invoice has left.
    """
    known = Paper.objects.filter(refund=decision).first()
    invoice = find_invoice(decision.order)
    if known is not None or invoice is None:
        return known
    if decision.amount_minor > left_of_invoice(decision.order):
        raise Refused("More would be taken off than stands on the invoice.", kept="No number was taken.")
    return _issue(decision.order, PaperKind.CREDIT_NOTE, items_of_refund(decision), corrects=invoice, refund=decision)


def reissue_invoice(order: Order) -> Paper:
    """Put a new invoice in place of a wrong one: a credit note takes the wrong one off, and the new one names it.

    For a name or an address that was wrong: the new one takes those of the client's file (``draw``), so it is mended
    there first; the sums are those of the order. Raises Refused where part of the invoice was credited already, as what
    is left is no invoice of the order then.
    """
    with transaction.atomic():
        lock_order(order.pk)
        wrong = find_invoice(order)
        if wrong is None or left_of_invoice(order) != wrong.total_minor:
            raise Refused(
                _("This invoice cannot be put right: there is none, or part of it was credited."),
                kept=_("Nothing was changed."),
            )
        _issue(order, PaperKind.CREDIT_NOTE, items_of_order(order), corrects=wrong)
        return _issue(order, PaperKind.INVOICE, items_of_order(order), corrects=wrong)


def find_invoice(order: Order) -> Paper | None:
    """Return the order's invoice that counts: the newest."""
    return Paper.objects.filter(order=order, kind=PaperKind.INVOICE).order_by("-made_at", "-pk").first()


def left_of_invoice(order: Order) -> int:
    """Return what of the order's invoices has not been taken off, in smallest units."""
    left = 0
    for paper in Paper.objects.filter(order=order):
        left += paper.total_minor if paper.kind == PaperKind.INVOICE else -paper.total_minor
    return left


def local_day() -> date:
    """Return the day at the operator's office, which is the day of the books."""
    return clock.now().astimezone(ZoneInfo(read_operator().time_zone)).date()


def take_number(kind: PaperKind, *, year: int) -> str:
    """Return the next number of a kind in a year; in the caller's transaction, so that it is used or not taken.

    The row of the count is locked until then: two that settle at once have their numbers one after the other.
    """
    if not connection.in_atomic_block:
        raise Refused("A number is taken only in the transaction that uses it.", kept="No number was taken.")
    series = f"{_PREFIXES[kind]}-{year}"
    if not PaperCount.objects.filter(series=series).update(last=F("last") + 1):
        try:
            with transaction.atomic():
                PaperCount.objects.create(series=series)
        except IntegrityError:
            pass  # somebody else began the year at this moment
        PaperCount.objects.filter(series=series).update(last=F("last") + 1)
    return f"{series}-{PaperCount.objects.get(series=series).last:06d}"


def _issue(
    order: Order,
    kind: PaperKind,
    items: Sequence[Item],
    *,
    corrects: Paper | None = None,
    refund: RefundDecision | None = None,
) -> Paper:
    require_acting()
    day = local_day()
    net, tax = sum(item.net for item in items), sum(item.tax for item in items)
    # Whoever brought it about, the books are kept by their keeper: who decides a refund need not open an invoice.
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING), transaction.atomic():
        number = take_number(kind, year=day.year)
        paper = Paper(
            subject_id=order.subject_id,
            order=order,
            refund=refund,
            kind=kind,
            number=number,
            corrects=corrects,
            issued_on=day,
            currency=order.currency,
            net_minor=net,
            tax_minor=tax,
            total_minor=net + tax,
        )
        paper.content = {
            "version": 1,
            "number": number,
            "kind": str(kind),
            "issued_on": day.isoformat(),
            "supplied_on": (order.paid_at or clock.now()).date().isoformat(),
            "paid_on": order.paid_at.date().isoformat() if order.paid_at else "",
            "order": order.number,
            "language": order.language,
            "currency": order.currency,
            "corrects": corrects.number if corrects else "",
            "seller": describe_seller(),
            "buyer": None,
            "lines": [item.as_facts() for item in items],
            "taxes": group_taxes(items),
            "net": net,
            "tax": tax,
            "total": net + tax,
        }
        paper.save()
        _ask_to_draw(paper)
        record(
            event=Event.PAPER_ISSUED, subject_id=order.subject_id, object_type="orders.Paper", object_id=str(paper.pk)
        )
    return paper


def _ask_to_draw(paper: Paper) -> None:
    from troth.orders.tasks import draw_paper

    draw_paper.enqueue(paper_id=str(paper.pk))
