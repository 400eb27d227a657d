"""What the mails about safety, leaving and coming back say beyond the greeting, and their registration."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from troth.accounts.actions import address, factors, leaving, password
from troth.accounts.letters import compose_ways_in, find_link, write_url
from troth.accounts.mails import MailKind, MessageGone, register_mail
from troth.accounts.models import Account, AccountState, AddressChange, Message
from troth.accounts.models.address_changes import UNDO_LIFE
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
    for key in (password.CHANGED, address.UNDONE):
        register_mail(MailKind(key=key, compose=compose_ways_in))
    register_mail(MailKind(key=address.CONFIRM, compose=compose_confirmation, address=open_wanted))
    register_mail(MailKind(key=address.CHANGED, compose=compose_change))
    register_mail(MailKind(key=address.LEFT, compose=compose_undo, address=open_former))
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


def compose_confirmation(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return the link that confirms a new address, and how long it is good."""
    url = write_url(find_link(message), page="accounts:email_link")
    return {"url": url, "hours": int(address.CONFIRM_LIFE.total_seconds() // 3600)}


def compose_change(message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return how long the change can be taken back."""
    return {**compose_ways_in(message, opened), "days": UNDO_LIFE.days}


def compose_undo(message: Message, _opened: Opened) -> Mapping[str, Any]:
    """Return the link that takes a change back."""
    return {"url": write_url(find_link(message), page="accounts:email_undo_link"), "days": UNDO_LIFE.days}


def open_wanted(message: Message, _opened: Opened) -> str:
    """Return the new address, which is not the account's yet."""
    return str(_open_change(message, "wanted"))


def open_former(message: Message, _opened: Opened) -> str:
    """Return the old address, which is the account's no more."""
    return str(_open_change(message, "former"))


def _open_change(message: Message, name: str) -> str:
    change = AddressChange.of(message.subject_id)
    if change is None:
        raise MessageGone
    return str(change.open(name)[name])
