"""The account mails: which there are, how one is asked for, and how it is written and handed over.

Whoever asks for a mail writes a row (``Message``) and a task that carries the row's id, in its own transaction. The
task opens what the mail needs as the system job ``accounts-mail``, renders it in the client's language, and hands it to
the courier. Nothing that a mail says is ever stored.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext_lazy as _

from troth.accounts.models import Message, Profile
from troth.kernel import clock
from troth.kernel.acting import acting, system
from troth.kernel.errors import Refused
from troth.kernel.ports import Letter, Registry, send_letter
from troth.kernel.purposes import Purpose
from troth.processors.api import ABOUT_ONE_CLIENT, ProcessorKind, SendRefused, Waiting
from troth.ui.api import render_mail, render_subject
from troth.vault.api import Opened

MAILER = "accounts-mail"
"""The name of the system job that writes account mails."""
MOST_TRIES = 10
KEPT = timedelta(days=30)
"""How long the row of a mail is kept, so that "did you write to me?" can be answered."""
_NAME = re.compile(r"[a-z0-9_.:-]+")
"""Ids, dates and words of closed lists: no space, no at sign, no capital."""
_CLAIM = timedelta(minutes=10)
_HELD = timedelta(minutes=30)
"""After so long a mail that the relay may not be given is looked at again, if nothing had it go on before."""
_OPENED = ("name", "greeting", "language", "email")


class MessageGone(Exception):
    """What the mail was about has gone meanwhile, such as a link that was used; no mail is sent."""


@dataclass(frozen=True, slots=True)
class MailKind:
    """One account mail.

    Arguments:
        key: its name; its texts lie in ``accounts/emails/<key>/`` unless ``template`` names another folder.
        purpose: why it is sent.
        compose: returns what its texts name beyond ``greeting``, of row and opened values; may raise MessageGone.
        opens: the further attributes of the profile that it says.
        address: returns the address to send to, of the row and the opened values; by default that of the profile.
        template: the folder of its texts, for a mail of another room that tells an owner what happened to the account.
    """

    key: str
    purpose: Purpose = Purpose.SERVICE_MESSAGES
    compose: Callable[[Message, Opened], Mapping[str, Any]] = lambda _message, _opened: {}
    opens: tuple[str, ...] = ()
    address: Callable[[Message, Opened], str] = lambda _message, opened: str(opened.email)
    template: str = ""

    @property
    def folder(self) -> str:
        """The folder of its texts."""
        return self.template or f"accounts/emails/{self.key}"


kinds: Registry[str, MailKind] = Registry("account mail")


def register_mail(kind: MailKind) -> None:
    """Register a mail at start-up."""
    kinds.register(kind.key, kind)


def ask_for_mail(*, subject_id: UUID, kind: str, facts: Mapping[str, str | int] | None = None) -> Message:
    """Ask for a mail, in the caller's transaction.

    Arguments:
        subject_id: whom it goes to.
        kind: the key of a registered ``MailKind``.
        facts: what the text needs and no table has: ids, dates, words of closed lists; never a personal value.

    Raises Refused for a fact that is neither a number nor a name.
    """
    from troth.accounts.tasks import deliver_message

    if kind not in kinds:
        raise LookupError(f"There is no account mail {kind!r}.")
    if not all(isinstance(fact, int) or _NAME.fullmatch(fact) for fact in (facts or {}).values()):
        raise Refused("The row of a mail takes ids and names only, never values.", kept="No mail was asked for.")
    message = Message.objects.create(subject_id=subject_id, kind=kind, facts=dict(facts or {}))
    deliver_message.enqueue(message_id=str(message.id))
    return message


def describe_kind(kind: str) -> str:
    """Return a mail's subject in the reader's language, as its receiver knows it; the key where the mail is no more."""
    known = kinds.get(kind)
    return kind if known is None else render_subject(known.folder)


def was_asked_since(*, subject_id: UUID, kind: str, span: timedelta) -> int:
    """Return how many mails of a kind were asked for in the last ``span``; resending is limited by it."""
    return Message.objects.filter(subject_id=subject_id, kind=kind, made_at__gt=clock.now() - span).count()


def deliver(message_id: UUID) -> bool:
    """Write and hand over one mail; return whether it went. May run twice, also at the same time: it is sent once.

    Raises what the courier raises; the next try is then due after twice the time of the last.
    """
    message = _claim(message_id)
    if message is None:
        return False
    kind = kinds.get(message.kind)
    profile = Profile.of(message.subject_id)
    if kind is None or profile is None:
        return False
    with acting(actor=system(MAILER), purpose=kind.purpose):
        opened = profile.open(*_OPENED, *kind.opens)
        try:
            letter = _write(message, kind, opened)
        except MessageGone:
            return _close(message)
        try:
            send_letter(letter)
        except SendRefused as refusal:
            if refusal.cause in ABOUT_ONE_CLIENT:
                raise
            return hold(message)
    return _close(message)


def hold(message: Message) -> bool:
    """Let a mail wait until the relay may be given mails again; it was not tried, so no try is used up (A13)."""
    now = clock.now()
    Message.objects.filter(pk=message.pk, sent_at=None).update(
        held_at=message.held_at or now, tries=message.tries, next_try_at=now + _HELD
    )
    return False


class HeldMails:
    """Mails to one client that wait for the relay (``processors.waiting.Waiter``)."""

    def list_waiting(self, kind: ProcessorKind) -> Sequence[Waiting]:
        """Return how many wait, and since when."""
        if kind is not ProcessorKind.MAIL:
            return ()
        found = _held().aggregate(count=Count("pk"), at=Min("held_at"))
        return (Waiting(words=_("Mails about accounts"), count=found["count"], oldest_at=found["at"]),)

    def go_on(self, kind: ProcessorKind) -> int:
        """Let them be sent by the next run."""
        return _held().update(next_try_at=clock.now(), held_at=None) if kind is ProcessorKind.MAIL else 0


def _held() -> QuerySet[Message]:
    return Message.objects.filter(sent_at=None, held_at__isnull=False)


def find_due(limit: int = 200) -> list[UUID]:
    """Return the ids of the mails that were not sent and whose next try is due."""
    due = Message.objects.filter(sent_at=None, next_try_at__lte=clock.now(), tries__lt=MOST_TRIES)
    return list(due.order_by("next_try_at").values_list("id", flat=True)[:limit])


def _claim(message_id: UUID) -> Message | None:
    """Take the mail for this run, so that no other run sends it; None where it is sent, taken or given up."""
    now = clock.now()
    message = Message.objects.filter(pk=message_id, sent_at=None, next_try_at__lte=now, tries__lt=MOST_TRIES).first()
    if message is None:
        return None
    wait = max(_CLAIM, timedelta(minutes=2) * 2**message.tries)
    mine = Message.objects.filter(pk=message_id, sent_at=None, next_try_at=message.next_try_at)
    return message if mine.update(next_try_at=now + wait, tries=message.tries + 1) else None


def _write(message: Message, kind: MailKind, opened: Opened) -> Letter:
    language = opened.language or settings.LANGUAGE_CODE
    context = {"greeting": opened.greeting or opened.name, **kind.compose(message, opened)}
    rendered = render_mail(template=kind.folder, context=context, language=language)
    fields = ("greeting" if opened.greeting else "name", "email", *kind.opens)
    return Letter(
        subject_id=message.subject_id,
        to=kind.address(message, opened),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        kind=f"accounts.{kind.key}",
        purpose=kind.purpose,
        fields=tuple(dict.fromkeys(fields)),
        message_id=str(message.id),
    )


def _close(message: Message) -> bool:
    Message.objects.filter(pk=message.pk).update(sent_at=clock.now())
    return True
