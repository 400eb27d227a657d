"""Joining: an account is opened, its owner confirms it from the welcome mail, or it goes again (B1–B3, G1).

What a visitor is told is the same whether the address was known or not: the page says "look at your mail", and the
mail says what is so. Three side ways are closed as well. *Time*: the password is hashed in any case, and the answer
waits for the next quarter of a second. *User names*: one that was asked for together with a known address is held for
as long as an unconfirmed account would hold it. *Sign-in*: an unconfirmed account answers like a wrong password.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from troth.accounts import limits, mails
from troth.accounts.events import Event
from troth.accounts.interests import record_interests
from troth.accounts.links import make_link, use_link
from troth.accounts.models import Account, AccountState, LinkKind, MailedLink, Profile
from troth.accounts.queries import find_account_by_email
from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.operator import read_operator
from troth.kernel.ports import Feature, require_open
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.api import Taken, cancel_erasure, find_subjects, forget_subject, is_being_erased

WELCOME = "welcome"
REMINDER = "welcome_reminder"
ALREADY_REGISTERED = "already_registered"
_MAILS_A_DAY = 4
_BETWEEN_MAILS = timedelta(minutes=1)
_ASKED_NAME = "asked_user_name"


class UserNameTaken(Exception):
    """Somebody else has the user name; this cannot be kept from who asks for it."""


def register(*, values: Mapping[str, Any], password: str) -> None:
    """Open an account, or tell the owner of a known address by mail. The caller learns nothing of which it was.

    Arguments:
        values: clean values of ``name``, ``email``, ``user_name`` and ``interests``.
        password: one that ``passwords.judge_password`` found nothing against.

    Raises:
        Closed: registration is closed, because a promise that it depends on is broken.
        UserNameTaken: the user name is another's, or was asked for lately.
    """
    require_open(Feature.REGISTRATION)
    if is_user_name_taken(values["user_name"]):
        raise UserNameTaken
    encoded = make_password(password)
    owner = find_account_by_email(values["email"])
    if owner is None:
        try:
            open_account(values=values, encoded=encoded)
        except Taken as taken:
            if taken.attribute is Profile.user_name:
                raise UserNameTaken from None
            owner = find_account_by_email(values["email"])
    if owner is not None:
        limits.hold(_ASKED_NAME, _fold(values["user_name"]), life=_unverified_life())
        tell_owner(owner)


def open_account(*, values: Mapping[str, Any], encoded: str, welcome: bool = True) -> Account:
    """Open an unconfirmed account with its profile, its ledger row, and its welcome mail, all or nothing.

    Arguments:
        values: as for ``register``.
        encoded: the hash of the password.
        welcome: whether the welcome mail is sent; not so to the invented people of a demo.

    Raises Taken where the address or the user name is another's.
    """
    subject_id = new_id()
    try:
        return _open(subject_id, values=values, encoded=encoded, welcome=welcome)
    except Taken:
        # What was claimed before the value that is another's would stand in the way of the next try.
        forget_subject(subject_id)
        raise


def _open(subject_id: UUID, *, values: Mapping[str, Any], encoded: str, welcome: bool) -> Account:
    with acting(actor=client(subject_id), purpose=Purpose.ACCOUNT), transaction.atomic():
        account = Account.objects.create(id=subject_id, password=encoded)
        profile = Profile(subject_id=subject_id)
        for name in ("name", "email", "user_name"):
            setattr(profile, name, values[name])
        if chosen := values.get("interests"):
            profile.interests = chosen
            profile.interest_records = record_interests(chosen)
        if (language := get_language()) and language != read_operator().languages[0]:
            profile.language = language
        profile.save()
        record(event=Event.ACCOUNT_OPENED, subject_id=subject_id, object_type="accounts.Account")
        if welcome:
            send_welcome(subject_id)
    return account


def tell_owner(account: Account) -> None:
    """Tell the owner of an address that somebody joined with it; what it says depends on where the account stands."""
    if account.state == AccountState.UNVERIFIED:
        resend_welcome(account)
    elif _may_mail(account.id, ALREADY_REGISTERED):
        with transaction.atomic():
            mails.ask_for_mail(subject_id=account.id, kind=ALREADY_REGISTERED)


def send_welcome(subject_id: UUID) -> None:
    """Make a new confirming link, and ask for the welcome mail that carries it."""
    hours = read_operator().numbers.welcome_link_hours
    link = make_link(subject_id=subject_id, kind=LinkKind.WELCOME, life=timedelta(hours=hours))
    mails.ask_for_mail(subject_id=subject_id, kind=WELCOME, facts={"link": str(link.id)})


def resend_welcome(account: Account) -> bool:
    """Send the welcome mail again to an unconfirmed account, but not too often; return whether it was asked for."""
    if account.state != AccountState.UNVERIFIED or not _may_mail(account.id, WELCOME):
        return False
    with transaction.atomic():
        send_welcome(account.id)
    return True


def resend_welcome_to(email: str) -> None:
    """Send the welcome mail again where this address waits for it; whoever asks is told nothing."""
    account = find_account_by_email(email)
    if account is not None:
        resend_welcome(account)


def confirm_account(*, link: MailedLink, password: str) -> Account | None:
    """Confirm the account of a welcome link by its password; return it, or None where the password is not right.

    The password is asked so that who opens the mail must be who chose the password: an account that a stranger opened
    with another's address can so not be confirmed by an unsuspecting click, and G1's "verifies the user name and
    password" holds to the letter.

    Raises:
        TooMany: too many wrong passwords.
        LinkRefused: somebody used the link meanwhile.
    """
    account = Account.objects.get(pk=link.subject_id)
    limits.count_try("confirm", str(account.id))
    if not check_password(password, account.password):
        return None
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT), transaction.atomic():
        use_link(link)
        verify(account)
    limits.forget_tries("confirm", str(account.id))
    return account


def verify(account: Account) -> None:
    """Make an unconfirmed account an active one, in the caller's transaction; its address is proven.

    An erasure that was put on the list because nobody confirmed in time is taken off it; where it has begun, Refused is
    raised.
    """
    if account.state != AccountState.UNVERIFIED:
        return
    if not cancel_erasure(account.id) and is_being_erased(account.id):
        raise Refused(
            _("This account was not confirmed in time, and is being deleted."),
            kept=_("Nothing was changed."),
            next_step=_("Register again tomorrow."),
        )
    account.state, account.verified_at, account.state_changed_at = AccountState.ACTIVE, clock.now(), clock.now()
    account.save(update_fields=["state", "verified_at", "state_changed_at"])
    record(event=Event.ACCOUNT_CONFIRMED, subject_id=account.id, object_type="accounts.Account")


def is_user_name_taken(user_name: str) -> bool:
    """Return whether a user name is another's, or was asked for lately together with a known address."""
    return bool(find_subjects(Profile.user_name, user_name)) or limits.is_held(_ASKED_NAME, _fold(user_name))


def remind_unverified() -> int:
    """Remind once each owner of an account that waits for confirmation, while its link lives; return how many."""
    hours = read_operator().numbers.welcome_reminder_hours
    waiting = MailedLink.objects.filter(
        kind=LinkKind.WELCOME,
        used_at=None,
        ends_at__gt=clock.now(),
        made_at__lte=clock.now() - timedelta(hours=hours),
        subject_id__in=Account.objects.filter(state=AccountState.UNVERIFIED).values("id"),
    )
    asked = 0
    for link in waiting:
        with transaction.atomic():
            if not mails.was_asked_since(subject_id=link.subject_id, kind=REMINDER, span=mails.KEPT):
                mails.ask_for_mail(subject_id=link.subject_id, kind=REMINDER, facts={"link": str(link.id)})
                asked += 1
    return asked


def _may_mail(subject_id: UUID, kind: str) -> bool:
    just_now = mails.was_asked_since(subject_id=subject_id, kind=kind, span=_BETWEEN_MAILS)
    today = mails.was_asked_since(subject_id=subject_id, kind=kind, span=timedelta(days=1))
    return not just_now and today < _MAILS_A_DAY


def _unverified_life() -> timedelta:
    return timedelta(days=read_operator().numbers.unverified_account_days)


def _fold(user_name: str) -> str:
    return user_name.casefold()
