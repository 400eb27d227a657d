"""The names of the rows that ``processors`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``processors:<what>:<verb>``; a name is never used for another thing."""

    MAIL_SENT = "processors:mail:sent"
    SENDING_REFUSED = "processors:sending:refused"
    REGISTER_CHANGED = "processors:register:changed"
    REGISTER_CHANGE_PREPARED = "processors:register:prepared"
    CORRECTION_PASSED_ON = "processors:correction:passed_on"
    DELETION_ASKED = "processors:deletion:asked"
    DELETION_ANSWERED = "processors:deletion:answered"


WORDS = {
    Event.MAIL_SENT: _("handed a mail to you to the mail relay"),
    Event.SENDING_REFUSED: _("refused to hand information to an outside organisation"),
    Event.REGISTER_CHANGED: _("changed the register of organisations that act for us"),
    Event.REGISTER_CHANGE_PREPARED: _("prepared a change of the register of organisations that act for us"),
    Event.CORRECTION_PASSED_ON: _("passed on a correction of yours to an organisation that had the old value"),
    Event.DELETION_ASKED: _("asked an outside organisation to delete what it holds about you"),
    Event.DELETION_ANSWERED: _("noted what an outside organisation answered to a request to delete"),
}
