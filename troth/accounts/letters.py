"""What each account mail says beyond the greeting (see ``accounts.mails``), and their registration."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from troth.accounts import kept
from troth.accounts.actions import access, registration
from troth.accounts.links import write_code
from troth.accounts.mails import MAILER, MailKind, MessageGone, register_mail
from troth.accounts.models import MailedLink, Message
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import register_system_job
from troth.kernel.purposes import Purpose
from troth.ui.api import absolute_url
from troth.vault.api import Opened


def register_letters() -> None:
    """Register the account mails and the job that writes them; called once, at start-up."""
    register_system_job(name=MAILER, words=_("the writer of account mails"), purposes=[Purpose.SERVICE_MESSAGES])
    for key in (registration.WELCOME, registration.REMINDER):
        register_mail(MailKind(key=key, opens=("user_name",), compose=compose_welcome))
    register_mail(MailKind(key=registration.ALREADY_REGISTERED, opens=("user_name",), compose=compose_ways_in))
    register_mail(MailKind(key=access.RESET, opens=("user_name",), compose=compose_reset))
    register_mail(MailKind(key=access.RESET_DONE, compose=compose_ways_in))
    register_mail(MailKind(key=kept.COPIED, compose=compose_ways_in))


def find_link(message: Message) -> MailedLink:
    """Return the link that a mail is about; raise MessageGone where it is used, ended, or replaced by a newer one."""
    link = MailedLink.objects.filter(pk=message.facts["link"], used_at=None, ends_at__gt=clock.now()).first()
    if link is None:
        raise MessageGone
    return link


def write_url(link: MailedLink, *, page: str) -> str:
    """Return the full address that stands in the mail; ``page`` is the url name that takes the code."""
    return absolute_url(reverse(page, kwargs={"code": write_code(link)}))


def compose_welcome(message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return what the welcome mail and its reminder name."""
    numbers = read_operator().numbers
    return {
        "url": write_url(find_link(message), page="accounts:welcome_link"),
        "user_name": opened.user_name,
        "hours": numbers.welcome_link_hours,
        "left_hours": max(1, numbers.welcome_link_hours - numbers.welcome_reminder_hours),
        "days": numbers.unverified_account_days,
    }


def compose_reset(message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return what the mail with the link for a new password names."""
    return {
        "url": write_url(find_link(message), page="accounts:reset_link"),
        "user_name": opened.user_name,
        "minutes": read_operator().numbers.reset_link_minutes,
    }


def compose_ways_in(_message: Message, opened: Opened) -> Mapping[str, Any]:
    """Return the addresses of signing in and of setting a new password, and the user name where it was opened."""
    return {
        "sign_in_url": absolute_url(reverse("accounts:sign_in")),
        "reset_url": absolute_url(reverse("accounts:reset_ask")),
        "user_name": opened.get("user_name"),
    }
