"""When a transition may be carried out, and who is in it. Nothing here opens a value."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from troth.accounts.api import Account, AccountState
from troth.announcements.api import (
    Delivery,
    DeliveryState,
    Notice,
    NoticeState,
    SkipCause,
    count_approvals,
    count_needed,
)
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.transitions.kinds import FULL_DAYS, LAPSES_AFTER, SHOWN, TransitionState
from troth.transitions.models import Objection, Passed, Transition
from troth.transitions.wording import name_of

HELD = (AccountState.ACTIVE, AccountState.DEACTIVATED)
"""Whose accounts can be in it; one that is being deleted is not."""
_EVERYBODY = (*HELD, AccountState.LEAVING)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a package would hold now, and who would not be in it.

    Arguments:
        told: to how many the mail was handed over.
        included: how many would be in it.
        objected: how many objected.
        gone: how many were told and have deleted their account, or are about to.
        untold: how many hold an account and were not told by a mail; they are not in it.
        unlisted: how many should have been mailed and stand on no list: nothing passes on while there is one.
    """

    told: int
    included: int
    objected: int
    gone: int
    untold: int
    unlisted: int


def list_transitions() -> QuerySet[Transition]:
    """Return all, the newest first."""
    return Transition.objects.select_related("notice", "cancelling")


def list_shown() -> QuerySet[Transition]:
    """Return those that are public, the newest first."""
    return list_transitions().filter(state__in=SHOWN).order_by("-announced_at")


def find_opening(transition: Transition) -> datetime | None:
    """Return the first moment at which something may pass on; None while mails are still to be handed over.

    The day on which the last mail was handed over does not count, and the thirty that follow count in full, midnight to
    midnight by the clock of the operator's office.
    """
    notice = transition.notice
    if transition.announced_at is None or notice is None or notice.state != NoticeState.CLOSED or not notice.ended_at:
        return None
    zone = ZoneInfo(read_operator().time_zone)
    first_full_day = notice.ended_at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(first_full_day + timedelta(days=FULL_DAYS), time.min, tzinfo=zone)


def has_lapsed(transition: Transition) -> bool:
    """Whether its mails were handed over so long ago that everybody has to be told again."""
    notice = transition.notice
    ended = notice.ended_at if notice else None
    return ended is not None and clock.now() >= ended + timedelta(days=LAPSES_AFTER)


def list_told(notice: Notice) -> QuerySet[Delivery]:
    """Return the rows of everybody whose mail was handed over and did not come back."""
    rows = Delivery.objects.filter(notice=notice, subject_id__isnull=False, state=DeliveryState.ACCEPTED)
    return rows.exclude(bounced="hard")


def list_included(transition: Transition) -> QuerySet[Delivery]:
    """Return the rows of those who are in it: told by a mail, holding an account, and no objection of theirs stands."""
    if transition.notice is None:
        return Delivery.objects.none()
    own = OuterRef("subject_id")
    accounts = Account.objects.filter(pk=own, state__in=HELD)
    return without_objectors(transition, list_told(transition.notice)).filter(Exists(accounts))


def without_objectors(transition: Transition, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return these rows without those of clients who objected."""
    objections = Objection.objects.filter(transition=transition, subject_id=OuterRef("subject_id"))
    return rows.exclude(Exists(objections))


def count_unlisted(notice: Notice) -> int:
    """Return how many held an account when the recipients were listed and stand on no list."""
    rows = Delivery.objects.filter(notice=notice, subject_id=OuterRef("pk"))
    accounts = Account.objects.filter(state__in=_EVERYBODY, verified_at__lt=notice.frozen_at)
    return accounts.exclude(Exists(rows)).count()


def is_reviewed(transition: Transition) -> bool:
    """Whether two others approved just this text of just what is registered."""
    notice = transition.notice
    return (
        notice is not None and notice.about == name_of(transition) and count_approvals(notice) >= count_needed(notice)
    )


def measure(transition: Transition) -> Standing:
    """Count what a package would hold now."""
    notice = transition.notice
    if notice is None or notice.frozen_at is None:
        everybody = Account.objects.filter(state__in=HELD).count()
        return Standing(told=0, included=everybody, objected=0, gone=0, untold=0, unlisted=0)
    told = list_told(notice)
    accounts = Account.objects.filter(pk=OuterRef("subject_id"), state__in=HELD)
    rows = told.filter(subject_id=OuterRef("pk"))
    erased = Delivery.objects.filter(notice=notice, subject_id__isnull=True).exclude(skipped_for=SkipCause.CANCELLED)
    return Standing(
        told=told.count(),
        included=list_included(transition).count(),
        objected=transition.objections.count(),
        gone=told.exclude(Exists(accounts)).count() + erased.count(),
        untold=Account.objects.filter(state__in=HELD).exclude(Exists(rows)).count(),
        unlisted=count_unlisted(notice),
    )


def count_to_do() -> int:
    """Return how many wait for a person: for review, or ripe to be carried out."""
    waiting = Transition.objects.filter(state=TransitionState.IN_REVIEW).count()
    announced = list_transitions().filter(state=TransitionState.ANNOUNCED)
    return waiting + sum((at := find_opening(each)) is not None and at <= clock.now() for each in announced)


def find_objection(transition: Transition, subject_id: UUID) -> Objection | None:
    """Return the client's objection, or None."""
    return Objection.objects.filter(transition=transition, subject_id=subject_id).first()


def list_passed_of(subject_id: UUID) -> QuerySet[Passed]:
    """Return the client's lines of all manifests."""
    return Passed.objects.filter(subject_id=subject_id).select_related("transition").order_by("-at")
