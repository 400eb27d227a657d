"""The border of ``accounts``: what other rooms may use."""

from troth.accounts.events import Event as AccountEvent
from troth.accounts.models import Account, AccountState, Profile
from troth.accounts.visitors import as_client, current_subject, require_subject

__all__ = [
    "Account",
    "AccountEvent",
    "AccountState",
    "Profile",
    "as_client",
    "current_subject",
    "require_subject",
]
