"""Who may open another's values: the judges of each kind of actor, the system's own jobs, and cases."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from troth.kernel.acting import Acting, ActorKind
from troth.kernel.errors import AccessDenied
from troth.kernel.ports.registry import Registry, Words
from troth.kernel.purposes import Purpose


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What the door asks a judge.

    Arguments:
        acting: who, why, on which case.
        subject_id: whom the values are about.
        model: the label of the table, such as ``accounts.Profile``.
        fields: the names of the values wanted; at least one.
        at: the moment of the look.
    """

    acting: Acting
    subject_id: UUID
    model: str
    fields: Sequence[str]
    at: datetime


class AccessJudge(Protocol):
    """Answers for one kind of actor whether it may open these values now."""

    def judge(self, request: AccessRequest) -> None:
        """Return if the look is allowed; raise AccessDenied with a reason if not."""


judges: Registry[ActorKind, AccessJudge] = Registry("access judge")


@dataclass(frozen=True, slots=True)
class SystemJob:
    """A named job that acts by itself.

    Arguments:
        name: the actor's ref.
        words: what it is, for the client's view, such as "the mail sender".
        purposes: the purposes that it may act for; any other is refused.
        subjects: whom it may look at; None for anybody.
    """

    name: str
    words: Words
    purposes: frozenset[Purpose]
    subjects: frozenset[UUID] | None = None


system_jobs: Registry[str, SystemJob] = Registry("system job")


def register_system_job(
    *, name: str, words: Words, purposes: Iterable[Purpose], subjects: Iterable[UUID] | None = None
) -> None:
    """Register a system job, so that ``acting.system(name)`` may act for ``purposes``; see ``SystemJob``."""
    narrowed = None if subjects is None else frozenset(subjects)
    system_jobs.register(name, SystemJob(name=name, words=words, purposes=frozenset(purposes), subjects=narrowed))


class SystemJudge:
    """The judge of system jobs: the job must be registered, for this purpose, and for this subject."""

    def judge(self, request: AccessRequest) -> None:
        """Allow a registered job its registered purposes; deny all else."""
        job = system_jobs.get(request.acting.actor.ref)
        if job is None:
            raise AccessDenied("This system job is not registered.")
        if request.acting.purpose not in job.purposes:
            raise AccessDenied("This system job may not act for this purpose.")
        if job.subjects is not None and request.subject_id not in job.subjects:
            raise AccessDenied("This system job may not look at this subject.")


judges.register(ActorKind.SYSTEM, SystemJudge())


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is open now: it justifies looks at one subject, by the member of staff who took it.

    Arguments:
        subject_id: whom it is about.
        taken_by: the id of the member of staff who took it, or None while nobody has.
        purposes: what it justifies a look for.
        words: what it is, for the client's view, such as "your request 4F2A".
        labels: the values that it justifies a look at, such as ``accounts.Profile.email``; None for any.
    """

    subject_id: UUID
    taken_by: UUID | None
    purposes: frozenset[Purpose]
    words: Words
    labels: frozenset[str] | None = None


class CaseResolver(Protocol):
    """Answers for one kind of case."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the case if it is open now, or None."""

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return the case's words, and the client's page of it or an empty text; for open and closed ones."""


case_resolvers: Registry[str, CaseResolver] = Registry("case resolver")
"""Kind of case, such as ``request``, → who answers for it. A kind that nobody answers for justifies nothing (A4)."""

secret_cases: Registry[str, Callable[[Collection[str]], set[str]]] = Registry("secret case")
"""Kind of case → which of these cases the law forbids to tell a client of today; their lines are told when it ends."""
