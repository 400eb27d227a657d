"""The names of rights' rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``rights:<what>:<verb>``; a name is never used for another thing."""

    REQUEST_OPENED = "rights:request:opened"
    REQUEST_TAKEN = "rights:request:taken"
    REQUEST_GIVEN = "rights:request:given"
    REQUEST_CONFIRMED = "rights:request:confirmed"
    REQUEST_VERIFIED = "rights:request:verified"
    REQUEST_EXECUTED = "rights:request:executed"
    REQUEST_CLOSED = "rights:request:closed"
    COPY_MADE = "rights:copy:made"


WORDS = {
    Event.REQUEST_OPENED: _("entered a request of yours"),
    Event.REQUEST_TAKEN: _("took your request"),
    Event.REQUEST_GIVEN: _("gave your request to a member of staff, by our rule"),
    Event.REQUEST_CONFIRMED: _("made sure, as a second person, that a request is from you"),
    Event.REQUEST_VERIFIED: _("made sure that a request is from you"),
    Event.REQUEST_EXECUTED: _("did what you asked"),
    Event.REQUEST_CLOSED: _("answered your request"),
    Event.COPY_MADE: _("made a copy of everything for you"),
}
