"""Changing the password by who knows the old one."""

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from troth.accounts import limits, mails
from troth.accounts.actions.access import store_password
from troth.accounts.events import Event
from troth.accounts.models import Account
from troth.ledger.api import record

CHANGED = "password_changed"


def change_password(*, account: Account, before: str, after: str, session_id: UUID | None) -> bool:
    """Change the password; everything else that is signed in ends, and the owner is told. Must run with it acting.

    Arguments:
        account: whose.
        before: the old password, as it was typed.
        after: one that ``passwords.judge_password`` found nothing against.
        session_id: the session that goes on.

    Returns False where the old one is not right. Raises TooMany where the next try is not due yet.
    """
    limits.count_try("confirm_identity", str(account.id))
    if not check_password(before, account.password):
        return False
    limits.forget_tries("confirm_identity", str(account.id))
    encoded = make_password(after)
    with transaction.atomic():
        store_password(Account.objects.select_for_update().get(pk=account.id), encoded, but=session_id)
        record(event=Event.PASSWORD_CHANGED, subject_id=account.id)
        mails.ask_for_mail(subject_id=account.id, kind=CHANGED)
    return True
