"""Leaving and coming back (L1): deactivate, reactivate, ask for deletion, call it off; and what is due to be erased.

Each is done by the client itself, or by staff on a case of its own. A deactivated account is sent nothing, shown to
nobody, and signed in nowhere. An account that leaves is the same, and is erased when its days of grace are over.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from troth.accounts import mails
from troth.accounts.actions.access import end_sessions
from troth.accounts.events import Event
from troth.accounts.models import Account, AccountState, Message
from troth.accounts.retention import UPKEEP
from troth.kernel import clock
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.operator import read_operator
from troth.kernel.ports import Feature, farewells, require_open
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.api import cancel_erasure, start_erasure

DEACTIVATED = "deactivated"
REACTIVATED = "reactivated"
DELETION_PLANNED = "deletion_planned"
DELETION_CANCELLED = "deletion_cancelled"
ERASED = "erased"


def deactivate(*, subject_id: UUID) -> Account:
    """Deactivate an active account; everything that was signed in ends, and the client is told how to come back.

    Raises: AccessDenied for another client; Refused where the account is not active.
    """
    _require_own_or_staff(subject_id)
    with transaction.atomic():
        account = _take(subject_id, AccountState.ACTIVE)
        _change(account, AccountState.DEACTIVATED)
        end_sessions(subject_id)
        record(event=Event.DEACTIVATED, subject_id=subject_id, object_type="accounts.Account")
        mails.ask_for_mail(subject_id=subject_id, kind=DEACTIVATED)
    return account


def reactivate(*, subject_id: UUID) -> Account:
    """Make a deactivated account an active one again; everything is as it was.

    Raises: AccessDenied for another client; Refused where the account is not deactivated.
    """
    _require_own_or_staff(subject_id)
    with transaction.atomic():
        account = _take(subject_id, AccountState.DEACTIVATED)
        _change(account, AccountState.ACTIVE)
        record(event=Event.REACTIVATED, subject_id=subject_id, object_type="accounts.Account")
        mails.ask_for_mail(subject_id=subject_id, kind=REACTIVATED)
    return account


def request_deletion(*, subject_id: UUID) -> Account:
    """Set the date on which the account is erased, ``deletion_grace_days`` from now; return it with ``deletes_at``.

    Asking again changes nothing: the first date stands.

    Raises: AccessDenied for another client; Refused where the account was never confirmed; Closed while a broken
    promise closes erasure.
    """
    require_open(Feature.ERASURE)
    _require_own_or_staff(subject_id)
    with transaction.atomic():
        account = _take(subject_id, AccountState.ACTIVE, AccountState.DEACTIVATED, AccountState.LEAVING)
        if account.state == AccountState.LEAVING:
            return account
        grace = timedelta(days=read_operator().numbers.deletion_grace_days)
        account.deletes_at = clock.now() + grace
        _change(account, AccountState.LEAVING)
        end_sessions(subject_id)
        record(event=Event.DELETION_ASKED, subject_id=subject_id, object_type="accounts.Account")
        mails.ask_for_mail(subject_id=subject_id, kind=DELETION_PLANNED)
    return account


def cancel_deletion(*, subject_id: UUID) -> Account:
    """Call a deletion off; the account is active again.

    Raises: AccessDenied for another client; Refused where none was asked for, or where it has begun.
    """
    _require_own_or_staff(subject_id)
    with transaction.atomic():
        account = _take(subject_id, AccountState.LEAVING)
        if account.deletes_at is not None and account.deletes_at <= clock.now() and not cancel_erasure(subject_id):
            raise Refused(_("The deletion has begun."), kept=_("It goes on."))
        account.deletes_at = None
        _change(account, AccountState.ACTIVE)
        record(event=Event.DELETION_CANCELLED, subject_id=subject_id, object_type="accounts.Account")
        mails.ask_for_mail(subject_id=subject_id, kind=DELETION_CANCELLED)
    return account


def start_due_erasures() -> int:
    """Put every account whose days of grace are over on the list of erasures; return how many. May run twice."""
    due = Account.objects.filter(state=AccountState.LEAVING, deletes_at__lte=clock.now())
    started = 0
    for subject_id in list(due.values_list("id", flat=True)):
        with acting(actor=system(UPKEEP), purpose=Purpose.UPKEEP), transaction.atomic():
            # Whoever came back since the list was read is active again, and stays; the lock keeps it so.
            if due.select_for_update().filter(pk=subject_id).exists():
                start_erasure(subject_id=subject_id)
                started += 1
    return started


# -- The last mail ----------------------------------------------------------------------------------------------------


def register_farewell() -> None:
    """Register the last mail: the one that says where the receipt is, sent before the address goes."""
    farewells.register("accounts", say_farewell)


def say_farewell(subject_id: UUID, erasure_id: UUID) -> None:
    """Mail the client that its account goes now, and where the receipt is. It is handed over at once, or this raises.

    Who never confirmed an address is not written to: it may be another's.
    """
    if not Account.objects.filter(pk=subject_id).exclude(state=AccountState.UNVERIFIED).exists():
        return
    facts = {"erasure": str(erasure_id)}
    message = Message.objects.filter(subject_id=subject_id, kind=ERASED, facts=facts).first()
    if message is None:
        message = Message.objects.create(subject_id=subject_id, kind=ERASED, facts=facts)
    mails.deliver(message.id)
    message.refresh_from_db()
    if message.sent_at is None:
        raise Refused("The last mail has not gone yet.", kept="The erasure waits for the next pass.")


# -- Inside -----------------------------------------------------------------------------------------------------------


def _require_own_or_staff(subject_id: UUID) -> None:
    actor = require_acting().actor
    if actor.kind is ActorKind.CLIENT and actor.ref != str(subject_id):
        raise AccessDenied("A client decides over its own account only.")


def _take(subject_id: UUID, *states: AccountState) -> Account:
    """Return the account, locked; raise Refused where there is none, or where it stands otherwise."""
    account = Account.objects.select_for_update().filter(pk=subject_id).first()
    if account is None or account.state not in states:
        raise Refused(
            _("The account does not stand where this could be done."),
            kept=_("Nothing was changed."),
            next_step=_("Open the Admin page to see how it stands."),
        )
    return account


def _change(account: Account, state: AccountState) -> None:
    account.state, account.state_changed_at = state, clock.now()
    account.save(update_fields=["state", "state_changed_at", "deletes_at"])
