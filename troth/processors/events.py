"""The names of the rows that ``processors`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``processors:<what>:<verb>``; a name is never used for another thing."""

    MAIL_SENT = "processors:mail:sent"


WORDS = {Event.MAIL_SENT: _("handed a mail to you to the mail relay")}
