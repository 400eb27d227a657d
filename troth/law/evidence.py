"""The evidence of the third ground: a reviewed legal request that covers just what is wanted (A6, H2)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from troth.disclosures.api import Evidence, GroundKind, Wanted
from troth.kernel import clock
from troth.law.kinds import DemandState
from troth.law.models import LegalRequest
from troth.law.queries import is_approved
from troth.law.scope import granted_by_subject


def find_evidence(evidence_id: UUID, wanted: Wanted) -> Evidence | None:
    """Return the request as evidence if two reviewers approved giving all that is wanted of this client; else None."""
    request = LegalRequest.objects.defer("sealed").filter(id=evidence_id, state=DemandState.APPROVED).first()
    if request is None or wanted.recipient != recipient_of(request) or not is_approved(request):
        return None
    granted = {item.label for item in granted_by_subject(request).get(wanted.subject_id, ())}
    whole = {label.partition("/")[0] for label in wanted.fields}
    if not whole or not whole <= granted:
        return None
    return Evidence(kind=GroundKind.REQUIRED_BY_LAW, ref=f"legal:{request.number}", since=request.received_on)


def recipient_of(request: LegalRequest) -> str:
    """Return the key under which the record names who received: the request, as an authority is no company of ours."""
    return f"authority-{request.number.lower()}"


def find_secret(refs: Collection[str]) -> set[str]:
    """Return those of these cases whose request forbids, today, that the client be told."""
    ids = {ref: _read_id(ref.partition(":")[0]) for ref in refs}
    today = clock.today()
    rows = LegalRequest.objects.filter(id__in=[each for each in ids.values() if each])
    banned = set(rows.filter(Q(ban_until__gt=today)).values_list("id", flat=True))
    return {ref for ref, request_id in ids.items() if request_id in banned}


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
