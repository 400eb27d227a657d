"""Reads of sites and connections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from troth.connect.actions.telling import find_consent
from troth.connect.claims import PSEUDONYM, Claim, claims_of
from troth.connect.models import Connection, Party


@dataclass(frozen=True, slots=True)
class Learned:
    """What a site may learn.

    Arguments:
        claim: what.
        until: when the consent ends by itself.
    """

    claim: Claim
    until: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """A site that a client connected.

    Arguments:
        party: the site.
        since: when it was connected last.
        learns: what it may learn now; the pseudonym is not among them.
        until: when the connection ends by itself; None where it has ended.
    """

    party: Party
    since: datetime
    learns: Sequence[Learned]
    until: datetime | None


def list_connections(subject_id: UUID) -> list[Connected]:
    """Return the client's connected sites, the newest first."""
    rows = Connection.objects.filter(subject_id=subject_id).select_related("party").order_by("-made_at")
    return [_describe(row) for row in rows]


def list_parties() -> QuerySet[Party]:
    """Return every site, with ``clients``, how many connected it: those that may ask first."""
    return Party.objects.annotate(clients=Count("connections")).order_by("ended_at", "name")


def _describe(row: Connection) -> Connected:
    consents = [(claim, find_consent(row.subject_id, row.party, claim)) for claim in claims_of(row.asked.split())]
    in_force = {claim: consent.until for claim, consent in consents if consent is not None}
    ended = row.party.ended_at is not None
    return Connected(
        party=row.party,
        since=row.made_at,
        learns=[Learned(claim, until) for claim, until in in_force.items() if claim is not PSEUDONYM and not ended],
        until=None if ended else in_force.get(PSEUDONYM),
    )
