"""The names of the rows that ``law`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``law:<what>:<verb>``; a name is never used for another thing."""

    REQUEST_REGISTERED = "law:request:registered"
    REQUEST_NARROWED = "law:request:narrowed"
    REQUEST_REVIEWED = "law:request:reviewed"
    REQUEST_RELEASED = "law:request:released"
    REQUEST_CLOSED = "law:request:closed"
    PACKAGE_FETCHED = "law:package:fetched"
    CLIENT_TOLD = "law:client:told"
    HOLD_SET = "law:hold:set"
    HOLD_LIFTED = "law:hold:lifted"
    BREACH_RECORDED = "law:breach:recorded"
    BREACH_CHANGED = "law:breach:changed"
    BREACH_SCOPED = "law:breach:scoped"
    BREACH_NOTICE_SENT = "law:notice:sent"
    AUTHORITY_TOLD = "law:authority:told"


WORDS = {
    Event.REQUEST_REGISTERED: _("registered a legal request"),
    Event.REQUEST_NARROWED: _("narrowed a legal request"),
    Event.REQUEST_REVIEWED: _("reviewed a legal request"),
    Event.REQUEST_RELEASED: _("answered a legal request"),
    Event.REQUEST_CLOSED: _("closed a legal request"),
    Event.PACKAGE_FETCHED: _("fetched the sealed package of a legal request"),
    Event.CLIENT_TOLD: _("told you of a legal request"),
    Event.HOLD_SET: _("held something back because of the law"),
    Event.HOLD_LIFTED: _("lifted a legal hold"),
    Event.BREACH_RECORDED: _("recorded a breach"),
    Event.BREACH_CHANGED: _("changed the record of a breach"),
    Event.BREACH_SCOPED: _("found that a breach concerns you"),
    Event.BREACH_NOTICE_SENT: _("told you of a breach"),
    Event.AUTHORITY_TOLD: _("told the authority of a breach"),
}
"""Rows about a request itself carry no subject: a client under a ban reads of them when the ban has ended."""
