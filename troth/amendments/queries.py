"""Reads of this room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from troth.accounts.api import Account
from troth.amendments.drafting import read_amended
from troth.amendments.kinds import AmendmentState, LetterState
from troth.amendments.models import Amendment, NoticeLetter, Told
from troth.kernel.operator import read_operator
from troth.statement.api import Change, StatementVersion, Text, compare_texts, find_version, read_text, versions


def list_amendments() -> QuerySet[Amendment]:
    """Return all changes, the newest first."""
    return Amendment.objects.select_related("version").order_by("-made_at")


def find_amendment(amendment_id: UUID) -> Amendment | None:
    """Return the change of this id, or None."""
    return Amendment.objects.select_related("version", "notice").filter(pk=amendment_id).first()


def find_by_number(number: int) -> Amendment | None:
    """Return the change that became this version, or None."""
    return Amendment.objects.select_related("version", "notice").filter(version__number=number).first()


def count_waiting() -> int:
    """Return how many changes wait for others."""
    return Amendment.objects.filter(state=AmendmentState.IN_REVIEW).count()


def list_letters() -> QuerySet[NoticeLetter]:
    """Return the letters that wait, the oldest first."""
    return NoticeLetter.objects.filter(state=LetterState.WAITING).order_by("made_at", "id")


@dataclass(frozen=True, slots=True)
class Compared:
    """What a change does to the text in one language.

    Arguments:
        language: its tag.
        changes: the paragraphs and titles that are not the same, in the order of the new text.
        same: how many are.
    """

    language: str
    changes: Sequence[Change]
    same: int


def compare_amendment(amendment: Amendment) -> list[Compared]:
    """Return what it changes, language by language; a language that cannot be read yet is left out."""
    base = find_version(amendment.base)
    return list(_compare(base, read_amended(amendment).texts.items())) if base else []


def _compare(base: StatementVersion, texts: object) -> Iterator[Compared]:
    for language, text in texts:  # type: ignore[attr-defined]
        assert isinstance(text, Text)  # noqa: S101  the shape of a draft
        changes = compare_texts(read_text(base, language), text)
        changed = [change for change in changes if change.kind != "same"]
        yield Compared(language=language, changes=changed, same=len(changes) - len(changed))


def find_uneven(compared: Sequence[Compared]) -> list[str]:
    """Return the clauses that change in one language and not in every other."""
    changed = [{clause for change in each.changes for clause in change.clauses} for each in compared]
    everywhere, anywhere = set.intersection(*changed), set.union(*changed)
    return sorted(anywhere - everywhere, key=lambda clause: (clause[0], int(clause[1:])))


@dataclass(frozen=True, slots=True)
class Period:
    """During which time a version applied to a client.

    Arguments:
        version: which one.
        since: from when; None where it does not apply, or not yet.
        until: to when; None where it still does.
        told: how and when the client was told, or None.
        joined: whether it stood on the site when the client joined.
    """

    version: StatementVersion
    since: datetime | None
    until: datetime | None
    told: Told | None
    joined: bool

    @property
    def since_on(self) -> date | None:
        """The day on which it began, at the operator's office, as the statement itself counts."""
        return _day(self.since)

    @property
    def until_on(self) -> date | None:
        """The day on which it ended, at the operator's office."""
        return _day(self.until)


def _day(at: datetime | None) -> date | None:
    return at.astimezone(ZoneInfo(read_operator().time_zone)).date() if at else None


def list_periods(account: Account) -> list[Period]:
    """Return which version applied to a client when, the newest first, and what is announced."""
    joined = account.verified_at or datetime.combine(
        account.created_on, time(), tzinfo=ZoneInfo(read_operator().time_zone)
    )
    told = {row.number: row for row in Told.objects.filter(subject_id=account.pk)}
    found: list[Period] = []
    until: datetime | None = None
    for version in versions():
        if version.withdrawn_at:
            continue
        stood = version.published_at <= joined
        since = _find_start(version, told.get(version.number), joined)
        ends = until if since else None
        if since and until and until <= since:
            continue
        found.append(Period(version=version, since=since, until=ends, told=told.get(version.number), joined=stood))
        if since:
            until = since
            if since <= joined:
                break
    return found


def _find_start(version: StatementVersion, told: Told | None, joined: datetime) -> datetime | None:
    """Return since when a version applies to a client: a material one not before it was told."""
    if version.in_force_at is None:
        return None
    start = max(version.in_force_at, joined)
    if version.planned_for is None or version.published_at <= joined:
        return start
    return max(start, told.at) if told else None
