"""Which notices stand still though mails of them could go, so that nobody hears what is promised (F1, O3, N2)."""

from datetime import datetime, timedelta

from django.db.models import Max, Q

from troth.announcements.kinds import DeliveryState, NoticeState
from troth.announcements.models import Delivery, Notice
from troth.announcements.pace import count_allowed, read_pace
from troth.kernel import clock

STILL = timedelta(hours=1)
"""Mails that are due are begun within minutes; one that is due for so long, with none that went, stands still."""
FORGOTTEN = timedelta(days=3)
"""A notice that is paused or held waits for a person; after so long nobody thinks of it."""


def find_stalled(now: datetime | None = None) -> list[tuple[Notice, str]]:
    """Return the notices that stand still, each with the reason; one that waits for a limit of the relay does not."""
    at = now or clock.now()
    moving = Notice.objects.filter(state__in=(NoticeState.FREEZING, NoticeState.SENDING))
    waiting = Notice.objects.filter(state__in=(NoticeState.PAUSED, NoticeState.HELD))
    found = [(notice, "mails of it are due, and none goes") for notice in moving if _stands_still(notice, at)]
    found += [
        (notice, f"it is {notice.state}, and nobody goes on with it")
        for notice in waiting
        if (last := _last_sign(notice)) is None or last < at - FORGOTTEN
    ]
    return found


def _stands_still(notice: Notice, at: datetime) -> bool:
    last = _last_sign(notice)
    if last is not None and last > at - STILL:
        return False
    if notice.state == NoticeState.FREEZING:
        return True
    due = Q(state=DeliveryState.PENDING, next_try_at__lt=at - STILL) | Q(
        state=DeliveryState.INFLIGHT, leased_until__lt=at - STILL
    )
    # One mail is asked for, and nothing is saved: where the limits let none go, it waits as it should.
    return Delivery.objects.filter(due, notice=notice).exists() and count_allowed(read_pace(), wanted=1, now=at) > 0


def _last_sign(notice: Notice) -> datetime | None:
    """Return when its listing began or its last mail ended."""
    ended = Delivery.objects.filter(notice=notice).aggregate(last=Max("ended_at"))["last"]
    return max((each for each in (notice.frozen_at, ended) if each is not None), default=None)
