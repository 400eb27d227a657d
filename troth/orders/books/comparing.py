"""The comparison itself: of rows, ours and the copy of theirs; it asks nobody and changes nothing.

For each payment three sums must agree: what was taken, what went back, what a bank holds or took for a dispute. What
was touched a moment ago, on either side, is left for the next time: its news may be under way.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from troth.kernel import clock
from troth.kernel.money import Money
from troth.orders.actions.taking_back import BY_HAND
from troth.orders.models import (
    AttemptState,
    BookDifference,
    BookKind,
    Dispute,
    DisputeState,
    MovementState,
    PaymentAttempt,
    ProcessorMovement,
    RefundCause,
    RefundMovement,
)

WINDOW = timedelta(days=35)
"""So far back a comparison looks; what differed before is looked at until it agrees."""
UNDER_WAY = timedelta(hours=1)
_BATCH = 500

type Key = tuple[str, str]
"""Payment and kind."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One payment on which the two books do not agree."""

    payment_ref: str
    kind: BookKind
    ours: Money
    theirs: Money


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and what of it did not agree."""

    payments: int
    differences: tuple[Difference, ...]


def compare(*, since: date, until: datetime | None = None) -> Comparison:
    """Compare all payments of which something moved since that day, and those that differed before.

    Arguments:
        since: the first day.
        until: what either side touched after this moment is left out; an hour ago where it is None.
    """
    until = until or clock.now() - UNDER_WAY
    refs = sorted(find_refs(since=since) - _find_touched(since=since, after=until))
    differences: list[Difference] = []
    for start in range(0, len(refs), _BATCH):
        batch = refs[start : start + _BATCH]
        differences += _compare(_sum_ours(batch), _sum_theirs(batch))
    return Comparison(payments=len(refs), differences=tuple(differences))


def find_refs(*, since: date) -> set[str]:
    """Return the processor's names of all payments of which something moved since that day, on either side."""
    refs = set(ProcessorMovement.objects.filter(booked_on__gte=since).values_list("payment_ref", flat=True))
    refs |= set(_settled().filter(settled_at__date__gte=since).values_list("payment_ref", flat=True))
    refs |= set(_moved().filter(ordered_at__date__gte=since).values_list("decision__attempt__payment_ref", flat=True))
    refs |= set(Dispute.objects.filter(opened_at__date__gte=since).values_list("attempt__payment_ref", flat=True))
    return refs | set(BookDifference.objects.filter(gone_at=None).values_list("payment_ref", flat=True))


def _find_touched(*, since: date, after: datetime) -> set[str]:
    touched = set(_settled().filter(settled_at__gt=after).values_list("payment_ref", flat=True))
    late = Q(ordered_at__gt=after) | Q(settled_at__gt=after)
    touched |= set(RefundMovement.objects.filter(late).values_list("decision__attempt__payment_ref", flat=True))
    late = Q(opened_at__gt=after) | Q(closed_at__gt=after)
    touched |= set(Dispute.objects.filter(late).values_list("attempt__payment_ref", flat=True))
    fresh = ProcessorMovement.objects.filter(booked_on__gte=since, fetched_at__gt=after)
    return touched | set(fresh.values_list("payment_ref", flat=True))


def _settled() -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.filter(state=AttemptState.PAID)


def _moved() -> QuerySet[RefundMovement]:
    """Return the movements that went by the processor; what a bank took back stands among the disputes."""
    going = [MovementState.PAID, MovementState.PENDING]
    by_card = RefundMovement.objects.filter(state__in=going).exclude(reason=BY_HAND)
    return by_card.exclude(decision__cause=RefundCause.DISPUTED)


def _sum_ours(refs: Collection[str]) -> dict[Key, Money]:
    sums = _Sums()
    paid = _settled().filter(payment_ref__in=refs)
    sums.add(BookKind.PAYMENT, paid.values_list("payment_ref", "taken_currency", "taken_minor"))
    moved = _moved().filter(decision__attempt__payment_ref__in=refs)
    columns = ("decision__attempt__payment_ref", "decision__currency")
    sums.add(BookKind.REFUND, moved.values_list(*columns, -F("decision__amount_minor")))
    held = Dispute.objects.filter(attempt__payment_ref__in=refs, is_inquiry=False).exclude(state=DisputeState.WON)
    sums.add(BookKind.DISPUTE, held.values_list("attempt__payment_ref", "currency", -F("amount_minor")))
    return sums.found


def _sum_theirs(refs: Collection[str]) -> dict[Key, Money]:
    sums = _Sums()
    rows = ProcessorMovement.objects.filter(payment_ref__in=refs)
    for kind in BookKind:
        sums.add(kind, rows.filter(kind=kind).values_list("payment_ref", "currency", "amount_minor"))
    return sums.found


class _Sums:
    """Adds up by payment and kind."""

    def __init__(self) -> None:
        self.found: dict[Key, Money] = {}

    def add(self, kind: BookKind, rows: Iterable[tuple[str, str, int | None]]) -> None:
        """Add rows of payment, currency and amount."""
        for ref, currency, minor in rows:
            before = self.found.get((ref, kind))
            money = Money(minor or 0, currency)
            self.found[ref, kind] = before + money if before else money


def _compare(ours: Mapping[Key, Money], theirs: Mapping[Key, Money]) -> list[Difference]:
    found: list[Difference] = []
    for key in sorted({*ours, *theirs}):
        mine, yours = ours.get(key), theirs.get(key)
        currency = (yours or mine or Money(0, "")).currency
        mine, yours = mine or Money(0, currency), yours or Money(0, currency)
        if mine != yours:
            found.append(Difference(payment_ref=key[0], kind=BookKind(key[1]), ours=mine, theirs=yours))
    return found


def group_by_payment(differences: Iterable[Difference]) -> Mapping[str, set[BookKind]]:
    """Return payment → the kinds of which it differs."""
    grouped: dict[str, set[BookKind]] = defaultdict(set)
    for each in differences:
        grouped[each.payment_ref].add(each.kind)
    return grouped
