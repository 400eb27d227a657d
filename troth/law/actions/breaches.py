"""The record of a breach: recorded, scoped from the record and the declarations, told, followed up, closed (M3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import contact_client
from troth.kernel.purposes import Purpose
from troth.law import jobs
from troth.law.cases import breach_case
from troth.law.events import Event
from troth.law.kinds import BREACH_TRANSITIONS, BreachKind, BreachState
from troth.law.models import AffectedClient, Breach, BreachStep
from troth.law.numbers import next_number
from troth.law.queries import clients_to_tell
from troth.law.reach import Reach, find_reached
from troth.ledger.api import record

NOTICE = "law.breach_notice"
_BATCH = 500


def record_breach(
    *, kind: BreachKind, began_at: datetime, discovered_at: datetime, high_risk: bool, values: Mapping[str, Any]
) -> Breach:
    """Enter a breach; the clocks count from its discovery.

    Arguments:
        kind: what was harmed.
        began_at: when it began.
        discovered_at: when somebody here knew of it.
        high_risk: whether those it concerns are told.
        values: ``description`` and perhaps the notices.

    Raises Refused for moments that cannot be.
    """
    staff_id = _require_staff()
    if not began_at <= discovered_at <= clock.now():
        raise Refused(_("The times do not fit together."), kept=_("Nothing was recorded."))
    breach = Breach(
        subject_id=new_id(), kind=kind, began_at=began_at, discovered_at=discovered_at, high_risk=high_risk,
        recorded_by=staff_id, taken_by=staff_id,
    )  # fmt: skip
    _put(breach, values)
    with transaction.atomic():
        breach.number = next_number(Breach, letter="B")
        with acting(actor=system(jobs.REGISTER), purpose=Purpose.LEGAL):
            breach.save()
        _record(Event.BREACH_RECORDED, breach)
    return breach


def take_breach(breach: Breach) -> None:
    """Take a breach that is not closed over, so that its record opens for the acting member; both see it."""
    staff_id = _require_staff()
    if breach.state == BreachState.CLOSED:
        raise Refused(_("This breach is closed."), kept=_("Nothing was changed."))
    with transaction.atomic():
        Breach.objects.filter(pk=breach.pk).update(taken_by=staff_id)
        breach.taken_by = staff_id
        _record(Event.BREACH_CHANGED, breach)


def write_notice(breach: Breach, *, values: Mapping[str, Any]) -> None:
    """Put what clients are told; acts on the breach's case."""
    _require_staff()
    _put(breach, values)
    breach.save()


def add_step(breach: Breach, *, text: str) -> BreachStep:
    """Add what was done."""
    staff_id = _require_staff()
    step = BreachStep(subject_id=breach.subject_id, breach=breach, done_by=staff_id)
    step.text = text
    with transaction.atomic():
        with acting(actor=system(jobs.REGISTER), purpose=Purpose.LEGAL):
            step.save()
        _record(Event.BREACH_CHANGED, breach)
    return step


def move_breach(breach: Breach, *, state: BreachState, ended_at: datetime | None = None) -> None:
    """Say that a breach is contained, open again, or closed.

    Raises Refused where the table does not allow it, and for closing before it was scoped, the authority told within
    reason, and everybody told who must be.
    """
    _require_staff()
    before = BreachState(breach.state)
    if state not in BREACH_TRANSITIONS[before]:
        raise Refused(_("This breach is {state} now.").format(state=before.label), kept=_("Nothing was changed."))
    if state == BreachState.CLOSED:
        _require_finished(breach)
    ends = ended_at or breach.ended_at or clock.now()
    columns: dict[str, Any] = {"state": state, "ended_at": None if state == BreachState.OPEN else ends}
    columns["closed_at"] = clock.now() if state == BreachState.CLOSED else None
    with transaction.atomic():
        if not Breach.objects.filter(pk=breach.pk, state=before).update(**columns):
            raise Refused(_("This was changed by somebody else meanwhile."), kept=_("Nothing was changed."))
        for name, value in columns.items():
            setattr(breach, name, value)
        _record(Event.BREACH_CHANGED, breach)


def scope_breach(breach: Breach, *, reach: Reach) -> int:
    """Find whom the breach concerns and put them on the list; return how many were added. May run twice."""
    _require_staff()
    added = 0
    for batch in find_reached(reach):
        added += _add_affected(breach, batch)
    with transaction.atomic():
        Breach.objects.filter(pk=breach.pk).update(scoped_at=clock.now())
        breach.scoped_at = clock.now()
        record(event=Event.BREACH_CHANGED, object_type="law.Breach", object_id=str(breach.id), count=added)
    return added


def tell_authority(breach: Breach, *, told_at: datetime) -> None:
    """Note that the authority was told."""
    _require_staff()
    if not breach.discovered_at <= told_at <= clock.now():
        raise Refused(_("The times do not fit together."), kept=_("Nothing was noted."))
    with transaction.atomic():
        Breach.objects.filter(pk=breach.pk).update(authority_told_at=told_at)
        breach.authority_told_at = told_at
        _record(Event.AUTHORITY_TOLD, breach)


def tell_affected(breach: Breach, *, limit: int = _BATCH) -> int:
    """Tell up to ``limit`` clients by the way that each wishes; return how many were told. May run twice.

    Each client is its own transaction: the row is marked and the contact asked for together, or neither.
    """
    told = 0
    with acting(actor=system(jobs.CLERK), purpose=Purpose.SECURITY, case=breach_case(breach)):
        for row in clients_to_tell(breach, limit):
            with transaction.atomic():
                mine = AffectedClient.objects.filter(pk=row.pk, told_at=None)
                if not mine.update(told_at=clock.now()):
                    continue
                contact_client(
                    subject_id=row.subject_id,
                    about=NOTICE,
                    case=breach_case(breach),
                    facts={"breach": str(breach.id), "affected": str(row.id)},
                )
                record(
                    event=Event.BREACH_NOTICE_SENT,
                    subject_id=row.subject_id,
                    object_type="law.Breach",
                    object_id=str(breach.id),
                )
                told += 1
    return told


def _add_affected(breach: Breach, batch: Mapping[UUID, Sequence[str]]) -> int:
    known = set(AffectedClient.objects.filter(breach=breach, subject_id__in=batch).values_list("subject_id", flat=True))
    new = [(subject_id, fields) for subject_id, fields in batch.items() if subject_id not in known]
    with transaction.atomic():
        AffectedClient.objects.bulk_create(
            [AffectedClient(breach=breach, subject_id=each, fields=",".join(fields)) for each, fields in new],
            ignore_conflicts=True,
        )
        for subject_id, fields in new:
            record(
                event=Event.BREACH_SCOPED,
                subject_id=subject_id,
                fields=list(fields),
                object_type="law.Breach",
                object_id=str(breach.id),
            )
    return len(new)


def _require_finished(breach: Breach) -> None:
    kept = _("It stays open.")
    if breach.scoped_at is None:
        raise Refused(_("Nobody has looked yet whom it concerns."), kept=kept)
    if breach.high_risk and clients_to_tell(breach, 1):
        raise Refused(_("Not everybody whom it concerns has been told."), kept=kept)


def _put(breach: Breach, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(breach, name, value)


def _require_staff() -> UUID:
    actor = require_acting().actor
    if actor.kind is not ActorKind.STAFF:
        raise AccessDenied("Breaches are recorded by staff.")
    return UUID(actor.ref)


def _record(event: Event, breach: Breach) -> None:
    record(event=event, object_type="law.Breach", object_id=str(breach.id))
