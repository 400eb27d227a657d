"""The border of ``accounts``: what other rooms may use."""

from troth.accounts.actions.access import end_sessions, forget_failures, store_password
from troth.accounts.actions.doubts import doubt_detail, trust_details
from troth.accounts.actions.factors import add_codes, add_factor, remove_factor
from troth.accounts.actions.leaving import cancel_deletion, deactivate, reactivate, request_deletion
from troth.accounts.actions.registration import open_account, verify
from troth.accounts.events import Event as AccountEvent
from troth.accounts.gates import Method, is_fresh, is_signed_in, mark_fresh, used_second_factor
from troth.accounts.limits import TooMany, count_try, take_token
from troth.accounts.mails import MailKind, MessageGone, ask_for_mail, register_mail
from troth.accounts.models import Account, AccountState, Doubt, DoubtCause, FactorKind, Message, Profile
from troth.accounts.names import PersonName
from troth.accounts.preferences import Preferences, forget_preferences, preferences
from troth.accounts.queries import find_account, get_account, has_second_factor
from troth.accounts.sessions import carried
from troth.accounts.sign_in import homes, staff_of
from troth.accounts.visitors import as_client, current_account, current_subject, require_subject

__all__ = [
    "Account",
    "AccountEvent",
    "AccountState",
    "Doubt",
    "DoubtCause",
    "FactorKind",
    "MailKind",
    "Message",
    "MessageGone",
    "Method",
    "PersonName",
    "Preferences",
    "Profile",
    "TooMany",
    "add_codes",
    "add_factor",
    "as_client",
    "ask_for_mail",
    "cancel_deletion",
    "carried",
    "count_try",
    "current_account",
    "current_subject",
    "deactivate",
    "doubt_detail",
    "end_sessions",
    "find_account",
    "forget_failures",
    "forget_preferences",
    "get_account",
    "has_second_factor",
    "homes",
    "is_fresh",
    "is_signed_in",
    "mark_fresh",
    "open_account",
    "preferences",
    "reactivate",
    "register_mail",
    "remove_factor",
    "request_deletion",
    "require_subject",
    "staff_of",
    "store_password",
    "take_token",
    "trust_details",
    "used_second_factor",
    "verify",
]
