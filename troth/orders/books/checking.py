"""The daily check: fetch the processor's account, compare, look up again what differs, and keep what still does."""

import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import TrothError
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.orders import jobs
from troth.orders.actions.hearing import look_up_dispute, look_up_refund
from troth.orders.actions.settling import look_up_attempt
from troth.orders.books.comparing import WINDOW, Comparison, Difference, compare, group_by_payment
from troth.orders.events import Event
from troth.orders.models import (
    AttemptState,
    BookCheck,
    BookDifference,
    BookKind,
    PaymentAttempt,
    ProcessorMovement,
)
from troth.orders.processor import card_processor

_log = logging.getLogger(__name__)
_OVERLAP = timedelta(days=2)
"""Fetched again each time, so that a movement that was booked late is seen."""


def check_books(*, since: date | None = None, until: datetime | None = None) -> BookCheck:
    """Fetch, compare, mend what news was lost of, and keep what still differs; may run twice.

    Arguments:
        since: the first day; the usual window where it is None.
        until: as ``compare`` has it.

    Raises Unreachable where the processor does not answer; nothing is kept then.
    """
    since = since or clock.today() - WINDOW
    fetch_movements(since=since)
    found = compare(since=since, until=until)
    if found.differences:
        look_up_again(found.differences)
        found = compare(since=since, until=until)
    return _keep(found, since=since)


def fetch_movements(*, since: date) -> int:
    """Copy the processor's account since that day; return how many lines are new. What is there is left as it is."""
    start = datetime.combine(since - _OVERLAP, time.min, tzinfo=UTC)
    kinds = set(BookKind.values)
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING):
        movements = card_processor().list_settlements(since=start)
    rows = [
        ProcessorMovement(
            movement_ref=each.movement_ref,
            payment_ref=each.payment_ref or each.source_ref,
            source_ref=each.source_ref,
            kind=each.kind,
            currency=each.amount.currency,
            amount_minor=each.amount.minor,
            booked_on=each.booked_on,
        )
        for each in movements
        if each.kind in kinds
    ]
    before = ProcessorMovement.objects.count()
    ProcessorMovement.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return ProcessorMovement.objects.count() - before


def look_up_again(differences: Iterable[Difference]) -> None:
    """Ask the processor about each thing that differs: its news may have been lost on the way."""
    for ref, kinds in group_by_payment(differences).items():
        attempt = PaymentAttempt.objects.select_related("order").filter(payment_ref=ref).first()
        if attempt is None:
            continue  # a payment that no order of ours asked for: it is shown to staff
        try:
            _look_up(attempt, kinds)
        except TrothError as error:
            _log.warning(
                "A payment that differs could not be looked up.", extra={"facts": {"error": type(error).__name__}}
            )


def _look_up(attempt: PaymentAttempt, kinds: Iterable[BookKind]) -> None:
    if attempt.state != AttemptState.PAID:
        attempt = look_up_attempt(attempt)
    if attempt.state != AttemptState.PAID:
        return
    sources = ProcessorMovement.objects.filter(payment_ref=attempt.payment_ref).exclude(source_ref="")
    for kind in kinds:
        for source in sources.filter(kind=kind).values_list("source_ref", flat=True).distinct():
            if kind is BookKind.REFUND:
                look_up_refund(attempt, source)
            elif kind is BookKind.DISPUTE:
                look_up_dispute(attempt, source)


def _keep(found: Comparison, *, since: date) -> BookCheck:
    now = clock.now()
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.UPKEEP), transaction.atomic():
        open_ones = {(each.payment_ref, each.kind): each for each in BookDifference.objects.filter(gone_at=None)}
        for each in found.differences:
            known = open_ones.pop((each.payment_ref, each.kind), None)
            if known is None:
                known = BookDifference(payment_ref=each.payment_ref, kind=each.kind)
            known.currency = each.theirs.currency or each.ours.currency
            known.ours_minor, known.theirs_minor = each.ours.minor, each.theirs.minor
            known.save()
        for gone in open_ones.values():
            gone.gone_at = now
            gone.save(update_fields=["gone_at"])
        check = BookCheck.objects.create(since=since, payments=found.payments, differences=len(found.differences))
        record(
            event=Event.BOOKS_COMPARED,
            object_type="orders.BookCheck",
            object_id=str(check.pk),
            count=found.payments,
        )
    return check


def last_check() -> BookCheck | None:
    """Return the newest comparison, or None."""
    return BookCheck.objects.order_by("-at").first()


def open_differences() -> list[BookDifference]:
    """Return what does not agree now, the oldest first."""
    return list(BookDifference.objects.filter(gone_at=None).order_by("found_at"))
