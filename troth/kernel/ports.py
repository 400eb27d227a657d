"""The interfaces that keep the arrows pointing down: defined here, supplied by higher rooms at start-up.

A registry that nobody registered at denies or is reported; it never passes in silence.

* ``judges``: one ``AccessJudge`` for each kind of actor that may open another's values. None: nothing opens.
* ``system_jobs``: the named system jobs, each with the purposes it may act for.
* ``holders``: one ``DataHolder`` for each store of personal data that is no sealed table (files, tokens, queues).
* ``retention_holds``, ``retention_rules``: what must not go yet, and what goes when, outside the sealed tables.
* ``farewells``, ``erasure_relays``: who tells the client, and who tells the organisations, of an erasure.
* ``controls``: the checks of the promises, each with its sabotages.
* ``interlocks``: asks whether a feature is open; supplied by ``assessment``.
* ``courier``: sends one mail; supplied by ``processors``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from troth.kernel.acting import Acting, ActorKind
from troth.kernel.errors import AccessDenied, Closed, NotConfigured
from troth.kernel.purposes import Purpose

Words = str | Promise


class Registry[Key, Item]:
    """A table of named suppliers, filled at start-up. A name registered twice is an error."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[Key, Item] = {}

    def register(self, key: Key, item: Item) -> None:
        """Register ``item`` under ``key``; raise NotConfigured where the key is taken by another."""
        if key in self._items and self._items[key] is not item:
            raise NotConfigured(f"The {self._what} {key!r} is registered twice.")
        self._items[key] = item

    def get(self, key: Key) -> Item | None:
        """Return the item under ``key``, or None."""
        return self._items.get(key)

    def withdraw(self, key: Key) -> Item:
        """Take the item under ``key`` out and return it; for drills, which put it back."""
        return self._items.pop(key)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: Key) -> bool:
        return key in self._items


# -- Access -----------------------------------------------------------------------------------------------------------


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


# -- Cases -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is open now: it justifies looks at one subject, by the member of staff who took it.

    Arguments:
        subject_id: whom it is about.
        taken_by: the id of the member of staff who took it, or None while nobody has.
        purposes: what it justifies a look for.
        words: what it is, for the client's view, such as "your request 4F2A".
    """

    subject_id: UUID
    taken_by: UUID | None
    purposes: frozenset[Purpose]
    words: Words


class CaseResolver(Protocol):
    """Answers for one kind of case."""

    def find_open(self, ref: str) -> OpenCase | None:
        """Return the case if it is open now, or None."""

    def describe(self, ref: str) -> tuple[Words, str]:
        """Return the case's words, and the client's page of it or an empty text; for open and closed ones."""


case_resolvers: Registry[str, CaseResolver] = Registry("case resolver")
"""Kind of case, such as ``request``, → who answers for it. A kind that nobody answers for justifies nothing (A4)."""


# -- What is held -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One thing that is held about a client, as the Admin page and the export show it.

    Arguments:
        key: a stable name within the holder, such as ``session``.
        label: what it is, in the client's words.
        values: the facts, name to printable value.
        why: why it is held.
        kept_until: the date on which it goes, or None with ``kept`` in words.
        kept: how long it is kept, in words.
    """

    key: str
    label: Words
    values: Mapping[Words, Any]
    why: Words
    kept: Words
    kept_until: datetime | None = None


class DataHolder(Protocol):
    """A store of personal data outside the sealed tables: it can show, erase and verify one subject's part."""

    name: str
    label: Words

    def show(self, subject_id: UUID) -> Sequence[HeldItem]:
        """Return all that is held about the subject here."""

    def erase(self, subject_id: UUID) -> int:
        """Remove it all; return how many things went. May run twice."""

    def count(self, subject_id: UUID) -> int:
        """Return how many things are still held here; 0 after an erasure."""


holders: Registry[str, DataHolder] = Registry("data holder")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part of a client's record that the law forbids to show now, by a named decision (A10).

    Arguments:
        model: the label of the table, such as ``accounts.Profile``.
        fields: the names of the values; empty for all of the table.
        decision: what decided so, in words, such as "order 12 of the court of New York".
        until: the moment from which it is shown again; there is no withholding without an end.
    """

    model: str
    fields: frozenset[str]
    decision: Words
    until: datetime


class Withholder(Protocol):
    """Knows what is withheld of a client's record."""

    def find(self, subject_id: UUID) -> Sequence[Withheld]:
        """Return all that is withheld now."""


withholders: Registry[str, Withholder] = Registry("withholder")


# -- What goes, and what is held back ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that the law forbids to delete for now.

    Arguments:
        model: the label of the table, such as ``support.Message``.
        words: why, in words for the client.
        until: the date on which the hold ends by itself, or None where a decision ends it.
        row_id: the row that is held, or None for all rows of the subject in this table.
    """

    model: str
    words: Words
    until: date | None = None
    row_id: UUID | None = None


class RetentionHold(Protocol):
    """Says which rows of a subject must not go yet. A hold that is no longer returned has ended."""

    def holds_on(self, subject_id: UUID) -> Sequence[Hold]:
        """Return the holds on the subject's rows, as of now."""


retention_holds: Registry[str, RetentionHold] = Registry("retention hold")


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long rows outside the sealed tables are kept, and what makes them go.

    Arguments:
        name: ``<app>.<name>``.
        words: what goes when, in words for the client.
        count_due: returns how many things are past their time now.
        purge: removes them, in batches, and returns how many went; may run twice.
    """

    name: str
    words: Words
    count_due: Callable[[], int]
    purge: Callable[[], int]


retention_rules: Registry[str, RetentionRule] = Registry("retention rule")

farewells: Registry[str, Callable[[UUID, UUID], None]] = Registry("farewell")
"""Name → what is told a client before its address is erased, called with subject id and erasure id; may run twice."""

erasure_relays: Registry[str, Callable[[UUID], Sequence[str]]] = Registry("erasure relay")
"""Name → passes an erasure on to the organisations that received; returns their names. May run twice."""


# -- Promises ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Observation:
    """What a control saw. A control gathers effects (rows, bytes, headers), never settings.

    Arguments:
        examined: how many things were looked at; 0 makes the clause *unproven*, never *kept*.
        failures: one line for each thing that breaks the promise; no personal value in it.
        evidence: plain facts to keep beside the verdict: numbers, digests, names of routes.
    """

    examined: int
    failures: Sequence[str] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A deliberate breach, done in a scratch copy, that the control must catch.

    Arguments:
        key: a name within the control.
        words: what is broken, in words, such as "A cookie that is not in the register is set".
        breach: returns a context manager; inside it the promise is broken, after it nothing is left.
    """

    key: str
    words: Words
    breach: Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Control:
    """A check of one or more clauses on the live system (A12).

    Arguments:
        key: ``<app>.<name>``, for good.
        clauses: the ids in the statement that it watches, such as ``("A1", "A6")``.
        words: what it looks at, in words for a client.
        observe: looks, and says what it saw. An exception counts as broken.
        sabotages: at least one, written from another angle than the check.
        every: how often it runs; its evidence is stale after twice that.
        critical: whether a broken state closes ``closes``.
        closes: the features (see ``Feature``) that a broken state closes.
    """

    key: str
    clauses: tuple[str, ...]
    words: Words
    observe: Callable[[], Observation]
    sabotages: tuple[Sabotage, ...]
    every: timedelta = timedelta(hours=1)
    critical: bool = False
    closes: tuple["Feature", ...] = ()


controls: Registry[str, Control] = Registry("control")


class Feature(StrEnum):
    """What an interlock can close."""

    REGISTRATION = "registration"
    EXPORTS = "exports"
    STAFF_ACCESS = "staff_access"
    DISCLOSURES = "disclosures"
    ERASURE = "erasure"
    WEBLOG = "weblog"
    MAIL_TO_MANY = "mail_to_many"


class Interlock(Protocol):
    """Says whether a feature is open."""

    def reason_closed(self, feature: Feature) -> str:
        """Return why the feature is closed, in words, or an empty string where it is open."""


interlocks: Registry[str, Interlock] = Registry("interlock")


def require_open(feature: Feature) -> None:
    """Return if ``feature`` is open; raise Closed if a broken promise closes it, or if nobody answers for it."""
    interlock = interlocks.get("assessment")
    if interlock is None:
        raise Closed(_("This is closed: nobody watches the promises."))
    if reason := interlock.reason_closed(feature):
        raise Closed(
            reason, kept=_("Nothing was changed."), next_step=_("Try again later, or write to customer support.")
        )


# -- Mail -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one client, rendered and ready to go.

    Arguments:
        subject_id: whom it is to and about.
        to: the address.
        subject: the subject line; never a personal value.
        text: the plain-text body.
        html: the HTML body, nothing remote in it.
        kind: the message's name, such as ``accounts.welcome``.
        purpose: why it is sent.
        fields: the names of the personal values that it carries, such as ``("name", "email")``.
        message_id: kept on a retry, so that a receiver sees a repeat as one.
    """

    subject_id: UUID
    to: str
    subject: str
    text: str
    html: str
    kind: str
    purpose: Purpose
    fields: tuple[str, ...]
    message_id: str = ""


class Courier(Protocol):
    """Hands a letter to the mail relay, with a row in the ledger of what left before the bytes do (A6)."""

    def send(self, letter: Letter) -> None:
        """Send the letter; raise where the relay refuses or cannot be reached, so that the task is tried again."""


courier: Registry[str, Courier] = Registry("courier")


def send_letter(letter: Letter) -> None:
    """Send through the registered courier; raise NotConfigured where there is none."""
    mail = courier.get("mail")
    if mail is None:
        raise NotConfigured("No mail courier is registered.")
    mail.send(letter)
