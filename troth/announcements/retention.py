"""What of this room goes by itself: rows of deliveries, once they count for no budget any more (A3)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from troth.announcements.kinds import YEAR, NoticeState
from troth.announcements.models import Delivery, Notice
from troth.announcements.queries import count_states
from troth.kernel import clock
from troth.kernel.ports import RetentionRule, retention_rules

KEPT = YEAR + timedelta(days=5)


def register_retention() -> None:
    """Register the rule; called once, at start-up."""
    retention_rules.register(
        "announcements.deliveries",
        RetentionRule(
            name="announcements.deliveries",
            words=_("Which notices you were sent goes after a year; how many were sent stays."),
            count_due=lambda: Delivery.objects.filter(notice__in=_past()).count(),
            purge=purge_deliveries,
        ),
    )


def purge_deliveries() -> int:
    """Keep the numbers of each notice that is past its time, and remove its rows; return how many went."""
    gone = 0
    for notice in _past():
        with transaction.atomic():
            notice.counts = dict(count_states(notice))
            notice.save(update_fields=["counts"])
            gone += Delivery.objects.filter(notice=notice).delete()[0]
    return gone


def _past() -> QuerySet[Notice]:
    ended = Notice.objects.filter(state__in=(NoticeState.CLOSED, NoticeState.CANCELLED))
    return ended.filter(frozen_at__lte=clock.now() - KEPT, counts={})
