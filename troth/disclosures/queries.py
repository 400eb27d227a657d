"""Reading what left: of one client, and for staff by recipient, time and number of the order. No value is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from troth.disclosures.grounds import Wanted
from troth.disclosures.models import Authorisation, Disclosure, GroundKind, Outcome, OutcomeState
from troth.kernel.ports import secret_cases
from troth.kernel.purposes import Purpose

PAGE = 50


@dataclass(frozen=True, slots=True)
class Left:
    """One disclosure, as other rooms read it.

    Arguments:
        id: time-ordered; give it as ``after`` to read on.
        fields: labels of the values, with a part after a slash where only a part left.
        outcome: what became of it; None where the program was killed before it knew.
    """

    id: UUID
    at: datetime
    subject_id: UUID
    recipient: str
    recipient_name: str
    operation: str
    purpose: Purpose
    ground: GroundKind
    evidence: str
    fields: tuple[str, ...]
    records: int
    case_kind: str
    case_ref: str
    reference: str
    outcome: OutcomeState | None


def list_left_of(subject_id: UUID, *, after: UUID | None = None, limit: int = PAGE) -> list[Left]:
    """Return what left about a client, newest first; not what the law forbids to tell today (H2)."""
    return _read(_tellable(subject_id), after=after, limit=limit)


def _tellable(subject_id: UUID) -> QuerySet[Disclosure]:
    """Return the rows about a client without those of which the law forbids to tell today."""
    rows = Disclosure.objects.filter(subject_id=subject_id)
    for kind in {kind for kind in rows.values_list("case_kind", flat=True).distinct() if kind in secret_cases}:
        refs = set(rows.filter(case_kind=kind).values_list("case_ref", flat=True))
        ask = secret_cases.get(kind)
        rows = rows.exclude(case_kind=kind, case_ref__in=ask(refs) if ask else ())
    return rows


@dataclass(frozen=True, slots=True)
class LeftSum:
    """What one organisation received of a client, in one way: these values, for this, on this ground.

    Arguments:
        first_at, last_at: the first and the last time.
        times: how often.
    """

    recipient: str
    recipient_name: str
    purpose: Purpose
    ground: GroundKind
    evidence: str
    fields: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int


def sum_left_of(subject_id: UUID) -> list[LeftSum]:
    """Return what left about a client, summed up in one query; not what the law forbids to tell today."""
    rows = (
        _tellable(subject_id)
        .values("recipient", "purpose", "ground", "evidence", "fields")
        .annotate(name=Max("recipient_name"), first=Min("at"), last=Max("at"), times=Count("id"))
        .order_by("recipient", "-last")
    )
    return [
        LeftSum(
            recipient=row["recipient"],
            recipient_name=row["name"],
            purpose=Purpose(row["purpose"]),
            ground=GroundKind(row["ground"]),
            evidence=row["evidence"],
            fields=tuple(row["fields"].split(",")),
            first_at=row["first"],
            last_at=row["last"],
            times=row["times"],
        )
        for row in rows
    ]


def find_legal_disclosures(reference: str) -> list[Left]:
    """Return what left for one legal request, by its number."""
    rows = Disclosure.objects.filter(ground=GroundKind.REQUIRED_BY_LAW, reference=reference)
    return _read(rows, after=None, limit=100_000)


def find_same_disclosure(*, wanted: Wanted, reference: str) -> UUID | None:
    """Return the row of just these values of this client to this recipient under this reference, or None."""
    rows = Disclosure.objects.filter(
        subject_id=wanted.subject_id,
        recipient=wanted.recipient,
        reference=reference,
        fields=",".join(wanted.fields),
    )
    return rows.order_by("-id").values_list("id", flat=True).first()


def count_left_of(subject_id: UUID) -> int:
    """Return how often something about the client left."""
    return Disclosure.objects.filter(subject_id=subject_id).count()


def list_recipients_of(subject_id: UUID) -> list[str]:
    """Return the keys of the organisations that received something about the client."""
    return sorted(Disclosure.objects.filter(subject_id=subject_id).values_list("recipient", flat=True).distinct())


def list_left_labels(subject_id: UUID, *, recipient: str) -> set[str]:
    """Return the labels of all values that one organisation received about the client."""
    rows = Disclosure.objects.filter(subject_id=subject_id, recipient=recipient).values_list("fields", flat=True)
    return {label for fields in rows.distinct() for label in fields.split(",")}


def search_left(  # noqa: PLR0913  one keyword for each thing that can be asked for
    *,
    recipient: str = "",
    case_ref: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: UUID | None = None,
    limit: int = PAGE,
    with_law: bool = True,
) -> list[Left]:
    """Return what left, newest first, by recipient, number of the case or order, and time; for staff.

    ``with_law`` says whether what the law required is among it: that is for those alone who handle legal requests.
    """
    rows = Disclosure.objects.all() if with_law else Disclosure.objects.exclude(ground=GroundKind.REQUIRED_BY_LAW)
    if recipient:
        rows = rows.filter(recipient=recipient)
    if case_ref:
        rows = rows.filter(case_ref=case_ref)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    return _read(rows, after=after, limit=limit)


def list_authorisations(subject_id: UUID) -> Sequence[Authorisation]:
    """Return what the client authorised, newest first, ended ones too."""
    return list(Authorisation.objects.filter(subject_id=subject_id).order_by("-pk"))


def find_authorisation(
    *, subject_id: UUID, recipient: str, purpose: Purpose, fields: Sequence[str]
) -> Authorisation | None:
    """Return an authorisation in force that covers these values, or None."""
    from troth.disclosures.grounds import covers

    rows = Authorisation.objects.filter(
        subject_id=subject_id, recipient=recipient, purpose=purpose, withdrawn_at=None
    ).order_by("-until")
    return next((row for row in rows if row.is_in_force and covers(row.labels, fields)), None)


def _read(rows: QuerySet[Disclosure], *, after: UUID | None, limit: int) -> list[Left]:
    if after is not None:
        rows = rows.filter(id__lt=after)
    page = list(rows.order_by("-id")[:limit])
    known = dict(Outcome.objects.filter(pk__in=[row.pk for row in page]).values_list("disclosure_id", "state"))
    return [_make(row, known.get(row.pk)) for row in page]


def _make(row: Disclosure, state: str | None) -> Left:
    return Left(
        id=row.pk,
        at=row.at,
        subject_id=row.subject_id,
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        operation=row.operation,
        purpose=Purpose(row.purpose),
        ground=GroundKind(row.ground),
        evidence=row.evidence,
        fields=row.labels,
        records=row.records,
        case_kind=row.case_kind,
        case_ref=row.case_ref,
        reference=row.reference,
        outcome=OutcomeState(state) if state else None,
    )
