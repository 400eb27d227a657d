"""Who acts, why, and on which case: the context that the door asks for before it opens anything (A1).

    with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT):
        opened = profile.open("name", "email")

Outside such a block nobody acts, and nothing opens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from troth.kernel.errors import AccessDenied
from troth.kernel.purposes import Purpose


class ActorKind(StrEnum):
    """What kind of actor does a thing."""

    VISITOR = "visitor"
    CLIENT = "client"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Arguments:
        kind: client, staff member, named system job, or a visitor that is nobody yet.
        ref: the client's subject id, the staff member's id, the job's name; empty for a visitor.
    """

    kind: ActorKind
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The ticket, order or request that justifies a look.

    Arguments:
        kind: what it is, such as ``request``, ``order``, ``ticket``.
        ref: its id.
    """

    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Acting:
    """The whole context: actor, purpose and case."""

    actor: Actor
    purpose: Purpose
    case: Case | None = None


_current: ContextVar[Acting | None] = ContextVar("acting", default=None)

VISITOR = Actor(ActorKind.VISITOR)


def client(subject_id: UUID) -> Actor:
    """Return the client with this subject id as an actor."""
    return Actor(ActorKind.CLIENT, str(subject_id))


def staff_member(staff_id: UUID) -> Actor:
    """Return the staff member with this id as an actor."""
    return Actor(ActorKind.STAFF, str(staff_id))


def system(job: str) -> Actor:
    """Return the system job with this name as an actor; the job must be registered at ``ports.system_jobs``."""
    return Actor(ActorKind.SYSTEM, job)


@contextmanager
def acting(*, actor: Actor, purpose: Purpose, case: Case | None = None) -> Iterator[Acting]:
    """Act as ``actor`` for ``purpose``, on ``case``, until the block ends; the former context then returns."""
    context = Acting(actor=actor, purpose=purpose, case=case)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def current_acting() -> Acting | None:
    """Return the present context, or None where nobody acts."""
    return _current.get()


def require_acting() -> Acting:
    """Return the present context; raise AccessDenied where nobody acts."""
    context = _current.get()
    if context is None:
        raise AccessDenied("Nobody is acting, so nothing is opened or changed.")
    return context
