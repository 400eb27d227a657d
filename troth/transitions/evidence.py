"""The evidence that somebody's information may pass on: asked by the one door out for every client (A6, N2)."""

from uuid import UUID

from troth.disclosures.api import Evidence, GroundKind, Wanted
from troth.kernel import clock
from troth.transitions import queries
from troth.transitions.kinds import TransitionState
from troth.transitions.models import Transition


def recipient_of(transition: Transition) -> str:
    """Return the key under which the record names the other party, which is no company that acts for us."""
    return f"successor-{transition.pk.hex[-12:]}"


def find_evidence(evidence_id: UUID, wanted: Wanted) -> Evidence | None:
    """Return the announcement as evidence if this client was told of all that is wanted in time, and agrees; else None.

    Judged anew for each client, whoever asks: a state that was set by a slip opens nothing.
    """
    found = queries.list_transitions().filter(pk=evidence_id, state=TransitionState.PACKING).first()
    if found is None or wanted.recipient != recipient_of(found) or not queries.is_reviewed(found):
        return None
    opening = queries.find_opening(found)
    if opening is None or clock.now() < opening or queries.has_lapsed(found):
        return None
    if not wanted.fields or not set(wanted.fields) <= set(found.labels):
        return None
    row = queries.list_included(found).filter(subject_id=wanted.subject_id).first()
    if row is None or row.ended_at is None:
        return None
    return Evidence(kind=GroundKind.INFORMED, ref=f"transition:{found.pk}", since=row.ended_at)
