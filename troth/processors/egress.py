"""The one door out (A6, A7, H1): the only code that hands a personal value to another organisation.

``send`` judges first: is every leaf of the payload declared, and of its form; is the organisation registered, under
contract and audited; may it receive these values for this purpose; were they asked for it; on which ground. Then it
opens them, writes the disclosure and commits it, and only then calls the adapter. Whatever says no leaves everything
unopened and unsent, is counted, told to staff, and raised as ``SendRefused`` with a reason that a client understands.

A call without any personal value (a refund, a look at a state, a request to delete) passes as well where the agreement
has lapsed: stopping those would harm the client whom the promise protects. One that begins something new there does
not (``Operation.begins``). Its payload is held to its schema all the same, so that no value travels as something else.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from troth.disclosures.api import (
    Evidence,
    Ground,
    Informed,
    NoGround,
    OutcomeState,
    Wanted,
    judge_ground,
    note_outcome,
    write_disclosure,
)
from troth.kernel.acting import acting, require_acting
from troth.kernel.errors import Closed
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.processors import standing
from troth.processors.errors import Cause, SendRefused
from troth.processors.models import Processor
from troth.processors.network import speaking_to
from troth.processors.payload import Carrying, Leaf, NotAPayload, Part, Payload, flatten, rebuild
from troth.processors.refusals import note_refusal
from troth.processors.schema import Operation, Personal, Place, Plain, Written
from troth.vault.api import Attribute, SealedModel, SealedValue, get_attribute

_SHORTEST_TELLTALE = 6
"""An opened value with fewer letters and digits is not looked for in plain leaves: "Abe" stands in many ids."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What a rehearsal is given in place of the call: everything that would have left.

    Arguments:
        processor, operation, host: to whom, for what, where.
        labels: the labels of the values in it.
        body: the payload, opened.
        disclosure_id: the row that was written before; None where nothing personal is in it.
    """

    processor: str
    operation: str
    host: str
    labels: tuple[str, ...]
    body: Any
    disclosure_id: UUID | None


_rehearsal: ContextVar[Callable[[Departure], Any] | None] = ContextVar("rehearsal", default=None)


@contextmanager
def rehearsing(take: Callable[[Departure], Any]) -> Iterator[None]:
    """Within the block nothing leaves: ``take`` is given what would, and its answer stands for the organisation's.

    For checks, which undo what they did: the rows are written in their transaction instead of being committed.
    """
    token = _rehearsal.set(take)
    try:
        yield
    finally:
        _rehearsal.reset(token)


def current_rehearsal() -> Callable[[Departure], Any] | None:
    """Return what takes in place of the organisation, or None where things really leave."""
    return _rehearsal.get()


def send[T](  # noqa: PLR0913  each keyword is one thing that is judged
    operation: Operation,
    *,
    processor: str,
    host: str,
    subject_id: UUID,
    payload: Payload,
    call: Callable[[Any], T],
    purpose: Purpose | None = None,
    ground: Ground | None = None,
    reference: str = "",
    records: int = 1,
) -> T:
    """Hand a payload to an organisation, and return what ``call`` returns.

    Arguments:
        operation: what is asked of it, with the schema of its payload.
        processor: the organisation's key in the register.
        host: where ``call`` speaks to, ``host:port`` or host; no other can be reached meanwhile. Empty for what is
            handed over on paper: nobody at all can be reached then.
        subject_id: whom the values are about.
        payload: nested mappings and lists; leaves are unopened values (``SealedValue``, ``Part``) or plain ones.
        call: speaks to the organisation; is given the payload, opened, and without what was never given.
        purpose: why, where the operation does not say.
        ground: on which ground; that the client was told beforehand, where it is not given.
        reference: our id of the thing that it is sent for.
        records: how many records it concerns.

    Call it outside of any transaction, acting as somebody who may open the values.

    Raises SendRefused where a judgement says no; AccessDenied where the door in stays shut; and what ``call`` raises.
    """
    why = operation.purpose or purpose
    if why is None:
        raise TypeError(f"The operation {operation.name} wants a purpose.")
    attempt = Attempt(operation=operation, key=processor, host=host, subject_id=subject_id, purpose=why)
    context = require_acting()
    try:
        entry = attempt.judge(payload, ground or Informed())
    except SendRefused as refusal:
        note_refusal(refusal)
        raise
    with acting(actor=context.actor, purpose=why, case=context.case):
        return attempt.go(entry, payload, call, reference=reference, records=records)


class Attempt:
    """One use of the door, for one client."""

    def __init__(self, *, operation: Operation, key: str, host: str, subject_id: UUID, purpose: Purpose) -> None:
        self.operation = operation
        self.key = key
        self.host = host
        self.subject_id = subject_id
        self.purpose = purpose
        self.leaves: list[Leaf] = []
        self.evidence: Evidence | None = None
        self.clause = ""

    # -- Judging: nothing is opened, nothing is written -------------------------------------------------------------

    def judge(self, payload: Payload, ground: Ground) -> Processor:
        """Return the register's entry if the payload may go; raise SendRefused if not."""
        try:
            self.leaves = list(flatten(payload))
        except NotAPayload as error:
            raise self._refuse(Cause.UNDECLARED_FIELD, str(error)) from None
        for leaf in self.leaves:
            self._judge_leaf(leaf)
        entry = standing.find_processor(self.key)
        self._require(standing.judge_entry(entry))
        assert entry is not None  # noqa: S101  judge_entry refuses where there is none
        if self.host:
            self._require(standing.judge_host(entry, self.host))
        personal = [leaf for leaf in self.leaves if _is_personal(leaf.value)]
        if personal:
            self._judge_values(entry, personal, ground)
        elif self.operation.begins:
            self._require(standing.judge_contract(entry))
        self._require_needed()
        return entry

    def judge_like(self, other: "Attempt", payload: Payload, ground: Ground) -> None:
        """Judge as ``judge`` does what concerns this client; the organisation was judged with ``other``, just now.

        A payload with a value that the other's did not have is refused: nobody has judged that value.
        """
        try:
            self.leaves = list(flatten(payload))
        except NotAPayload as error:
            raise self._refuse(Cause.UNDECLARED_FIELD, str(error)) from None
        for leaf in self.leaves:
            self._judge_leaf(leaf)
        self._require_needed()
        judged = {label for leaf in other.leaves for label in _labels_of(leaf.value)}
        labels = tuple(dict.fromkeys(label for leaf in self.leaves for label in _labels_of(leaf.value)))
        if extra := sorted(set(labels) - judged):
            raise self._refuse(Cause.NOT_ALLOWED, ", ".join(extra))
        self._judge_ground(ground, labels, clause=other.clause)

    def _judge_leaf(self, leaf: Leaf) -> None:
        place = self.operation.schema.get(leaf.place)
        if place is None:
            raise self._refuse(Cause.UNDECLARED_FIELD, leaf.place)
        if not self._fits(place, leaf.value):
            raise self._refuse(Cause.WRONG_FORM, leaf.place)

    def _fits(self, place: Place, value: Any) -> bool:
        if isinstance(place, Plain):
            return not _is_personal(value) and place.fits(value)
        if isinstance(place, Written):
            return isinstance(value, Carrying) and bool(value.labels)
        if not isinstance(value, SealedValue | Part):
            return False
        sealed, part = (value.value, value.name) if isinstance(value, Part) else (value, "")
        if sealed.row.subject_id != self.subject_id:
            raise self._refuse(Cause.OTHER_SUBJECT)
        return place.fits(_attribute_of(sealed).category, part)

    def _judge_values(self, entry: Processor, personal: Sequence[Leaf], ground: Ground) -> None:
        try:
            require_open(Feature.DISCLOSURES)
        except Closed:
            raise self._refuse(Cause.CLOSED) from None
        self._require(standing.judge_contract(entry))
        labels = list(dict.fromkeys(label for leaf in personal for label in _labels_of(leaf.value)))
        self._require(standing.judge_fields(entry, labels=labels, purpose=self.purpose))
        for label in labels:
            if not _was_asked_for(label, self.purpose):
                raise self._refuse(Cause.WRONG_PURPOSE, label)
        if entry.only_authorised and isinstance(ground, Informed):
            raise self._refuse(Cause.NO_GROUND, "only on the client's own word")
        self._judge_ground(ground, tuple(labels), clause=entry.clause)

    def _judge_ground(self, ground: Ground, labels: tuple[str, ...], *, clause: str) -> None:
        wanted = Wanted(subject_id=self.subject_id, recipient=self.key, purpose=self.purpose, fields=labels)
        self.clause = clause
        try:
            self.evidence = judge_ground(ground, wanted=wanted, clause=clause)
        except NoGround as error:
            raise self._refuse(Cause.NO_GROUND, error.message) from None

    def _require_needed(self) -> None:
        present = {leaf.place for leaf in self.leaves}
        for path, place in self.operation.schema.items():
            if isinstance(place, Personal) and place.required and path not in present:
                raise self._refuse(Cause.MISSING_FIELD, path)

    # -- Going: opened, written, committed, sent --------------------------------------------------------------------

    def go[T](self, entry: Processor, payload: Payload, call: Callable[[Any], T], *, reference: str, records: int) -> T:
        """Open the values, commit the disclosure, call the adapter, note the outcome."""
        take = current_rehearsal()
        opened = self._open()
        body = rebuild(payload, opened)
        labels = self.list_labels(opened)
        disclosure_id = None
        if labels:
            # Committed by itself before the first byte: were it part of a wider transaction, undoing that would undo
            # the trace of what left.
            with transaction.atomic(durable=take is None):
                disclosure_id = self.write(entry, labels, reference=reference, records=records)
        if take is not None:
            departure = Departure(self.key, self.operation.name, self.host, labels, body, disclosure_id)
            return take(departure)  # type: ignore[no-any-return]
        return self._call(call, body, disclosure_id)

    def write(self, entry: Processor, labels: tuple[str, ...], *, reference: str, records: int = 1) -> UUID:
        """Write the row of what is about to leave, in the caller's transaction; return its id."""
        assert self.evidence is not None  # noqa: S101  judged before, wherever there is a personal value
        return write_disclosure(
            wanted=Wanted(subject_id=self.subject_id, recipient=self.key, purpose=self.purpose, fields=labels),
            evidence=self.evidence,
            recipient_name=entry.name,
            operation=self.operation.name,
            reference=reference,
            records=records,
            **({"event": self.operation.event} if self.operation.event else {}),
        )

    def _call[T](self, call: Callable[[Any], T], body: Any, disclosure_id: UUID | None) -> T:
        try:
            with speaking_to([self.host] if self.host else []):
                answer = call(body)
        except BaseException:
            if disclosure_id:
                note_outcome(disclosure_id, OutcomeState.FAILED)
            raise
        if disclosure_id:
            note_outcome(disclosure_id, OutcomeState.ACCEPTED)
        return answer

    def _open(self) -> dict[tuple[str | int, ...], Any]:
        """Open what the leaves name, row by row, and return it by the leaf's path; None where it was never given."""
        wanted: dict[UUID, tuple[SealedModel, set[str]]] = {}
        for leaf in self.leaves:
            if sealed := _sealed_of(leaf.value):
                wanted.setdefault(sealed.row.pk, (sealed.row, set()))[1].add(sealed.name)
        rows = {pk: row.open(*sorted(names)) for pk, (row, names) in wanted.items()}
        found: dict[tuple[str | int, ...], Any] = {}
        for leaf in self.leaves:
            if isinstance(leaf.value, Carrying):
                found[leaf.path] = leaf.value.text
            elif sealed := _sealed_of(leaf.value):
                value = rows[sealed.row.pk][sealed.name]
                found[leaf.path] = leaf.value.pick(value) if isinstance(leaf.value, Part) else value
        self._require_given(found)
        self._require_untold(found)
        return found

    def _require_given(self, found: dict[tuple[str | int, ...], Any]) -> None:
        for leaf in self.leaves:
            place = self.operation.schema.get(leaf.place)
            if isinstance(place, Personal) and place.required and found.get(leaf.path) is None:
                raise self._refuse_late(Cause.MISSING_FIELD, leaf.place)

    def _require_untold(self, found: dict[tuple[str | int, ...], Any]) -> None:
        """Refuse where a plain leaf holds one of the opened values: an id that is a name, metadata with an address."""
        told = [_squeeze(value) for value in found.values() if isinstance(value, str)]
        told = [value for value in told if len(value) >= _SHORTEST_TELLTALE]
        for leaf in self.leaves:
            place = self.operation.schema.get(leaf.place)
            if isinstance(place, Plain) and place.is_wide:
                text = _squeeze(str(leaf.value))
                if any(value in text for value in told):
                    raise self._refuse_late(Cause.WRONG_FORM, leaf.place)

    def list_labels(self, found: dict[tuple[str | int, ...], Any]) -> tuple[str, ...]:
        """Return the labels of what is really there; what was never given does not leave and is not written down."""
        there = [leaf for leaf in self.leaves if found.get(leaf.path) is not None]
        return tuple(dict.fromkeys(label for leaf in there for label in _labels_of(leaf.value)))

    def _require(self, verdict: standing.Verdict) -> None:
        if verdict.cause is not None:
            raise self._refuse(verdict.cause, verdict.detail)

    def _refuse(self, cause: Cause, detail: str = "") -> SendRefused:
        return SendRefused(cause, processor=self.key, operation=self.operation.name, detail=detail)

    def _refuse_late(self, cause: Cause, detail: str) -> SendRefused:
        refusal = self._refuse(cause, detail)
        note_refusal(refusal)
        return refusal


# -- What a leaf is ------------------------------------------------------------------------------------------------


def _is_personal(value: Any) -> bool:
    return isinstance(value, SealedValue | Part | Carrying)


def _sealed_of(value: Any) -> SealedValue | None:
    if isinstance(value, Part):
        return value.value
    return value if isinstance(value, SealedValue) else None


def _attribute_of(value: SealedValue) -> Attribute:
    return value.row.sealed_attributes[value.name]


def _labels_of(value: Any) -> tuple[str, ...]:
    """Return the labels of what a leaf holds: of a mail's text several, of a part of an address with that part."""
    if isinstance(value, Carrying):
        return value.labels
    sealed = _sealed_of(value)
    if sealed is None:
        return ()
    label = f"{sealed.row._meta.label}.{sealed.name}"
    return (f"{label}/{value.name}",) if isinstance(value, Part) else (label,)


def _squeeze(text: str) -> str:
    """Return the letters and digits of a text, in small."""
    return "".join(filter(str.isalnum, text)).casefold()


def _was_asked_for(label: str, purpose: Purpose) -> bool:
    """Return whether the value was collected for this purpose; a client's own rights are served by every value."""
    model, _dot, name = label.partition("/")[0].rpartition(".")
    try:
        attribute = get_attribute(model, name)
    except (LookupError, ValueError):
        return False
    return purpose is Purpose.RIGHTS or purpose in attribute.purposes
