"""The border of ``accounts``: what other rooms may use."""

from troth.accounts.events import Event as AccountEvent
from troth.accounts.gates import is_fresh, is_signed_in, used_second_factor
from troth.accounts.models import Account, AccountState, Profile
from troth.accounts.visitors import as_client, current_account, current_subject, require_subject

__all__ = [
    "Account",
    "AccountEvent",
    "AccountState",
    "Profile",
    "as_client",
    "current_account",
    "current_subject",
    "is_fresh",
    "is_signed_in",
    "require_subject",
    "used_second_factor",
]
