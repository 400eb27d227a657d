"""The one door: every opening of a personal value by anybody passes here (A1, A4, A7).

Refused where nobody acts, where the purpose is none that the value was collected for, where the statement that governs
for this client does not say so yet (O3), and where the judge of that kind of actor says no or does not exist. Whoever
is not the client itself leaves a row in the ledger, committed before the value is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from troth.kernel import clock
from troth.kernel.acting import Acting, ActorKind, require_acting
from troth.kernel.errors import AccessDenied
from troth.kernel.ports import AccessRequest, Use, find_unpromised, judges
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.attributes import Attribute
from troth.vault.events import Event

ALWAYS_ALLOWED = frozenset({Purpose.RIGHTS, Purpose.UPKEEP, Purpose.LEGAL, Purpose.TRANSITION})
"""Purposes that every value serves: the client's own rights, keeping the record itself whole, a legal duty, and a new
owner of the business, for which one job alone acts, on the values that were announced to everybody (N2).

The law may demand any value, whatever it was asked for (H2). What keeps that narrow is the case: a legal request names
its values one by one, and two people reviewed them (``OpenCase.labels``)."""


@dataclass(frozen=True, slots=True)
class Look:
    """One row that is to be opened, and whom it is about."""

    subject_id: UUID
    row_id: UUID


def is_self(acting: Acting, subject_id: UUID) -> bool:
    """Return whether the actor is the client that the values are about."""
    return acting.actor.kind is ActorKind.CLIENT and acting.actor.ref == str(subject_id)


def judge_access(*, subject_id: UUID, model: str, attributes: Sequence[Attribute]) -> Acting:
    """Return the present context if it may open these values; raise AccessDenied if not."""
    acting = require_acting()
    if is_self(acting, subject_id):
        return acting
    if acting.actor.kind is ActorKind.CLIENT:
        raise AccessDenied("A client opens only what is about itself.")
    for attribute in attributes:
        if acting.purpose not in attribute.purposes | ALWAYS_ALLOWED:
            raise AccessDenied(f"“{attribute.name}” was not collected for this purpose.")
    if acting.purpose not in ALWAYS_ALLOWED:
        labels = tuple(f"{model}.{attribute.name}" for attribute in attributes)
        if reason := find_unpromised(Use(subject_id=subject_id, labels=labels, purpose=acting.purpose)):
            raise AccessDenied(reason)
    judge = judges.get(acting.actor.kind)
    if judge is None:
        raise AccessDenied("Nobody answers for this kind of actor.")
    names = tuple(attribute.name for attribute in attributes)
    judge.judge(AccessRequest(acting=acting, subject_id=subject_id, model=model, fields=names, at=clock.now()))
    return acting


def pass_door(*, subject_id: UUID, model: str, row_id: UUID, attributes: Sequence[Attribute]) -> None:
    """Judge a look and write its ledger row; return when the values may be opened.

    The row is committed by itself: were it part of a wider transaction, undoing that would undo the trace of the look.
    So looks by others come before the transaction that changes something, never inside it.
    """
    pass_door_together([Look(subject_id=subject_id, row_id=row_id)], model=model, attributes=attributes)


def pass_door_together(looks: Sequence[Look], *, model: str, attributes: Sequence[Attribute]) -> None:
    """Judge several looks at rows of one table, and write their ledger rows in one transaction of their own.

    All are judged before any is written: where one stays shut, nothing was opened.
    """
    acting = None
    for look in looks:
        acting = judge_access(subject_id=look.subject_id, model=model, attributes=attributes)
    if acting is None or all(is_self(acting, look.subject_id) for look in looks):
        return
    with transaction.atomic(durable=True):
        for look in looks:
            record(
                event=Event.VALUES_OPENED,
                subject_id=look.subject_id,
                fields=[attribute.name for attribute in attributes],
                object_type=model,
                object_id=str(look.row_id),
            )
