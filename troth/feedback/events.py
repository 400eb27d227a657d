"""The names of the rows that ``feedback`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``feedback:<what>:<verb>``; a name is never used for another thing."""

    GIVEN = "feedback:feedback:given"
    WITHDRAWN = "feedback:feedback:withdrawn"
    TAKEN = "feedback:feedback:taken"
    MOVED = "feedback:feedback:moved"
    PUBLISHED = "feedback:answer:published"
    RETRACTED = "feedback:answer:retracted"


WORDS = {
    Event.GIVEN: _("gave feedback"),
    Event.WITHDRAWN: _("took feedback back"),
    Event.TAKEN: _("took your feedback to read it"),
    Event.MOVED: _("moved your feedback on"),
    Event.PUBLISHED: _("published an answer to feedback"),
    Event.RETRACTED: _("took a published answer to feedback back"),
}
