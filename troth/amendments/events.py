"""The names of the rows that ``amendments`` writes into the ledger."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words


class Event(StrEnum):
    """``amendments:<what>:<verb>``; a name is never used for another thing."""

    WRITTEN = "amendments:change:written"
    SUBMITTED = "amendments:change:submitted"
    REVIEWED = "amendments:change:reviewed"
    LAPSED = "amendments:change:lapsed"
    ANNOUNCED = "amendments:change:announced"
    LETTER_POSTED = "amendments:letter:posted"
    READ = "amendments:change:read"


WORDS: Mapping[StrEnum, Words] = {
    Event.WRITTEN: _("wrote a change of our statement"),
    Event.SUBMITTED: _("handed a change of our statement to two others"),
    Event.REVIEWED: _("decided on a change of our statement"),
    Event.LAPSED: _("found that an approval of a change of our statement has lapsed"),
    Event.ANNOUNCED: _("published a change of our statement"),
    Event.LETTER_POSTED: _("posted you a letter about a change of our statement"),
    Event.READ: _("said that you read a change of our statement"),
}
