"""Reads: the inbox, a client's own, the public answers, and the counts that belong to nobody."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from troth.feedback.models import Feedback, PublicAnswer, Tally
from troth.feedback.words import NO_RATING, SET_APART, State
from troth.kernel import clock
from troth.kernel.operator import read_operator


def inbox(state: str = State.NEW) -> QuerySet[Feedback]:
    """Return what stands in this state, the oldest first; what was set apart stands in a list of its own."""
    return _unopened().filter(state=state).exclude(apart__in=SET_APART).order_by("received_at")


def set_apart() -> QuerySet[Feedback]:
    """Return what was set apart and not done, the newest first."""
    return _unopened().filter(apart__in=SET_APART).exclude(state=State.DONE).order_by("-received_at")


def taken_by(member_id: UUID) -> QuerySet[Feedback]:
    """Return what a member took and has not finished."""
    return _unopened().filter(taken_by=member_id).exclude(state=State.DONE).order_by("received_at")


def find_feedback(feedback_id: UUID) -> Feedback | None:
    """Return one, or None."""
    return Feedback.objects.filter(pk=feedback_id).select_related("public_answer").first()


def feedback_of(subject_id: UUID) -> list[Feedback]:
    """Return what a client said, the newest first."""
    found = Feedback.objects.filter(subject_id=subject_id, has_account=True)
    return list(found.select_related("public_answer").order_by("-received_at")[:200])


def list_answers() -> QuerySet[PublicAnswer]:
    """Return the public answers, the newest first."""
    return PublicAnswer.objects.all()


def say_answer(answer: PublicAnswer) -> tuple[str, str]:
    """Return what we heard and what we did, in the reader's language where the house speaks it."""
    return _pick(answer.heard), _pick(answer.did)


@dataclass(frozen=True, slots=True)
class Month:
    """What was said in one month.

    Arguments:
        first: its first day.
        count: how much was said.
        rated: how much of it with a number.
        mean: the mean of the numbers, or None where there is none.
    """

    first: date
    count: int
    rated: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class PageLine:
    """What was said of one page since a day."""

    page: str
    count: int
    rated: int
    mean: float | None


def list_months(*, most: int = 24) -> list[Month]:
    """Return the last months in which something was said, the oldest first, with none left out between them."""
    sums = {row["month"]: row for row in _sum_by("month")}
    if not sums:
        return []
    months, last = [], clock.today().replace(day=1)
    first = max(min(sums), _go_back(last, most - 1))
    while first <= last:
        row = sums.get(first)
        months.append(Month(first, *_measure(row)) if row else Month(first, 0, 0, None))
        first = _go_back(first, -1)
    return months


def list_pages(*, since: date) -> list[PageLine]:
    """Return the pages of which something was said since a day, the most spoken of first."""
    rows = _sum_by("page", since=since)
    return [PageLine(row["page"], *_measure(row)) for row in sorted(rows, key=lambda row: -row["n"])]


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """A month as everybody reads it: without numbers where too few spoke.

    Arguments:
        first: its first day.
        count: how much was said, or None where fewer than the threshold.
        mean: the mean of the numbers, or None where fewer than the threshold gave one.
        answers: how many public answers were given.
    """

    first: date
    count: int | None
    mean: float | None
    answers: int


def least() -> int:
    """Return how many must have spoken before everybody reads how many they were."""
    return read_operator().numbers.suppression_threshold


def list_public_months(*, most: int = 12) -> list[PublicMonth]:
    """Return the months that are over, the newest first; the present one is still being counted."""
    fewest, present = least(), clock.today().replace(day=1)
    return [
        PublicMonth(
            first=each.first,
            count=each.count if each.count >= fewest else None,
            mean=each.mean if each.rated >= fewest else None,
            answers=_count_answers(each.first),
        )
        for each in reversed(list_months(most=most + 1))
        if each.first < present
    ]


def _count_answers(first: date) -> int:
    return PublicAnswer.objects.filter(
        published_at__date__gte=first, published_at__date__lt=_go_back(first, -1)
    ).count()


def _sum_by(column: str, *, since: date | None = None) -> list[dict[str, Any]]:
    rows = Tally.objects.filter(count__gt=0)
    rows = rows.filter(month__gte=since) if since else rows
    rated = Coalesce(Sum("count", filter=~Q(rating=NO_RATING)), 0)
    sums = rows.values(column).annotate(n=Sum("count"), rated=rated, points=Sum(F("count") * F("rating")))
    return list(sums.order_by(column))


def _measure(row: dict[str, Any]) -> tuple[int, int, float | None]:
    return row["n"], row["rated"], row["points"] / row["rated"] if row["rated"] else None


def _go_back(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def _pick(words: dict[str, str]) -> str:
    language = get_language() or ""
    return words.get(language) or words.get(language[:2]) or next(iter(words.values()), "")


def _unopened() -> QuerySet[Feedback]:
    return Feedback.objects.defer("sealed")
