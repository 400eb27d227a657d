"""What of this room goes by itself beside what each value declares: what was set apart (A3)."""

from django.utils.translation import gettext_lazy as _

from troth.feedback.actions import count_apart_due, purge_apart
from troth.kernel.ports import RetentionRule, retention_rules


def register_retention() -> None:
    """Register the rule; called once, at start-up."""
    retention_rules.register(
        "feedback.apart",
        RetentionRule(
            name="feedback.apart",
            words=_("Feedback that looks made by a program goes after 30 days, unless a person took it for earnest."),
            count_due=count_apart_due,
            purge=purge_apart,
        ),
    )
