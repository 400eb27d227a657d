"""What the mails about safety, leaving and coming back say beyond the greeting, and their registration."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from troth.accounts.actions import factors, leaving
from troth.accounts.letters import compose_ways_in
from troth.accounts.mails import MailKind, MessageGone, register_mail
from troth.accounts.models import Account, AccountState, Message
from troth.ui.api import absolute_url, format_date
from troth.vault.api import Opened


def register_security_letters() -> None:
    """Register the mails; called once, at start-up."""
    for key in (factors.FACTOR_ADDED, factors.FACTOR_REMOVED):
        register_mail(MailKind(key=key, compose=compose_factor))
    register_mail(MailKind(key=factors.CODES_MADE, compose=compose_ways_in))
    register_mail(MailKind(key=factors.CODE_USED, compose=compose_code_used))
    for key in (leaving.DEACTIVATED, leaving.REACTIVATED, leaving.DELETION_CANCELLED):
        register_mail(MailKind(key=key, compose=compose_ways_in))
    register_mail(MailKind(key=leaving.DELETION_PLANNED, compose=compose_deletion))
    register_mail(MailKind(key=leaving.ERASED, compose=compose_farewell))


def compose_factor(message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return the kind of the factor, and where all of them are seen."""
    ways = compose_ways_in(message, opened)
    return {**ways, "factor": message.facts["factor"], "factors_url": absolute_url(reverse("accounts:factors"))}


def compose_code_used(message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return how many recovery codes are left."""
    return {**compose_ways_in(message, opened), "left": message.facts["left"]}


def compose_deletion(message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return the day of the deletion; raise MessageGone where it was called off meanwhile."""
    account = Account.objects.filter(pk=message.subject_id, state=AccountState.LEAVING).first()
    if account is None or account.deletes_at is None:
        raise MessageGone
    return {**compose_ways_in(message, opened), "on": format_date(timezone.localtime(account.deletes_at))}


def compose_farewell(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return where the receipt will lie."""
    return {"url": absolute_url(reverse("accounts:receipt", kwargs={"erasure_id": UUID(message.facts["erasure"])}))}
