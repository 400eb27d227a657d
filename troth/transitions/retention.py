"""What of this room goes by itself: a package that was to be fetched (A3)."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import RetentionRule, retention_rules
from troth.transitions.models import Transition
from troth.transitions.packing import remove_package

KEPT = timedelta(days=30)


def register_retention() -> None:
    """Register the rule; called once, at start-up."""
    retention_rules.register(
        "transitions.packages",
        RetentionRule(
            name="transitions.packages",
            words=_("The sealed package for a new owner goes thirty days after it was made."),
            count_due=lambda: _past().count(),
            purge=purge_packages,
        ),
    )


def purge_packages() -> int:
    """Remove packages whose time is over; return how many went."""
    past = list(_past())
    for each in past:
        remove_package(each)
    return len(past)


def _past() -> QuerySet[Transition]:
    return Transition.objects.filter(package=True, ended_at__lte=clock.now() - KEPT)
