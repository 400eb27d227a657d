"""Taking back: lines out of an order, the order as a whole, and money to the client.

That money goes back is decided in one row and moved in another. Who decides has one right and who moves has another;
above the operator's limit they are two people. What a client cancels before it is filled, and what was paid twice, is
decided by rule and moved by the program.
"""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.money import Money
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.deciding import PieceOfLine, decide_refund, left_of, name_actor
from troth.orders.actions.paying import find_open_attempt, give_up_payment
from troth.orders.actions.settling import finish_if_done
from troth.orders.events import Event
from troth.orders.lines import line_handlers
from troth.orders.models import (
    MovementState,
    Order,
    OrderLine,
    OrderState,
    ProductKind,
    RefundCause,
    RefundDecision,
    RefundMovement,
    WaitCause,
)
from troth.orders.processor import card_processor
from troth.orders.states import lock_order, move_order
from troth.orders.stock import release_pieces, release_stock
from troth.orders.tax import share
from troth.orders.telling import News, tell_client
from troth.processors.api import RefundOutcome

BY_HAND = "by_hand"
"""The reason of a movement that did not go by the processor."""


NEVER_PAID = "never_paid"
"""The cause of a step that closed an order which nobody paid."""


def cancel_lines(order: Order, quantities: Mapping[OrderLine, int], *, cause: RefundCause) -> RefundDecision | None:
    """Take pieces out of an order; return the decision that gives back what was paid for them, or None.

    An order that is not paid is cancelled whole or not at all. Each kind of line says whether it is too late.

    Arguments:
        order: whose lines.
        quantities: line → how many pieces.
        cause: why the money goes back, where there is any.
    """
    require_acting()
    if order.paid_at is None:
        attempt = find_open_attempt(order)
        if attempt is not None:
            # Closed at the processor first, so that nobody pays for what was cancelled.
            give_up_payment(attempt)
    with transaction.atomic():
        locked = lock_order(order.pk)
        decision = _cancel_locked(locked, quantities, cause)
    order.refresh_from_db()
    return decision


def cancel_order(order: Order, *, cause: RefundCause = RefundCause.CANCELLED) -> RefundDecision | None:
    """Cancel all of an order that can be taken back still; what is packed, or handed over, stays in it.

    Raises Refused where nothing can be taken back, with the reason of the line that stands in the way.
    """
    order.refresh_from_db()
    lines = [line for line in OrderLine.objects.filter(order=order).select_related("product") if line.remaining]
    loose = {line: _count_loose(order, line) for line in lines}
    if not any(loose.values()):
        loose = {line: line.remaining for line in lines}
    return cancel_lines(order, loose, cause=cause)


def close_unpaid(order: Order) -> bool:
    """Close an order that nobody paid within the published days; return whether it was. May run twice.

    An open page is closed at the processor first; who paid on it at the last moment keeps the order.
    """
    require_acting()
    attempt = find_open_attempt(order)
    if attempt is not None:
        give_up_payment(attempt)
    with transaction.atomic():
        locked = lock_order(order.pk)
        is_open = locked.state in {OrderState.PLACED, OrderState.WAITING} and find_open_attempt(locked) is None
        if locked.paid_at is not None or not is_open:
            return False
        release_stock(locked)
        OrderLine.objects.filter(order=locked).update(cancelled=F("quantity"))
        move_order(locked, OrderState.CANCELLED, cause=NEVER_PAID)
        _record(Event.ORDER_CANCELLED, locked)
        tell_client(locked, News.CANCELLED)
    return True


def _count_loose(order: Order, line: OrderLine) -> int:
    """Return how many pieces of a line can still be taken back."""
    handler = line_handlers.get(line.kind) if order.paid_at is not None else None
    return handler.count_loose(order, line) if handler is not None else line.remaining


def cancel_what_is_left(order: Order) -> list[PieceOfLine]:
    """Take back all of an order that can be, and return what; the bank took its money. In a transaction.

    What cannot be taken back, such as a parcel that was handed over, stays as it is.
    """
    pieces: list[PieceOfLine] = []
    for line in OrderLine.objects.filter(order=order, cancelled__lt=F("quantity")).order_by("pk"):
        try:
            with transaction.atomic():
                pieces.append(_take_piece(order, line, _count_loose(order, line)))
        except Refused:
            continue
    if pieces and not OrderLine.objects.filter(order=order, cancelled__lt=F("quantity")).exists():
        move_order(order, OrderState.CANCELLED, cause="disputed")
        _record(Event.ORDER_CANCELLED, order)
    return pieces


def _cancel_locked(order: Order, quantities: Mapping[OrderLine, int], cause: RefundCause) -> RefundDecision | None:
    if order.waits_for == WaitCause.DISPUTED:
        raise Refused(
            _("The bank disputes the payment of this order, and holds the money."),
            kept=_("Nothing was changed."),
            next_step=_("Wait until the bank has decided, or have the dispute withdrawn."),
        )
    pieces = [_take_piece(order, line, quantity) for line, quantity in _goods_first(quantities) if quantity]
    pieces += [_take_piece(order, line, line.remaining) for line in _needless_shipping(order)]
    if not pieces or order.state == OrderState.CANCELLED:
        raise Refused(_("Nothing of this order is left to cancel."), kept=_("Nothing was changed."))
    is_whole = not OrderLine.objects.filter(order=order, cancelled__lt=F("quantity")).exists()
    if order.paid_at is None:
        if not is_whole:
            raise Refused(
                _("An order that is not paid yet is cancelled as a whole."),
                kept=_("Nothing was changed."),
                next_step=_("Cancel it, and order again what you want."),
            )
        release_stock(order)
    _note_cancelled(order, whole=is_whole)
    amount = sum(piece.net_minor + piece.tax_minor for piece in pieces)
    if order.paid_at is None or amount <= 0:
        return None
    return decide_refund(order=order, amount=Money(amount, order.currency), cause=cause, pieces=pieces)


def _goods_first(quantities: Mapping[OrderLine, int]) -> list[tuple[OrderLine, int]]:
    """Return the lines in the order in which they are taken: shipping last, as it goes with the goods."""
    return sorted(quantities.items(), key=lambda each: each[0].kind == ProductKind.SHIPPING)


def _needless_shipping(order: Order) -> list[OrderLine]:
    """Return what is left of the price of shipping where nothing is left to ship, and nothing was shipped."""
    lines = list(OrderLine.objects.filter(order=order, cancelled__lt=F("quantity")))
    if order.paid_at is None or any(line.kind == ProductKind.GOODS for line in lines):
        return []
    return [line for line in lines if line.kind == ProductKind.SHIPPING]


def _note_cancelled(order: Order, *, whole: bool) -> None:
    if whole:
        move_order(order, OrderState.CANCELLED, cause="taken_back")
        _record(Event.ORDER_CANCELLED, order)
        tell_client(order, News.CANCELLED)
    else:
        _record(Event.LINES_CANCELLED, order)
        finish_if_done(order)


def _take_piece(order: Order, line: OrderLine, quantity: int) -> PieceOfLine:
    """Take pieces of one line back, and return their share of what it costs."""
    fresh = OrderLine.objects.select_for_update().get(pk=line.pk, order=order)
    if not 1 <= quantity <= fresh.remaining:
        raise Refused(_("So many are not ordered any more."), kept=_("Nothing was changed."))
    if order.paid_at is not None:
        handler = line_handlers.get(fresh.kind)
        if handler is not None:
            handler.take_back(order, fresh, quantity=quantity)
        if order.reserves_stock and fresh.kind != ProductKind.GOODS:
            release_pieces(fresh.product_id, quantity)
    OrderLine.objects.filter(pk=fresh.pk).update(cancelled=F("cancelled") + quantity)
    net, tax = (
        share(whole, taken=fresh.cancelled, more=quantity, of=fresh.quantity)
        for whole in (fresh.net_minor, fresh.tax_minor)
    )
    return PieceOfLine(line=fresh, quantity=quantity, net_minor=net, tax_minor=tax)


# -- The money ---------------------------------------------------------------------------------------------------------


def pay_refund(decision: RefundDecision) -> RefundMovement:
    """Move the money of a decision; return the movement as the processor answered.

    The movement's row is committed before the processor is asked, and its id is the key of a repeat. Called again while
    one is on its way, it asks again under the same key: the money moves once.

    Raises:
        AccessDenied: the one who acts decided it, and it is above the limit for one person alone.
        Refused: it was paid already.
        Unreachable: nobody answered; call again.
    """
    movement = _prepare_movement(decision)
    if movement.state in {MovementState.PAID, MovementState.PENDING}:
        return movement
    return _ask_to_move(movement)


def follow_movement(movement: RefundMovement) -> RefundMovement:
    """See to a movement whose end is not known: ask what became of it, and for it again where it never arrived.

    Whoever ordered it had the right to; that the answer was lost takes nothing from that.
    """
    decision = movement.decision
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        outcome = card_processor().search_refund(
            movement.pk, subject_id=decision.subject_id, payment_ref=decision.attempt.payment_ref
        )
    return _ask_to_move(movement) if outcome is None else settle_movement(movement, outcome)


def _ask_to_move(movement: RefundMovement) -> RefundMovement:
    decision = movement.decision
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        outcome = card_processor().refund(
            refund_id=movement.pk,
            subject_id=decision.subject_id,
            payment_ref=decision.attempt.payment_ref,
            amount=decision.amount,
        )
    return settle_movement(movement, outcome)


def note_paid_by_hand(decision: RefundDecision) -> RefundMovement:
    """Note that the money of a decision went back another way than by the card, such as by a bank's transfer.

    Only where the card did not take it: the processor's books show no such movement, and ours say why.
    """
    if not RefundMovement.objects.filter(decision=decision, state=MovementState.FAILED).exists():
        raise Refused(
            _("Money goes back by the card that paid, unless the card did not take it."),
            kept=_("Nothing was changed."),
            next_step=_("Pay it by the card first."),
        )
    outcome = RefundOutcome(refund_ref="", state=MovementState.PAID, amount=decision.amount, reason=BY_HAND)
    with transaction.atomic():
        # In one step: what stood prepared in between would be asked of the processor as well.
        if RefundMovement.objects.filter(decision=decision).exclude(state=MovementState.FAILED).exists():
            raise Refused(_("This refund is on its way already, or was paid."), kept=_("Nothing was changed."))
        return settle_movement(_prepare_movement(decision), outcome)


def settle_movement(movement: RefundMovement, outcome: RefundOutcome) -> RefundMovement:
    """Note what became of a movement; done twice it does nothing more."""
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING), transaction.atomic():
        order = lock_order(movement.decision.order_id)
        fresh = RefundMovement.objects.select_for_update().get(pk=movement.pk)
        state = MovementState(outcome.state)
        is_old = fresh.state == MovementState.PAID and state is MovementState.PENDING
        if fresh.state in {state, MovementState.FAILED} or is_old:
            # A failed one stays failed: the next try is another row.
            return fresh
        if outcome.amount != movement.decision.amount:
            raise Refused("The processor gave back another amount than was decided.")
        fresh.state, fresh.refund_ref, fresh.reason = state, outcome.refund_ref, outcome.reason[:40]
        fresh.settled_at = clock.now() if state is not MovementState.PENDING else None
        fresh.save()
        if state is MovementState.PAID:
            _record_movement(Event.REFUND_PAID, fresh)
            tell_client(order, News.REFUND_PAID, amount_minor=movement.decision.amount_minor)
        elif state is MovementState.FAILED:
            _record_movement(Event.REFUND_FAILED, fresh)
            tell_client(order, News.REFUND_FAILED)
    return fresh


def is_payable_by_rule(decision: RefundDecision) -> bool:
    """Return whether the program moves the money by itself: decided by rule, or within the limit for one person."""
    by_rule = decision.cause in {RefundCause.PAID_TWICE, RefundCause.PAID_TOO_LATE}
    by_client = decision.decided_by.startswith(f"{ActorKind.CLIENT}:")
    return by_rule or (by_client and not is_above_limit(decision))


def is_above_limit(decision: RefundDecision) -> bool:
    """Return whether two people are needed: one who decides, another who pays."""
    limit = Money.of(read_operator().numbers.refund_two_people_above, decision.currency)
    return decision.amount_minor > limit.minor


def find_refunds_by_rule() -> QuerySet[RefundDecision]:
    """Return the decisions that nobody has tried to pay yet. What failed once is for a person to look at."""
    return find_unpaid_refunds().exclude(movements__state=MovementState.FAILED)


def find_unpaid_refunds() -> QuerySet[RefundDecision]:
    """Return the decisions whose money has not begun to move, the oldest first."""
    moving = RefundMovement.objects.exclude(state=MovementState.FAILED).values("decision_id")
    return RefundDecision.objects.exclude(pk__in=moving).select_related("order", "attempt").order_by("decided_at")


def _prepare_movement(decision: RefundDecision) -> RefundMovement:
    actor = require_acting().actor
    if name_actor(actor) == decision.decided_by and is_above_limit(decision):
        raise AccessDenied(
            _("Who decided this refund does not pay it: above this amount, two people are needed."),
            kept=_("The decision stands, and waits."),
            next_step=_("Ask a colleague of billing to pay it."),
        )
    with transaction.atomic():
        lock_order(decision.order_id)
        known = RefundMovement.objects.filter(decision=decision).exclude(state=MovementState.FAILED).first()
        if known is not None:
            return known
        movement = RefundMovement.objects.create(
            decision=decision, subject_id=decision.subject_id, ordered_by=name_actor(actor)
        )
        _record_movement(Event.REFUND_ORDERED, movement)
    return movement


def _record_movement(event: Event, movement: RefundMovement) -> None:
    record(
        event=event,
        subject_id=movement.subject_id,
        object_type="orders.RefundMovement",
        object_id=str(movement.pk),
    )


def _record(event: Event, order: Order) -> None:
    record(event=event, subject_id=order.subject_id, object_type="orders.Order", object_id=str(order.pk))


__all__ = [
    "BY_HAND",
    "cancel_lines",
    "cancel_order",
    "cancel_what_is_left",
    "decide_refund",
    "find_refunds_by_rule",
    "find_unpaid_refunds",
    "follow_movement",
    "is_above_limit",
    "is_payable_by_rule",
    "left_of",
    "note_paid_by_hand",
    "pay_refund",
    "settle_movement",
]
