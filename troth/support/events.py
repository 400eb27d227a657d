"""The names of support's rows in the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``support:<what>:<verb>``; a name is never used for another thing."""

    CASE_OPENED = "support:case:opened"
    CASE_TAKEN = "support:case:taken"
    CASE_MOVED = "support:case:moved"
    CASE_CLOSED = "support:case:closed"
    CASE_MERGED = "support:case:merged"
    CASE_UNMERGED = "support:case:unmerged"
    MESSAGE_ADDED = "support:message:added"
    NOTE_ADDED = "support:note:added"
    IDENTITY_RECORDED = "support:identity:recorded"
    WISH_CHANGED = "support:wish:changed"
    CONTACT_DECIDED = "support:contact:decided"
    CALL_MADE = "support:call:made"
    NUMBER_SHOWN = "support:number:shown"
    LETTER_PRINTED = "support:letter:printed"
    LETTER_POSTED = "support:letter:posted"
    MAIL_STORED = "support:mail:stored"
    MAIL_FILED = "support:mail:filed"
    MAIL_SET_APART = "support:mail:set_apart"
    MAIL_DISCARDED = "support:mail:discarded"
    MAIL_SETTLED = "support:mail:settled"


WORDS = {
    Event.CASE_OPENED: _("entered an inquiry of yours"),
    Event.CASE_TAKEN: _("took your inquiry"),
    Event.CASE_MOVED: _("moved your inquiry on"),
    Event.CASE_CLOSED: _("closed your inquiry"),
    Event.CASE_MERGED: _("joined two inquiries of yours"),
    Event.CASE_UNMERGED: _("parted two inquiries of yours again"),
    Event.MESSAGE_ADDED: _("added to your inquiry"),
    Event.NOTE_ADDED: _("wrote a note on your inquiry"),
    Event.IDENTITY_RECORDED: _("recorded how it was made sure that an inquiry is from you"),
    Event.WISH_CHANGED: _("changed how you wish to be reached"),
    Event.CONTACT_DECIDED: _("decided by what way to reach you"),
    Event.CALL_MADE: _("called you, or tried to"),
    Event.NUMBER_SHOWN: _("had your telephone number shown for a call"),
    Event.LETTER_PRINTED: _("printed a letter to you"),
    Event.LETTER_POSTED: _("posted a letter to you"),
    Event.MAIL_STORED: _("stored a mail of yours as it came"),
    Event.MAIL_FILED: _("put a mail of yours to your inquiry"),
    Event.MAIL_SET_APART: _("set a mail apart"),
    Event.MAIL_DISCARDED: _("discarded a mail that was set apart"),
    Event.MAIL_SETTLED: _("decided about a mail to you of which we do not know whether it arrived"),
}
