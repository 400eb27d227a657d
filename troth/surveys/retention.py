"""What of this room goes by itself: raw answers on their stated day; what was released stays (A3)."""

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import RetentionRule, retention_rules
from troth.surveys.actions.running import count_raw_due, delete_raw


def register_retention() -> None:
    """Register the rule; called once, at start-up."""
    retention_rules.register(
        "surveys.answers",
        RetentionRule(
            name="surveys.answers",
            words=_("Answers to a survey go on the day that its first page names; the results that were made stay."),
            count_due=count_raw_due,
            purge=delete_raw,
        ),
    )
