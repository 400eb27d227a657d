"""What others ask of accounts."""

from datetime import date
from uuid import UUID

from troth.accounts.models import Account, Factor, Profile
from troth.vault.api import Attribute, find_subjects, normalize


def find_account(login: str) -> Account | None:
    """Return the account of this user name or e-mail address, or None. One look-up, whichever it is."""
    return Account.objects.filter(pk__in=find_subjects(_choose_attribute(login), login)).first()


def write_normal_login(login: str) -> str:
    """Return a user name or e-mail address in the form in which it is looked up, so that all its spellings are one."""
    return normalize(_choose_attribute(login), login)


def _choose_attribute(login: str) -> Attribute:
    return Profile.email if "@" in login else Profile.user_name


def find_account_by_email(email: str) -> Account | None:
    """Return the account of this e-mail address, or None."""
    return Account.objects.filter(pk__in=find_subjects(Profile.email, email)).first()


def get_account(subject_id: UUID) -> Account | None:
    """Return the subject's account, or None."""
    return Account.objects.filter(pk=subject_id).first()


def has_second_factor(subject_id: UUID) -> bool:
    """Return whether the account asks for more than a password: a passkey, or a code of a generator."""
    return Factor.objects.filter(subject_id=subject_id).exists()


def find_told_since(subject_id: UUID) -> date | None:
    """Return the day on which the client registered, with the statement beside the form; None where it has no account.

    It is what the ground "informed" rests on (A6).
    """
    return Account.objects.filter(pk=subject_id).values_list("created_on", flat=True).first()
