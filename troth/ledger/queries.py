"""Reading the record: what stands here about a client, page by page, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from troth.kernel import ids
from troth.kernel.acting import Actor, ActorKind, Case
from troth.kernel.ports import Words, secret_cases
from troth.kernel.purposes import Purpose
from troth.ledger.events import names_of_looks, require_event
from troth.ledger.models import Checkpoint, EntryRow

PAGE = 50
"""How many entries a page holds where the caller does not say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the record, as other apps read it.

    Arguments:
        id: time-ordered; give it as ``after`` to read on from here.
        at: when, in UTC.
        event: the event's name.
        actor: who did it; names of staff are not here.
        purpose: why.
        case: the ticket, order or request that justified it, or None.
        subject_id: whom it is about, or None.
        fields: the names of the fields concerned.
        object_type: the label of the table concerned, or an empty text.
        object_id: the id of the thing concerned, or an empty text.
        recipient: the key of the organisation that received, or an empty text.
        ground: the key of the ground, or an empty text.
        count: how many things it concerned; 0 where the row says it all.
    """

    id: UUID
    at: datetime
    event: str
    actor: Actor
    purpose: Purpose
    case: Case | None
    subject_id: UUID | None
    fields: tuple[str, ...]
    object_type: str
    object_id: str
    recipient: str
    ground: str
    count: int

    @property
    def words(self) -> Words:
        """What the actor did, to follow the actor's name, such as "looked at your information"."""
        return require_event(self.event).words

    @property
    def is_look(self) -> bool:
        """Whether somebody looked at the client's information."""
        return require_event(self.event).is_look


def entries_about(
    subject_id: UUID, *, events: Sequence[str] | None = None, after: UUID | None = None, limit: int = PAGE
) -> list[Entry]:
    """Return entries about a client, newest first.

    Arguments:
        subject_id: the client.
        events: names of events to keep; all where None.
        after: the id of the last entry of the page before.
        limit: how many at most.
    """
    return _read_page(_rows_about(subject_id, events=events), after=after, limit=limit)


def looks_at(subject_id: UUID, *, after: UUID | None = None, limit: int = PAGE) -> list[Entry]:
    """Return who looked at the client's information, newest first: why, which fields, on which case."""
    return _read_page(_rows_about(subject_id, events=names_of_looks()), after=after, limit=limit)


def disclosures_of(subject_id: UUID, *, after: UUID | None = None, limit: int = PAGE) -> list[Entry]:
    """Return which organisations received the client's information, newest first: on which ground, which fields."""
    return _read_page(_disclosures_about(subject_id), after=after, limit=limit)


def looks_by_actor(actor_ref: str, *, since: datetime, until: datetime) -> Iterator[Entry]:
    """Return the looks of one actor in a span of time, the oldest first.

    Ids are ordered by time (RFC 9562, version 7), so the span is read by key and not by a pass over the record.

    Arguments:
        actor_ref: the id of a member of staff, or a job's name.
        since: where the span begins.
        until: where it ends, included.
    """
    rows = EntryRow.objects.filter(
        id__gte=ids.first_id_at(since), id__lt=ids.first_id_at(until + timedelta(milliseconds=1)), actor_ref=actor_ref
    )
    found = rows.filter(event__in=names_of_looks()).order_by("id")
    return (_make_entry(row) for row in found.iterator(chunk_size=1000))


def count_entries_about(subject_id: UUID, *, events: Sequence[str] | None = None) -> int:
    """Return how many entries stand here about the client, of these events or of all."""
    return _rows_about(subject_id, events=events).count()


def count_looks_at(subject_id: UUID) -> int:
    """Return how often the client's information was looked at."""
    return _rows_about(subject_id, events=names_of_looks()).count()


def count_disclosures_of(subject_id: UUID) -> int:
    """Return how often the client's information was handed to an organisation."""
    return _disclosures_about(subject_id).count()


def entries_of_kind(kind: ActorKind, *, since: datetime, events: Sequence[str]) -> list[Entry]:
    """Return what actors of one kind did since a moment, of these events, oldest first; only staff's are indexed so."""
    rows = EntryRow.objects.filter(actor_kind=str(kind), at__gte=since, event__in=[str(event) for event in events])
    return [_make_entry(row) for row in rows.order_by("at")]


def find_entry(entry_id: UUID) -> Entry | None:
    """Return the entry of this id, or None."""
    row = EntryRow.objects.filter(id=entry_id).first()
    return _make_entry(row) if row else None


def newest_entries(limit: int) -> list[Entry]:
    """Return the newest entries about anybody, newest first; for checks."""
    return [_make_entry(row) for row in EntryRow.objects.order_by("-id")[:limit]]


def latest_checkpoint() -> Checkpoint | None:
    """Return the checkpoint of the largest tree, or None before the first sealing."""
    return Checkpoint.objects.order_by("-size").first()


def _rows_about(subject_id: UUID, *, events: Sequence[str] | None = None) -> QuerySet[EntryRow]:
    rows = EntryRow.objects.filter(subject_id=subject_id)
    return rows if events is None else rows.filter(event__in=[str(event) for event in events])


def _disclosures_about(subject_id: UUID) -> QuerySet[EntryRow]:
    """Return the rows that name a recipient: that is what makes a row a disclosure."""
    return _rows_about(subject_id).exclude(recipient="")


def _read_page(rows: QuerySet[EntryRow], *, after: UUID | None, limit: int) -> list[Entry]:
    """Return one page by key, so that a late page costs what the first one does.

    Lines on a case of which the law forbids to tell are passed over; they are told when the ban ends (H2).
    """
    found: list[Entry] = []
    while len(found) < limit:
        batch = rows.filter(id__lt=after) if after is not None else rows
        wanted = limit - len(found)
        read = [_make_entry(row) for row in batch.order_by("-id")[:wanted]]
        found += _leave_secret_out(read)
        if len(read) < wanted:
            break
        after = read[-1].id
    return found


def _leave_secret_out(entries: list[Entry]) -> list[Entry]:
    refs: dict[str, set[str]] = {}
    for entry in entries:
        if entry.case is not None and entry.case.kind in secret_cases:
            refs.setdefault(entry.case.kind, set()).add(entry.case.ref)
    if not refs:
        return entries
    secret = {(kind, ref) for kind, known in refs.items() for ref in _ask_secret(kind, known)}
    return [entry for entry in entries if entry.case is None or (entry.case.kind, entry.case.ref) not in secret]


def _ask_secret(kind: str, refs: set[str]) -> set[str]:
    ask = secret_cases.get(kind)
    return ask(refs) if ask else set()


def _make_entry(row: EntryRow) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        event=row.event,
        actor=Actor(ActorKind(row.actor_kind), row.actor_ref),
        purpose=Purpose(row.purpose),
        case=Case(row.case_kind, row.case_ref) if row.case_kind else None,
        subject_id=row.subject_id,
        fields=tuple(row.fields.split(",")) if row.fields else (),
        object_type=row.object_type,
        object_id=row.object_id,
        recipient=row.recipient,
        ground=row.ground,
        count=row.count,
    )
