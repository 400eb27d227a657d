"""The border of ``accounts``: what other rooms may use."""

from troth.accounts.actions.access import end_sessions, store_password
from troth.accounts.actions.registration import open_account, verify
from troth.accounts.events import Event as AccountEvent
from troth.accounts.gates import Method, is_fresh, is_signed_in, mark_fresh, used_second_factor
from troth.accounts.mails import MailKind, ask_for_mail, register_mail
from troth.accounts.models import Account, AccountState, Profile
from troth.accounts.queries import find_account, get_account
from troth.accounts.sign_in import staff_of
from troth.accounts.visitors import as_client, current_account, current_subject, require_subject

__all__ = [
    "Account",
    "AccountEvent",
    "AccountState",
    "MailKind",
    "Method",
    "Profile",
    "as_client",
    "ask_for_mail",
    "current_account",
    "current_subject",
    "end_sessions",
    "find_account",
    "get_account",
    "is_fresh",
    "is_signed_in",
    "mark_fresh",
    "open_account",
    "register_mail",
    "require_subject",
    "staff_of",
    "store_password",
    "used_second_factor",
    "verify",
]
