"""The names of the rows that ``accounts`` writes into the ledger."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Event(StrEnum):
    """``accounts:<what>:<verb>``; a name is never used for another thing."""

    ACCOUNT_OPENED = "accounts:account:opened"
    ACCOUNT_CONFIRMED = "accounts:account:confirmed"
    ACCOUNT_PURGED = "accounts:account:purged"
    SIGNED_IN = "accounts:session:started"
    SIGNED_OUT = "accounts:session:ended"
    SESSIONS_ENDED = "accounts:sessions:ended"
    KEPT_SIGN_IN_STARTED = "accounts:kept_sign_in:started"
    KEPT_SIGN_IN_ENDED = "accounts:kept_sign_in:ended"
    KEPT_SIGN_IN_COPIED = "accounts:kept_sign_in:copied"
    RESET_ASKED = "accounts:password:reset_asked"
    RESET_DONE = "accounts:password:reset"


WORDS = {
    Event.ACCOUNT_OPENED: _("opened the account"),
    Event.ACCOUNT_CONFIRMED: _("confirmed the e-mail address, user name and password"),
    Event.ACCOUNT_PURGED: _("removed an account that was never confirmed"),
    Event.SIGNED_IN: _("signed in"),
    Event.SIGNED_OUT: _("signed out"),
    Event.SESSIONS_ENDED: _("ended sessions"),
    Event.KEPT_SIGN_IN_STARTED: _("asked to be kept signed in"),
    Event.KEPT_SIGN_IN_ENDED: _("ended a kept sign-in"),
    Event.KEPT_SIGN_IN_COPIED: _("found a copied sign-in token and ended the kept sign-in"),
    Event.RESET_ASKED: _("asked for a new password"),
    Event.RESET_DONE: _("set a new password"),
}
