"""What others ask of accounts."""

from uuid import UUID

from troth.accounts.models import Account, Factor, Profile
from troth.vault.api import find_subjects


def find_account(login: str) -> Account | None:
    """Return the account of this user name or e-mail address, or None. One look-up, whichever it is."""
    text = login.strip()
    attribute = Profile.email if "@" in text else Profile.user_name
    return Account.objects.filter(pk__in=find_subjects(attribute, text)).first()


def find_account_by_email(email: str) -> Account | None:
    """Return the account of this e-mail address, or None."""
    return Account.objects.filter(pk__in=find_subjects(Profile.email, email)).first()


def get_account(subject_id: UUID) -> Account | None:
    """Return the subject's account, or None."""
    return Account.objects.filter(pk=subject_id).first()


def has_second_factor(subject_id: UUID) -> bool:
    """Return whether the account asks for more than a password: a passkey, or a code of a generator."""
    return Factor.objects.filter(subject_id=subject_id).exists()
