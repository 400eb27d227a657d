"""What of ``accounts`` goes by itself, and when (A3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from troth.accounts import links, mails
from troth.accounts.events import Event
from troth.accounts.models import Account, AccountState, AttemptCount, KeptSignIn, MailedLink, Message, Session
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.operator import read_operator
from troth.kernel.ports import RetentionRule, Words, register_system_job, retention_rules
from troth.kernel.purposes import Purpose
from troth.ledger.api import record
from troth.vault.api import start_erasure

UPKEEP = "accounts-upkeep"
"""The name of the system job that removes what is past its time."""


def register_retention() -> None:
    """Register the job and its rules; called once, at start-up."""
    register_system_job(name=UPKEEP, words=_("the upkeep of accounts"), purposes=[Purpose.UPKEEP])
    _register("sessions", _("Sessions go when they end."), _ended_sessions)
    _register("kept_sign_ins", _("Kept sign-ins go when they were unused too long."), _ended_series)
    _register("links", _("Mailed links go a week after they have run out."), _ended_links)
    _register("messages", _("The rows of account mails go after 30 days."), _old_messages)
    _register("attempts", _("Counts of wrong tries go when their time is over."), _ended_counts)
    retention_rules.register(
        "accounts.unconfirmed",
        RetentionRule(
            name="accounts.unconfirmed",
            words=_("Accounts that were never confirmed are erased, with all that belongs to them."),
            count_due=lambda: _unconfirmed().count(),
            purge=erase_unconfirmed,
        ),
    )


def erase_unconfirmed() -> int:
    """Put the erasure of every account that was never confirmed on the list; return how many.

    The next pass of erasures runs it. Who confirms before that stays (``registration.verify``).
    """
    started = 0
    for subject_id in list(_unconfirmed().values_list("id", flat=True)):
        with acting(actor=system(UPKEEP), purpose=Purpose.UPKEEP), transaction.atomic():
            # Whoever confirmed since the list was read stays; the lock keeps it so.
            if _unconfirmed().select_for_update().filter(pk=subject_id).exists():
                start_erasure(subject_id=subject_id)
                record(event=Event.ACCOUNT_PURGED, subject_id=subject_id, object_type="accounts.Account")
                started += 1
    return started


def _register(name: str, words: Words, find: Callable[[], QuerySet[Any]]) -> None:
    rule = RetentionRule(
        name=f"accounts.{name}", words=words, count_due=lambda: find().count(), purge=lambda: find().delete()[0]
    )
    retention_rules.register(rule.name, rule)


def _ended_sessions() -> QuerySet[Session]:
    now = clock.now()
    return Session.objects.filter(Q(idle_ends_at__lte=now) | Q(ends_at__lte=now))


def _ended_series() -> QuerySet[KeptSignIn]:
    return KeptSignIn.objects.filter(ends_at__lte=clock.now())


def _ended_links() -> QuerySet[MailedLink]:
    return MailedLink.objects.filter(ends_at__lte=clock.now() - links.KEPT_AFTER_END)


def _old_messages() -> QuerySet[Message]:
    return Message.objects.filter(made_at__lte=clock.now() - mails.KEPT)


def _ended_counts() -> QuerySet[AttemptCount]:
    return AttemptCount.objects.filter(ends_at__lte=clock.now())


def _unconfirmed() -> QuerySet[Account]:
    days = read_operator().numbers.unverified_account_days
    opened_before = clock.today() - timedelta(days=days)
    return Account.objects.filter(state=AccountState.UNVERIFIED, created_on__lte=opened_before)
