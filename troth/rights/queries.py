"""Reading the register of requests, and the figures that are published of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from troth.kernel import clock
from troth.rights.kinds import CORRECTIONS, OPEN_STATES, State
from troth.rights.models import CorrectionTime, Request

FIGURES_OVER = timedelta(days=365)
"""The published figures cover this long."""


def find_request(request_id: UUID) -> Request | None:
    """Return the request of this id, or None."""
    return Request.objects.filter(pk=request_id).first()


def requests_of(subject_id: UUID, *, limit: int = 20) -> list[Request]:
    """Return a client's requests, newest first; nothing is opened."""
    return list(Request.objects.filter(subject_id=subject_id).order_by("-received_at", "-pk")[:limit])


def find_request_of(subject_id: UUID, request_id: UUID) -> Request | None:
    """Return this client's request of this id, or None; another's is not found."""
    return Request.objects.filter(subject_id=subject_id, pk=request_id).first()


def waiting_requests() -> QuerySet[Request]:
    """Return all open requests, the oldest first, without their sealed part."""
    return Request.objects.filter(state__in=OPEN_STATES).defer("sealed").order_by("received_at", "pk")


def closed_requests() -> QuerySet[Request]:
    """Return the closed requests, the last closed first, without their sealed part."""
    return Request.objects.exclude(state__in=OPEN_STATES).defer("sealed").order_by("-closed_at", "-pk")


def late_requests() -> list[Request]:
    """Return all open requests whose time has passed."""
    return [request for request in waiting_requests() if request.is_late]


def unverified_done() -> QuerySet[Request]:
    """Return requests that were done though nobody verified the sender; there must be none."""
    return Request.objects.filter(Q(verified_at__isnull=True) | Q(verified_how=""), state=State.FULFILLED)


@dataclass(frozen=True, slots=True)
class CorrectionFigures:
    """How fast errors are corrected (A11).

    Arguments:
        corrected: how many were corrected in the time that is looked at.
        median: the time by which half of them were; None where there were none.
        worst: the longest time; None where there were none.
        in_time: how many of them kept their date.
        waiting: how many wait now.
        oldest_waiting_since: since when the oldest waits; None where none does.
    """

    corrected: int
    median: timedelta | None
    worst: timedelta | None
    in_time: int
    waiting: int
    oldest_waiting_since: datetime | None


def measure_corrections() -> CorrectionFigures:
    """Return the published figures of the last year, computed from the rows."""
    since = (clock.now() - FIGURES_OVER).date()
    times = CorrectionTime.objects.filter(closed_on__gte=since)
    seconds = sorted(times.values_list("took_seconds", flat=True))
    waiting = Request.objects.filter(state__in=OPEN_STATES, kind__in=CORRECTIONS)
    oldest = waiting.order_by("received_at").values_list("received_at", flat=True).first()
    return CorrectionFigures(
        corrected=len(seconds),
        median=_median(seconds),
        worst=timedelta(seconds=seconds[-1]) if seconds else None,
        in_time=times.filter(in_time=True).count(),
        waiting=waiting.count(),
        oldest_waiting_since=oldest,
    )


def _median(ordered: Sequence[int]) -> timedelta | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    both = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return timedelta(seconds=both)
