"""Writing the record of what leaves, and what a client authorises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.disclosures.events import Event
from troth.disclosures.grounds import Evidence, Wanted
from troth.disclosures.models import Authorisation, Disclosure, Outcome, OutcomeState
from troth.kernel import clock
from troth.kernel.acting import ActorKind, require_acting
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.ledger.api import record


def write_disclosure(  # noqa: PLR0913  one keyword for each fact
    *,
    wanted: Wanted,
    evidence: Evidence,
    recipient_name: str,
    operation: str,
    reference: str = "",
    event: str = Event.VALUES_SENT,
    records: int = 1,
) -> UUID:
    """Write the row of what is about to leave, and its row in the record, in the caller's transaction; return the id.

    The caller commits before it sends a byte.
    """
    context = require_acting()
    entry_id = record(
        event=event,
        subject_id=wanted.subject_id,
        fields=[name_for_record(label) for label in wanted.fields],
        object_type=operation,
        object_id=reference,
        recipient=wanted.recipient,
        ground=evidence.kind,
        count=records if records > 1 else 0,
    )
    Disclosure.objects.create(
        id=entry_id,
        subject_id=wanted.subject_id,
        recipient=wanted.recipient,
        recipient_name=recipient_name,
        operation=operation,
        purpose=wanted.purpose,
        ground=evidence.kind,
        evidence=evidence.ref,
        fields=",".join(wanted.fields),
        records=records,
        case_kind=context.case.kind if context.case else "",
        case_ref=context.case.ref if context.case else "",
        reference=reference,
    )
    return entry_id


def note_outcome(disclosure_id: UUID, state: OutcomeState) -> None:
    """Note what became of a disclosure; what was noted first stands."""
    Outcome.objects.get_or_create(disclosure_id=disclosure_id, defaults={"state": state})


def note_outcomes(states: Mapping[UUID, OutcomeState]) -> None:
    """Note what became of several disclosures, at once."""
    Outcome.objects.bulk_create([Outcome(disclosure_id=key, state=state) for key, state in states.items()])


def authorise(  # noqa: PLR0913  one keyword for each thing that the client agrees to
    *,
    subject_id: UUID,
    recipient: str,
    recipient_name: str,
    purpose: Purpose,
    fields: Sequence[str],
    wording: str,
    until: datetime,
) -> Authorisation:
    """Keep the client's word that these values may go to one recipient, for one purpose, until then.

    Arguments:
        subject_id: the client, who must be the one that acts.
        recipient: the organisation's key.
        recipient_name: its name as the client read it.
        purpose: what for.
        fields: the labels of the values.
        wording: the sentence to which the client said yes.
        until: when it ends by itself.

    Raises Refused where anybody else acts, or where the end has passed.
    """
    require_client(subject_id)
    if until <= clock.now() or not fields:
        raise Refused(_("An authorisation names its values and ends in the future."), kept=_("Nothing was allowed."))
    with transaction.atomic():
        row = Authorisation.objects.create(
            subject_id=subject_id,
            recipient=recipient,
            recipient_name=recipient_name,
            purpose=purpose,
            fields=",".join(fields),
            wording=wording,
            until=until,
        )
        _record(Event.AUTHORISATION_GIVEN, row)
    return row


def withdraw(*, subject_id: UUID, authorisation_id: UUID) -> bool:
    """End an authorisation now; return whether it was still in force. What was sent before stays sent."""
    require_client(subject_id)
    with transaction.atomic():
        rows = Authorisation.objects.filter(pk=authorisation_id, subject_id=subject_id, withdrawn_at=None)
        row = rows.first()
        if row is None:
            return False
        rows.update(withdrawn_at=clock.now())
        _record(Event.AUTHORISATION_WITHDRAWN, row)
    return True


def require_client(subject_id: UUID) -> None:
    """Return if the client itself acts; raise Refused if not."""
    actor = require_acting().actor
    if actor.kind is not ActorKind.CLIENT or actor.ref != str(subject_id):
        raise Refused(_("Only the client itself authorises, and takes it back."), kept=_("Nothing was changed."))


def _record(event: Event, row: Authorisation) -> None:
    record(
        event=event,
        subject_id=row.subject_id,
        fields=[name_for_record(label) for label in row.labels],
        object_type=row._meta.label,
        object_id=str(row.pk),
    )


def name_for_record(label: str) -> str:
    """Return a value's own name, with its part: the record knows names, this room's table whole labels."""
    value, _slash, part = label.partition("/")
    name = value.rpartition(".")[2]
    return f"{name}.{part}" if part else name
