"""What a site is told: judged and written down at each use, so that a consent taken back counts from that moment."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from troth.connect import jobs
from troth.connect.claims import PSEUDONYM, Claim, claims_of
from troth.connect.events import Event
from troth.connect.models import Party, Pseudonym
from troth.disclosures.api import (
    Authorisation,
    Authorised,
    OutcomeState,
    Wanted,
    find_authorisation,
    judge_ground,
    note_outcome,
    write_disclosure,
)
from troth.kernel.acting import acting, system
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.orders.api import read_member_facts

PURPOSE = Purpose.ORDERS
"""A membership is what was ordered, and being known as a member elsewhere is a part of it."""
OPERATION = "connect.tell"


def is_connected(subject_id: UUID, party: Party) -> bool:
    """Return whether the client still agrees that the site knows its pseudonym; without that it is told nothing."""
    return party.ended_at is None and find_consent(subject_id, party, PSEUDONYM) is not None


def find_consent(subject_id: UUID, party: Party, claim: Claim) -> Authorisation | None:
    """Return the client's word, in force now, that the site may be told this, or None."""
    return find_authorisation(subject_id=subject_id, recipient=party.recipient, purpose=PURPOSE, fields=[claim.label])


def tell(party: Party, subject_id: UUID, scopes: Iterable[str]) -> dict[str, Any]:
    """Return what the site may learn now of these scopes, written down before it is returned.

    What the client did not agree to, or took back, is left out.

    Raises:
        AccessDenied: the site may not even know the pseudonym: the connection was ended.
        Closed: a broken promise closes all disclosures.
    """
    require_open(Feature.DISCLOSURES)
    with acting(actor=system(jobs.ANSWERS), purpose=PURPOSE), transaction.atomic():
        agreed = _agreed(party, subject_id, scopes)
        if PSEUDONYM not in [claim for claim, _row in agreed]:
            raise AccessDenied(_("The connection was ended."))
        facts = read_member_facts(subject_id)
        for claim, row in agreed:
            _write_down(party, subject_id, claim, row)
        told = {claim.name: claim.read(facts) for claim, _row in agreed}
        return {**told, PSEUDONYM.name: pseudonym_of(subject_id, party.sector)}


def pseudonym_of(subject_id: UUID, sector: str) -> str:
    """Return what the sites of a sector know the client by; drawn when it is first needed."""
    known = Pseudonym.objects.filter(subject_id=subject_id, sector=sector)
    if (row := known.first()) is not None:
        return row.value
    try:
        with transaction.atomic():
            return Pseudonym.objects.create(subject_id=subject_id, sector=sector, value=secrets.token_urlsafe(24)).value
    except IntegrityError:
        return known.get().value  # another request was faster


def _agreed(party: Party, subject_id: UUID, scopes: Iterable[str]) -> Sequence[tuple[Claim, Authorisation]]:
    allowed = set(scopes) & set(party.scope_names)
    rows = [(claim, find_consent(subject_id, party, claim)) for claim in claims_of({*allowed, PSEUDONYM.scope})]
    return [(claim, row) for claim, row in rows if row is not None]


def _write_down(party: Party, subject_id: UUID, claim: Claim, row: Authorisation) -> None:
    wanted = Wanted(subject_id=subject_id, recipient=party.recipient, purpose=PURPOSE, fields=(claim.label,))
    evidence = judge_ground(Authorised(row.pk), wanted=wanted, clause="A6")
    disclosure_id = write_disclosure(
        wanted=wanted,
        evidence=evidence,
        recipient_name=party.name,
        operation=OPERATION,
        reference=str(party.pk),
        event=Event.CLAIM_TOLD,
    )
    note_outcome(disclosure_id, OutcomeState.ACCEPTED)
