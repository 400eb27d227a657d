"""The names of the assessment's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``assessment:<what>:<verb>``; a name is never used for another thing."""

    FEATURE_CLOSED = "assessment:feature:closed"
    FEATURE_REOPENED = "assessment:feature:reopened"
    DRILL_RUN = "assessment:drill:run"


WORDS = {
    Event.FEATURE_CLOSED: _("closed a feature, because a promise was not kept"),
    Event.FEATURE_REOPENED: _("opened a feature again"),
    Event.DRILL_RUN: _("broke the promises on purpose, in a scratch place, to see the checks fail"),
}
