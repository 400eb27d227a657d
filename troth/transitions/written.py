"""Objections that clients wrote or told us: a port, as the register of requests stands above this room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from troth.kernel.acting import Case
from troth.kernel.ports import Registry, Words


@dataclass(frozen=True, slots=True)
class WrittenObjection:
    """A request of the register, as this room sees it.

    Arguments:
        id: the request's.
        subject_id: the client whom it is from.
        taken_by: the member of staff who handles it.
        objects: whether it is an objection.
        received_at, channel: when and by what it came.
        case: the request as the case of a look.
        require_sure: returns if its sender was made sure of; raises Refused if not.
    """

    id: UUID
    subject_id: UUID
    taken_by: UUID | None
    objects: bool
    received_at: datetime
    channel: Words
    case: Case
    require_sure: Callable[[], None]


objection_lists: Registry[str, Callable[[UUID], Sequence[WrittenObjection]]] = Registry("list of written objections")
"""Room → returns the objections that a member of staff took and that were not answered yet."""
