"""The names of the rows that ``announcements`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``announcements:<what>:<verb>``; a name is never used for another thing."""

    NOTICE_WRITTEN = "announcements:notice:written"
    NOTICE_REVIEWED = "announcements:notice:reviewed"
    NOTICE_LAPSED = "announcements:notice:lapsed"
    NOTICE_FROZEN = "announcements:notice:frozen"
    NOTICE_PAUSED = "announcements:notice:paused"
    NOTICE_RESUMED = "announcements:notice:resumed"
    NOTICE_HELD = "announcements:notice:held"
    NOTICE_CANCELLED = "announcements:notice:cancelled"
    NOTICE_CLOSED = "announcements:notice:closed"
    NEWS_ENDED = "announcements:news:ended"
    MAIL_BOUNCED = "announcements:mail:bounced"


WORDS = {
    Event.NOTICE_WRITTEN: _("wrote or changed a notice to many"),
    Event.NOTICE_REVIEWED: _("reviewed a notice to many"),
    Event.NOTICE_LAPSED: _("found that the approval of a notice to many has lapsed"),
    Event.NOTICE_FROZEN: _("listed the recipients of a notice"),
    Event.NOTICE_PAUSED: _("paused a notice"),
    Event.NOTICE_RESUMED: _("went on with a notice"),
    Event.NOTICE_HELD: _("held a notice back after a restore"),
    Event.NOTICE_CANCELLED: _("cancelled a notice"),
    Event.NOTICE_CLOSED: _("finished a notice"),
    Event.NEWS_ENDED: _("ended news to you, by the link in a mail"),
    Event.MAIL_BOUNCED: _("noted that a mail to you came back"),
}
