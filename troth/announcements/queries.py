"""Reading what this room holds. Nothing here opens a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from troth.announcements.kinds import MOVING, PUBLISHED, REVIEWED_HERE, DeliveryState, NoticeClass, NoticeState
from troth.announcements.models import Delivery, Notice, NoticeText
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import Registry

_FIRST = (NoticeState.IN_REVIEW, *MOVING)
_PUBLIC = (NoticeClass.SERVICE, NoticeClass.POLICY, NoticeClass.TRANSITION)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a notice is: the states of its rows, which add up to the number that was frozen.

    Arguments:
        counts: state, in words, and how many rows; in the order of the states.
        done: how many rows have ended.
        total: how many rows there are.
        bounced: how many came back.
        again: how many were sent again although their fate was unknown.
    """

    counts: Sequence[tuple[str, int]]
    done: int
    total: int
    bounced: int
    again: int


def list_notices() -> QuerySet[Notice]:
    """Return all notices, those that somebody should look at first, then the newest."""
    urgent = Case(When(state__in=_FIRST, then=Value(0)), default=Value(1), output_field=IntegerField())
    return Notice.objects.order_by(urgent, "-made_at")


def list_public() -> QuerySet[Notice]:
    """Return what was announced to all, the newest first; news is not."""
    return Notice.objects.filter(kind__in=_PUBLIC, state__in=PUBLISHED).order_by("-frozen_at")


def list_corrections(notice: Notice) -> list[Notice]:
    """Return what was announced to correct it, the newest first."""
    return list(notice.corrections.filter(state__in=PUBLISHED).order_by("-frozen_at"))


def list_under_way(now: datetime | None = None) -> list[Notice]:
    """Return the service announcements of which what they tell has not ended yet."""
    at = now or clock.now()
    shown = Notice.objects.filter(kind=NoticeClass.SERVICE, state__in=PUBLISHED).exclude(state=NoticeState.CANCELLED)
    waiting = Q(ends_at__gt=at) | Q(ends_at=None, begins_at__gt=at)
    # A correction that names another time stands in the place of what it corrects.
    moved = shown.filter(corrects__isnull=False, begins_at__isnull=False).order_by("-frozen_at")
    newest: dict[UUID | None, UUID] = {}
    for corrects, pk in moved.values_list("corrects_id", "pk"):
        newest.setdefault(corrects, pk)
    found = shown.filter(waiting).exclude(pk__in=[each for each in newest if each]).order_by("begins_at")
    return [each for each in found if each.corrects_id is None or newest[each.corrects_id] == each.pk]


@dataclass(frozen=True, slots=True)
class About:
    """Where the thing stands that a notice of another room tells of.

    Arguments:
        public_url: the page for everybody, which its mail leads to; a path.
        public_words: what the link says, in the language in force.
        console_url: the page for staff.
    """

    public_url: str
    public_words: str
    console_url: str


about_finders: Registry[str, Callable[[str], About | None]] = Registry("finder of what a notice is about")
"""Kind of thing, such as ``amendment``, → returns where the thing of this id stands."""


def find_about(notice: Notice) -> About | None:
    """Return where the thing stands that a notice tells of, or None where it is its own."""
    kind, _colon, ref = notice.about.partition(":")
    finder = about_finders.get(kind)
    return finder(ref) if finder and ref else None


def find_about_url(notice: Notice) -> str:
    """Return the console's page of that thing, or an empty text."""
    about = find_about(notice)
    return about.console_url if about else ""


def count_to_review() -> int:
    """Return how many notices wait here for a second person, or for a person to look."""
    waits = Q(state=NoticeState.HELD) | Q(state=NoticeState.IN_REVIEW, kind__in=REVIEWED_HERE)
    return Notice.objects.filter(waits).count()


def pick_text(notice: Notice, language: str) -> NoticeText | None:
    """Return what it says in this language, or in the operator's first."""
    texts = {text.language: text for text in notice.texts.all()}
    return texts.get(language) or texts.get(read_operator().languages[0]) or next(iter(texts.values()), None)


def describe_progress(notice: Notice) -> Progress | None:
    """Return how far it is; None before its recipients were listed."""
    if notice.frozen_at is None:
        return None
    counted = notice.counts or count_states(notice)
    rows = Delivery.objects.filter(notice=notice)
    waiting = counted.get(DeliveryState.PENDING, 0) + counted.get(DeliveryState.INFLIGHT, 0)
    total = sum(counted.values())
    return Progress(
        counts=[(str(state.label), counted[state]) for state in DeliveryState if counted.get(state)],
        done=total - waiting,
        total=total,
        bounced=rows.exclude(bounced="").count(),
        again=rows.filter(told_again=True).count(),
    )


def list_deliveries_of(subject_id: UUID) -> QuerySet[Delivery]:
    """Return what was sent to one client, the newest first."""
    return Delivery.objects.filter(subject_id=subject_id).select_related("notice").order_by("-id")


def count_states(notice: Notice) -> Mapping[str, int]:
    """Return how many rows stand in each state; they add up to the number that was frozen."""
    counted = Delivery.objects.filter(notice=notice).values_list("state").annotate(n=Count("id")).order_by()
    return dict(counted)
