"""The tables of ``accounts``."""

from troth.accounts.models.account import Account, AccountState
from troth.accounts.models.address_changes import AddressChange
from troth.accounts.models.attempts import AttemptCount
from troth.accounts.models.doubts import Doubt, DoubtCause
from troth.accounts.models.factors import Factor, FactorKind, RecoveryCode
from troth.accounts.models.links import LinkKind, MailedLink
from troth.accounts.models.messages import Message
from troth.accounts.models.profile import Profile
from troth.accounts.models.sessions import KeptSignIn, Session, SessionKind

__all__ = [
    "Account",
    "AccountState",
    "AddressChange",
    "AttemptCount",
    "Doubt",
    "DoubtCause",
    "Factor",
    "FactorKind",
    "KeptSignIn",
    "LinkKind",
    "MailedLink",
    "Message",
    "Profile",
    "RecoveryCode",
    "Session",
    "SessionKind",
]
