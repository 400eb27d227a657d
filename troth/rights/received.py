"""What each organisation received about a client, value by value: when, what for, and on which ground (A6, A10).

Read from what stands in the record of what left, so that the page, the download and a staff member on a case say the
same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from troth.disclosures.api import GroundKind, Left, LeftSum, list_left_of, name_field, sum_left_of
from troth.kernel.ports import Words, case_resolvers
from troth.processors.api import describe_recipient, list_corrections
from troth.ui.api import reverse_url_or_none

STATEMENT, AUTHORISATION = "statement", "authorisation"


@dataclass(slots=True)
class ReceivedValue:
    """One value that one organisation received for one purpose on one ground.

    Arguments:
        words: the value's name.
        why: the purpose, in words.
        ground: the ground, in words; ``evidence`` what it rests on, and ``url`` where that can be read.
        first_at, last_at: the first and the last time; ``times`` how often.
    """

    words: str
    why: Words
    ground: Words
    evidence: Words
    url: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of a correction at an organisation that had the old value (A11)."""

    at: datetime
    values: str
    outcome: Words


@dataclass(slots=True)
class Recipient:
    """One organisation with all that it received."""

    key: str
    name: Words
    url: str
    values: list[ReceivedValue] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        """When it received something last."""
        return max(value.last_at for value in self.values)


@dataclass(frozen=True, slots=True)
class Departed:
    """One time that something left, for the list of all times."""

    left: Left
    name: Words
    values: tuple[str, ...]
    ground: Words
    evidence: Words
    url: str
    case: Words
    case_url: str


def read_received(subject_id: UUID) -> list[Recipient]:
    """Return every organisation that received something, the last one first; one query for all of it."""
    found: dict[str, Recipient] = {}
    merged: dict[tuple[str, str, str, str, str], ReceivedValue] = {}
    for row in sum_left_of(subject_id):
        recipient = found.get(row.recipient)
        if recipient is None:
            recipient = found[row.recipient] = Recipient(
                row.recipient, describe_recipient(row.recipient), _company_url()
            )
        for label in row.fields:
            key = (row.recipient, label, row.purpose, row.ground, row.evidence)
            if key in merged:
                _add(merged[key], row)
            else:
                merged[key] = _make(label, row)
                recipient.values.append(merged[key])
    for each in list_corrections(subject_id):
        if recipient := found.get(each.processor):
            values = ", ".join(str(name_field(label)) for label in each.labels)
            outcome = each.words or each.get_state_display()
            recipient.corrections.append(Correction(at=each.corrected_at, values=values, outcome=outcome))
    return sorted(found.values(), key=lambda recipient: recipient.last_at, reverse=True)


def tell_departures(rows: Sequence[Left]) -> list[Departed]:
    """Return rows of what left, in words."""
    return [_tell(row) for row in rows]


def list_departures(subject_id: UUID, *, after: UUID | None = None, limit: int = 50) -> list[Departed]:
    """Return each time that something left, the newest first."""
    return tell_departures(list_left_of(subject_id, after=after, limit=limit))


def describe_evidence(evidence: str) -> tuple[Words, str]:
    """Return what a ground rests on, in words, and where it can be read."""
    kind, _colon, ref = evidence.partition(":")
    if kind == STATEMENT and ref.isdigit():
        url = reverse_url_or_none("statement:version", number=int(ref)) or ""
        return _("statement, version %(number)s") % {"number": ref}, url
    if kind == AUTHORISATION:
        return _("your own word"), f"{reverse_url_or_none('rights:allowing') or ''}#{ref}"
    return "", ""


def _make(label: str, row: LeftSum) -> ReceivedValue:
    evidence, url = describe_evidence(row.evidence)
    return ReceivedValue(
        words=str(name_field(label)),
        why=row.purpose.words,
        ground=GroundKind(row.ground).label,
        evidence=evidence,
        url=url,
        first_at=row.first_at,
        last_at=row.last_at,
        times=row.times,
    )


def _add(value: ReceivedValue, row: LeftSum) -> None:
    value.first_at = min(value.first_at, row.first_at)
    value.last_at = max(value.last_at, row.last_at)
    value.times += row.times


def _tell(row: Left) -> Departed:
    evidence, url = describe_evidence(row.evidence)
    resolver = case_resolvers.get(row.case_kind)
    case, case_url = resolver.describe(row.case_ref) if resolver else ("", "")
    return Departed(
        left=row,
        name=describe_recipient(row.recipient),
        values=tuple(str(name_field(label)) for label in row.fields),
        ground=GroundKind(row.ground).label,
        evidence=evidence,
        url=url,
        case=case,
        case_url=case_url,
    )


def _company_url() -> str:
    return reverse_url_or_none("processors:companies") or ""
