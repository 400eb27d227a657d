"""Reads of the counts."""

from datetime import date, timedelta

from django.db.models import Sum

from troth.cookies.models import RemovedCookie
from troth.kernel import clock


def count_removed_since(day: date) -> int:
    """Return how many cookies the guard removed since ``day``, that day included."""
    return RemovedCookie.objects.filter(day__gte=day).aggregate(total=Sum("count"))["total"] or 0


def count_removed_lately() -> int:
    """Return how many cookies the guard removed yesterday and today (UTC)."""
    return count_removed_since(clock.today() - timedelta(days=1))
