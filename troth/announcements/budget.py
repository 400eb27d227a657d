"""What makes service announcements rare (F1): so many a client and year, one a week, by the delivery ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from troth.announcements.kinds import (
    CORRECTABLE,
    MOST_CORRECTIONS,
    PUBLISHED,
    WEEK,
    YEAR,
    DeliveryState,
    NoticeClass,
    NoticeState,
)
from troth.announcements.models import Delivery, Notice
from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.operator import read_operator

A_WEEK = 1
"""Service announcements that one client gets within seven days, at most."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many announcements were sent, and how many are left.

    Arguments:
        a_year: how many there may be for one client within 365 days.
        sent: how many were sent within the last 365 days.
        beyond: how many of them went beyond the number, for security.
        corrections: how many corrections were sent beside them.
    """

    a_year: int
    sent: int
    beyond: int
    corrections: int

    @property
    def left(self) -> int:
        """How many may still come to a client who got all of them."""
        return max(self.a_year - self.sent, 0)


def read_budget(now: datetime | None = None) -> Budget:
    """Return the numbers of the last 365 days; public."""
    sent = _counted(now or clock.now(), YEAR)
    return Budget(
        a_year=read_operator().numbers.service_announcements_per_year,
        sent=sent.count(),
        beyond=sent.filter(beyond_budget=True).count(),
        corrections=_sent(now or clock.now(), YEAR).filter(corrects__isnull=False).count(),
    )


def require_budget(notice: Notice) -> None:
    """Return if no client would get more than the numbers allow; raise Refused where one would.

    To be called in the transaction that begins the listing, under the lock of the sender: two notices that begin at the
    same time count each other.
    """
    now = clock.now()
    if notice.corrects is not None:
        _require_correctable(notice, notice.corrects, now)
        return
    if notice.beyond_budget:
        return
    limits = ((YEAR, read_operator().numbers.service_announcements_per_year), (WEEK, A_WEEK))
    for span, most in limits:
        if would_exceed(notice, now=now, span=span, most=most):
            raise Refused(
                _("A client would get more than %(most)s service announcements in %(days)s days.")
                % {"most": most, "days": span.days},
                kept=_("Nobody was listed, and nothing was sent."),
                next_step=_("Wait until an older one is past, or say it on the page of announcements alone."),
            )


def would_exceed(notice: Notice, *, now: datetime, span: timedelta, most: int) -> bool:
    """Return whether a client who got ``most`` of them within the span would get this one too."""
    earlier = _counted(now, span).exclude(pk=notice.pk)
    # Fewer notices than the number cannot exceed it for anybody; a listing under way counts as if it had everybody.
    if earlier.count() < most:
        return False
    listing = earlier.filter(state=NoticeState.FREEZING).count()
    full = (
        Delivery.objects.filter(notice__in=earlier)
        .exclude(state=DeliveryState.SKIPPED)
        .values("subject_id")
        .annotate(got=Count("id"))
        .filter(got__gte=most - listing)
    )
    return listing >= most or full.exists()


def is_correctable(notice: Notice, now: datetime) -> bool:
    """Whether what it tells of is not past; of one that names no time, whether it was announced a short while ago."""
    if notice.frozen_at is None:
        return False
    return notice.is_under_way(now) or (notice.begins_at is None and now < notice.frozen_at + CORRECTABLE)


def _require_correctable(notice: Notice, corrected: Notice, now: datetime) -> None:
    """Return if the corrected one still runs and was not corrected too often; raise Refused if not.

    A correction counts against a small number of its own and reaches those alone who got what it corrects.
    """
    earlier = corrected.corrections.filter(state__in=PUBLISHED).exclude(pk=notice.pk).count()
    if is_correctable(corrected, now) and earlier < MOST_CORRECTIONS:
        return
    raise Refused(
        _("An announcement is corrected at most %(most)s times, and only until what it tells of is past.")
        % {"most": MOST_CORRECTIONS},
        kept=_("Nobody was listed, and nothing was sent."),
        next_step=_("Announce it anew, within the number of the year."),
    )


def _counted(now: datetime, span: timedelta) -> QuerySet[Notice]:
    """Return the announcements that count against the number of the year; a correction does not."""
    return _sent(now, span).filter(corrects=None)


def _sent(now: datetime, span: timedelta) -> QuerySet[Notice]:
    return Notice.objects.filter(
        state__in=PUBLISHED, kind=NoticeClass.SERVICE, frozen_at__gt=now - span, frozen_at__lte=now
    )
