"""Answering the bank about a payment that it disputes, or letting it have the money; act as a member of staff."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.deciding import name_actor
from troth.orders.actions.hearing import note_dispute
from troth.orders.events import Event
from troth.orders.models import Dispute, DisputeState, OrderContact, OrderLine
from troth.orders.parts import list_parts
from troth.orders.processor import card_processor
from troth.processors.api import DisputeEvidence

TOLD = ("name", "email")
"""What may be handed over of the client, each only where it is chosen."""


def answer_dispute(dispute: Dispute, *, told: Collection[str] = ()) -> Dispute:
    """Hand the bank the days and numbers of the order, and of the client what is chosen; it can be done once.

    The values are opened by whoever acts, who must have the order in hand, and leave by the one door out.

    Raises Refused where it was answered or decided already, or where the door out is shut.
    """
    context = require_acting()
    _require_unanswered(dispute)
    evidence = gather_evidence(dispute, told=told)
    outcome = card_processor().answer_dispute(dispute.dispute_ref, subject_id=dispute.subject_id, evidence=evidence)
    with transaction.atomic():
        fresh = Dispute.objects.select_for_update().get(pk=dispute.pk)
        if fresh.answered_at is None:
            fresh.answered_at, fresh.answered_by = clock.now(), name_actor(context.actor)
            fresh.save(update_fields=["answered_at", "answered_by"])
            _record(fresh)
    return note_dispute(dispute.attempt, outcome)


def accept_dispute(dispute: Dispute) -> Dispute:
    """Let the bank have the money: the client's word stands. It cannot be taken back."""
    context = require_acting()
    _require_unanswered(dispute)
    with acting(actor=system(jobs.REFUNDS), purpose=Purpose.BILLING):
        outcome = card_processor().accept_dispute(dispute.dispute_ref, subject_id=dispute.subject_id)
    with transaction.atomic():
        fresh = Dispute.objects.select_for_update().get(pk=dispute.pk)
        fresh.answered_at, fresh.answered_by = fresh.answered_at or clock.now(), name_actor(context.actor)
        fresh.save(update_fields=["answered_at", "answered_by"])
        _record(fresh)
    return note_dispute(dispute.attempt, outcome)


def gather_evidence(dispute: Dispute, *, told: Collection[str]) -> DisputeEvidence:
    """Return what is handed to the bank; nothing is opened by it."""
    order = dispute.attempt.order
    lines = list(OrderLine.objects.filter(order=order).select_related("product").order_by("pk"))
    contact = OrderContact.objects.filter(order=order).first()
    numbers = [part.tracking for part in list_parts(order) if part.tracking]
    placed = order.placed_at.date()
    return DisputeEvidence(
        order_number=order.number,
        placed_on=placed,
        paid_on=(dispute.attempt.settled_at or order.placed_at).date(),
        served_on=order.ended_at.date() if order.ended_at else None,
        product=lines[0].name if len(lines) == 1 else "",
        tracking=numbers[-1] if numbers else "",
        payer={name: getattr(contact, name) for name in TOLD if name in told} if contact else {},
    )


def _require_unanswered(dispute: Dispute) -> None:
    if dispute.state != DisputeState.NEEDS_ANSWER:
        raise Refused(
            _("This dispute was answered or decided already."),
            kept=_("Nothing was sent."),
            next_step=_("Look at it again: the bank may have decided."),
        )


def _record(dispute: Dispute) -> None:
    record(
        event=Event.DISPUTE_ANSWERED,
        subject_id=dispute.subject_id,
        object_type="orders.Dispute",
        object_id=str(dispute.pk),
    )
