"""Reading what this room holds. Nothing here opens a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from troth.kernel import clock
from troth.law.kinds import OPEN_DEMANDS, REVIEWERS, BreachState, DemandKind, DemandState, ItemState
from troth.law.models import AffectedClient, Breach, LegalHold, LegalRequest, LegalReview, ScopeItem, Telling
from troth.law.scope import digest_scope


def open_requests() -> QuerySet[LegalRequest]:
    """Return the requests that wait, the most urgent first."""
    return LegalRequest.objects.defer("sealed").filter(state__in=OPEN_DEMANDS).order_by("answer_by", "id")


def closed_requests() -> QuerySet[LegalRequest]:
    """Return the requests that are done, the newest first."""
    return LegalRequest.objects.defer("sealed").exclude(state__in=OPEN_DEMANDS).order_by("-closed_at")


def requests_to_review(reviewer: UUID) -> QuerySet[LegalRequest]:
    """Return the requests that wait for this reviewer's word."""
    waiting = LegalRequest.objects.defer("sealed").filter(state=DemandState.NARROWED)
    return waiting.exclude(Q(registered_by=reviewer) | Q(taken_by=reviewer)).order_by("answer_by", "id")


def count_reviews(request: LegalRequest) -> int:
    """Return how many reviewers, none of them who entered or prepared it, approved just the scope that stands."""
    digest = digest_scope(request)
    if digest != request.scope_digest:
        return 0
    voices = LegalReview.objects.filter(request=request, scope_digest=digest)
    return voices.exclude(reviewer__in=[request.registered_by, request.taken_by]).values("reviewer").distinct().count()


def is_approved(request: LegalRequest) -> bool:
    """Return whether enough reviewers approved the scope that stands now."""
    return count_reviews(request) >= REVIEWERS


def holds_in_force(subject_id: UUID) -> list[LegalHold]:
    """Return the holds on a client that have not ended."""
    rows = LegalHold.objects.filter(subject_id=subject_id, lifted_at=None, until__gt=clock.today())
    return list(rows.select_related("request").defer("request__sealed"))


def may_be_told(request: LegalRequest) -> bool:
    """Return whether the client may know of the request today."""
    return not request.is_banned_on(clock.today())


def due_tellings(limit: int) -> list[Telling]:
    """Return clients who are to be told now."""
    rows = Telling.objects.filter(told_at=None, due_on__lte=clock.today()).select_related("request")
    return list(rows.defer("request__sealed").order_by("due_on", "id")[:limit])


def open_breaches() -> QuerySet[Breach]:
    """Return the breaches that are not closed, the newest first."""
    return Breach.objects.defer("sealed").exclude(state=BreachState.CLOSED).order_by("-discovered_at")


def all_breaches() -> QuerySet[Breach]:
    """Return all breaches, the newest first."""
    return Breach.objects.defer("sealed").order_by("-discovered_at")


def clients_to_tell(breach: Breach, limit: int) -> list[AffectedClient]:
    """Return clients whom a breach concerns and who were not told yet."""
    return list(AffectedClient.objects.filter(breach=breach, told_at=None).order_by("id")[:limit])


@dataclass(frozen=True, slots=True)
class YearOfRequests:
    """One year of the transparency report. Counts alone; a client could not be told from them.

    Arguments:
        year: the year in which the requests came.
        received, answered, refused, withdrawn, waiting: how many requests, by what became of them.
        by_kind: kind in words → how many.
        clients: how many clients something was given of; "fewer than ten" is said where it is so.
        granted, refused_values: how many values were given and refused.
        banned: how many came with a ban on telling the client.
    """

    year: int
    received: int
    answered: int
    refused: int
    withdrawn: int
    waiting: int
    by_kind: Sequence[tuple[str, int]]
    clients: int
    granted: int
    refused_values: int
    banned: int


def report_years() -> list[YearOfRequests]:
    """Return the transparency report, the newest year first; this year always, also when nothing came."""
    first = LegalRequest.objects.order_by("received_on").values_list("received_on", flat=True).first()
    this_year = clock.today().year
    start = min(first.year, this_year) if first else this_year
    return [_report_year(year) for year in range(this_year, start - 1, -1)]


def _report_year(year: int) -> YearOfRequests:
    rows = LegalRequest.objects.filter(received_on__gte=date(year, 1, 1), received_on__lte=date(year, 12, 31))
    states: dict[str, int] = dict(rows.values_list("state").annotate(n=Count("id")))
    kinds: dict[str, int] = dict(rows.values_list("kind").annotate(n=Count("id")))
    items = ScopeItem.objects.filter(request__in=rows.filter(state=DemandState.RELEASED))
    return YearOfRequests(
        year=year,
        received=sum(states.values()),
        answered=states.get(DemandState.RELEASED, 0),
        refused=states.get(DemandState.REFUSED, 0),
        withdrawn=states.get(DemandState.WITHDRAWN, 0),
        waiting=sum(states.get(state, 0) for state in OPEN_DEMANDS),
        by_kind=[(str(kind.label), kinds.get(kind.value, 0)) for kind in DemandKind],
        clients=items.filter(state=ItemState.GRANTED).values("subject_id").distinct().count(),
        granted=items.filter(state=ItemState.GRANTED).count(),
        refused_values=items.filter(state=ItemState.REFUSED).count(),
        banned=rows.exclude(ban="").count(),
    )
