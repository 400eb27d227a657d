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
    PASSWORD_CHANGED = "accounts:password:changed"  # noqa: S105  the name of an event
    FAILURES_FORGOTTEN = "accounts:failures:forgotten"
    IDENTITY_SHOWN = "accounts:session:stepped_up"
    FACTOR_ADDED = "accounts:factor:added"
    FACTOR_REMOVED = "accounts:factor:removed"
    RECOVERY_CODES_MADE = "accounts:recovery_codes:made"
    RECOVERY_CODE_USED = "accounts:recovery_code:used"
    EMAIL_CHANGE_ASKED = "accounts:email:change_asked"
    EMAIL_CHANGED = "accounts:email:changed"
    EMAIL_CHANGE_UNDONE = "accounts:email:change_undone"
    DEACTIVATED = "accounts:account:deactivated"
    REACTIVATED = "accounts:account:reactivated"
    DELETION_ASKED = "accounts:account:deletion_asked"
    DELETION_CANCELLED = "accounts:account:deletion_cancelled"
    DETAIL_DOUBTED = "accounts:detail:doubted"


WORDS = {
    Event.DETAIL_DOUBTED: _("noted that a detail of yours may be wrong"),
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
    Event.FAILURES_FORGOTTEN: _("let the account be signed in to again after too many tries"),
    Event.PASSWORD_CHANGED: _("changed the password"),
    Event.IDENTITY_SHOWN: _("showed again to be the one"),
    Event.FACTOR_ADDED: _("added a passkey or a generator of codes"),
    Event.FACTOR_REMOVED: _("removed a passkey or a generator of codes"),
    Event.RECOVERY_CODES_MADE: _("made new recovery codes"),
    Event.RECOVERY_CODE_USED: _("used a recovery code"),
    Event.EMAIL_CHANGE_ASKED: _("asked for another e-mail address"),
    Event.EMAIL_CHANGED: _("changed the e-mail address"),
    Event.EMAIL_CHANGE_UNDONE: _("took the change of the e-mail address back"),
    Event.DEACTIVATED: _("deactivated the account"),
    Event.REACTIVATED: _("came back to the account"),
    Event.DELETION_ASKED: _("asked for the deletion of the account"),
    Event.DELETION_CANCELLED: _("called the deletion of the account off"),
}
