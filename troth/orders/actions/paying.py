"""Paying an order: at the processor's own page, or by a saved card while the client is away.

The row of the attempt is committed before the processor is asked, and its id is the key under which a repeat is the
same request: a double click, a second tab or a lost answer leads to the same page and never to a second charge.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.settling import close_attempt, look_up_attempt, settle_attempt, settle_free
from troth.orders.models import (
    OPEN_ATTEMPTS,
    AttemptState,
    Order,
    OrderContact,
    OrderLine,
    OrderState,
    OrderStep,
    PaymentAttempt,
    SavedCard,
    WaitCause,
)
from troth.orders.processor import card_processor
from troth.orders.states import lock_order, move_order
from troth.orders.stock import OutOfStock, reserve_stock
from troth.orders.telling import News, tell_client
from troth.processors.api import ABOUT_ONE_CLIENT, CardPage, ChargeRequest, SendRefused

WAY_CLOSED = "way_closed"
"""The cause of an order that waits because the processor may be given nothing."""
NOT_THIS_CLIENT = "not_this_client"
"""The cause of one that waits because of something about its client alone: nothing shows that it was told."""
WAY_OPEN = "way_open"
"""The cause of an order that can be paid again."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of ours to which the processor's page leads back: ``paid`` and ``left``, whole addresses."""

    paid: str
    left: str


def begin_payment(*, order: Order, save_card: bool, pages: Pages) -> CardPage | None:
    """Return the processor's page for an order, or None where there is nothing (more) to pay.

    Called again while a page is open it returns the same one. Act as the client.

    Arguments:
        order: an order that is not paid.
        save_card: whether the card is to be saved for renewals; the client was told and agreed.
        pages: where the processor's page leads back.

    Raises:
        Refused: the order cannot be paid, or the way out is closed; the order then waits with the reason.
        Unreachable: nobody answered; the same call may be made again, and charges once.
    """
    require_acting()
    _close_finished(order)
    attempt = _open_attempt(order, saves_card=save_card)
    if attempt is None:
        return None
    return _ask_for_page(attempt, pages)


def charge_order(*, order: Order, card: SavedCard) -> PaymentAttempt:
    """Charge a saved card for an order while the client is away; return the attempt with its outcome.

    A failure is noted as one, and the client told; nothing is raised for it. Act as a system job.
    """
    require_acting()
    known = find_open_attempt(order)
    if known is not None:
        # A run that was killed, or a page that the client has open: never a second charge beside it.
        known = look_up_attempt(known)
        if not known.is_open or not known.off_session:
            order.refresh_from_db()
            return known
    attempt = _open_attempt(order, saves_card=False, off_session=True)
    if attempt is None:
        return PaymentAttempt.objects.filter(order=order, state=AttemptState.PAID).latest("settled_at")
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
        opened = card.open("customer_ref", "card_ref")
        try:
            outcome = card_processor().charge_saved(
                _write_request(attempt, Pages(paid="", left="")),
                customer_ref=opened.customer_ref,
                saved_card_ref=opened.card_ref,
            )
        except SendRefused as refusal:
            _wait_for_processor(attempt, refusal)
            return attempt
    if outcome.payment_ref:
        PaymentAttempt.objects.filter(pk=attempt.pk).update(payment_ref=outcome.payment_ref, state=AttemptState.OPEN)
    return settle_attempt(attempt, outcome)


def give_up_payment(attempt: PaymentAttempt) -> PaymentAttempt:
    """Close an open page at the processor, unless it was paid meanwhile; return the attempt as it stands then."""
    if attempt.session_ref:
        with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING):
            card_processor().cancel_checkout(attempt.session_ref, subject_id=attempt.subject_id)
        attempt = look_up_attempt(attempt)
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING), transaction.atomic():
        order = lock_order(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        close_attempt(order, fresh, AttemptState.EXPIRED, reason="given_up")
    return fresh


def find_open_attempt(order: Order) -> PaymentAttempt | None:
    """Return the order's open attempt, or None."""
    return PaymentAttempt.objects.filter(order=order, state__in=OPEN_ATTEMPTS).first()


def _close_finished(order: Order) -> None:
    """Look what became of the attempt that is open, so that a paid order is not paid again."""
    attempt = find_open_attempt(order)
    if attempt is not None and (attempt.session_ref or attempt.payment_ref):
        look_up_attempt(attempt)
    order.refresh_from_db()


def _open_attempt(order: Order, *, saves_card: bool, off_session: bool = False) -> PaymentAttempt | None:
    """Return the order's one open attempt, made now where there is none; None where nothing is due."""
    try:
        with transaction.atomic():
            return _open_attempt_locked(lock_order(order.pk), saves_card=saves_card, off_session=off_session)
    except IntegrityError:
        # Another request opened one at the same moment: that one counts.
        return find_open_attempt(order)
    finally:
        order.refresh_from_db()


def _open_attempt_locked(order: Order, *, saves_card: bool, off_session: bool) -> PaymentAttempt | None:
    if order.paid_at is not None:
        return None
    if order.state not in {OrderState.PLACED, OrderState.WAITING} or order.waits_for == WaitCause.REVIEW:
        raise Refused(
            _("This order cannot be paid: it is %(state)s.") % {"state": order.get_state_display()},
            kept=_("Nothing was charged."),
            next_step=_("Open the order to see what can be done with it."),
        )
    if not order.total_minor:
        settle_free(order)
        return None
    if known := find_open_attempt(order):
        return known
    if not reserve_stock(order):
        raise OutOfStock(
            _("Something of this order is not there any more."),
            products=tuple(OrderLine.objects.filter(order=order).values_list("product_id", flat=True)),
            kept=_("Nothing was charged, and the order is kept."),
            next_step=_("Take it out of the order, or cancel the order."),
        )
    if order.state == OrderState.WAITING:
        move_order(order, OrderState.PLACED, cause="tried_again")
    return PaymentAttempt.objects.create(
        order=order,
        subject_id=order.subject_id,
        currency=order.currency,
        amount_minor=order.total_minor,
        off_session=off_session,
        saves_card=saves_card,
    )


def _ask_for_page(attempt: PaymentAttempt, pages: Pages) -> CardPage:
    try:
        page = card_processor().start_checkout(_write_request(attempt, pages))
    except SendRefused as refusal:
        _wait_for_processor(attempt, refusal)
        raise Refused(
            _("The card processor may not be given your information at the moment, so this cannot be paid now."),
            kept=_("Your order is kept, and nothing was charged. Nothing was sent to the processor."),
            next_step=_("We have been told. We tell you when it can be paid; you need not order again."),
        ) from refusal
    PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.PREPARED).update(
        state=AttemptState.OPEN, session_ref=page.session_ref, expires_at=page.expires_at
    )
    return page


def _write_request(attempt: PaymentAttempt, pages: Pages) -> ChargeRequest:
    contact = OrderContact.objects.get(order_id=attempt.order_id)
    lines = OrderLine.objects.filter(order_id=attempt.order_id).order_by("pk")
    return ChargeRequest(
        attempt_id=attempt.pk,
        subject_id=attempt.subject_id,
        order_number=attempt.order.number,
        payer={"name": contact.name, "email": contact.email},
        amount=attempt.amount,
        lines=[(_name_line(line), Money(line.net_minor + line.tax_minor, attempt.currency)) for line in lines],
        save_card=attempt.saves_card,
        return_url=pages.paid,
        cancel_url=pages.left,
    )


def _name_line(line: OrderLine) -> str:
    return line.name if line.quantity == 1 else f"{line.quantity} × {line.name}"


def _wait_for_processor(attempt: PaymentAttempt, refusal: SendRefused) -> None:
    """Let the order wait with its reason: a promise stands in the way, and keeping it comes first (A13).

    The client is told once, however often it is tried before the way is open.
    """
    cause = NOT_THIS_CLIENT if refusal.cause in ABOUT_ONE_CLIENT else WAY_CLOSED
    with acting(actor=system(jobs.PAYMENTS), purpose=Purpose.BILLING), transaction.atomic():
        order = lock_order(attempt.order_id)
        fresh = PaymentAttempt.objects.select_for_update().get(pk=attempt.pk)
        close_attempt(order, fresh, AttemptState.FAILED, reason=cause)
        if order.state == OrderState.PLACED:
            is_told = last_way_step(order) in {WAY_CLOSED, NOT_THIS_CLIENT}
            move_order(order, OrderState.WAITING, cause=cause, waits_for=WaitCause.PROCESSOR)
            if not is_told:
                tell_client(order, News.WAITS)
    attempt.refresh_from_db()


def last_way_step(order: Order) -> str:
    """Return the cause of the order's newest step that has to do with the way to the processor; empty for none."""
    causes = (WAY_CLOSED, NOT_THIS_CLIENT, WAY_OPEN)
    newest = OrderStep.objects.filter(order=order, cause__in=causes).order_by("-at", "-pk").first()
    return newest.cause if newest else ""


def is_held_back(order: Order) -> bool:
    """Return whether an order waits until the processor may be given something again; it then goes on by itself."""
    return order.waits_for == WaitCause.PROCESSOR and last_way_step(order) == WAY_CLOSED
