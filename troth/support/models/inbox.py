"""Mails as they came in: stored first, whole and sealed, and only then looked at."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.purposes import Purpose
from troth.support.models.struck import strike_mail
from troth.support.words import Cause, MailState
from troth.vault.api import File, Keep, SealedModel, Trigger

LARGEST_MAIL = 6 * 1024 * 1024
"""Bytes of a mail that is looked at; a larger one is set apart unread."""
KEEP_RAW = Keep(
    Trigger.WRITTEN, timedelta(days=90), _("90 days, so that we can read again what our program made of it")
)


class RawBytes(File):
    """A mail's bytes, as they came; only a card number is struck out of them (C1)."""

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the bytes as a file."""
        return {"name": "mail.eml", "type": "message/rfc822", "content": strike_mail(bytes(value))}


class InboundMail(SealedModel):
    """One mail. Until we know whose it is, it stands under a subject id of its own.

    ``source`` and ``key`` are unique together: a mail is taken once however often a fetch is repeated. Of a folder that
    is ``UIDVALIDITY:UID``; of a mail that was handed to us, the SHA-256 of its bytes.
    """

    told_in = "said"
    correctable = False

    raw = RawBytes(
        label=_("Your mail as it came"),
        category="user.content.private",
        purposes=(Purpose.SUPPORT,),
        why=_("So that nothing of it is lost if our program reads it wrongly."),
        keep=KEEP_RAW,
        max_length=LARGEST_MAIL * 2,
    )

    source = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    came_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=12, choices=MailState, default=MailState.STORED)
    tries = models.PositiveSmallIntegerField(default=0)
    cause = models.CharField(max_length=16, choices=Cause, default="", blank=True)
    case_id = models.UUIDField(null=True)
    message_id = models.UUIDField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "source": "The name of a mailbox of ours.",
        "key": "A number that the mail server gave, or the digest of the whole mail, headers included.",
        "digest": "The digest of the whole mail, headers included.",
        "state": "One of a closed list.",
        "cause": "One of a closed list.",
    }

    class Meta:
        """Each mail once; what is set apart says why; what is filed says where."""

        verbose_name = _("mail that came in")
        verbose_name_plural = _("Mails to us, as they came")
        indexes = [
            models.Index(
                fields=["came_at"],
                name="support_mail_waiting",
                condition=models.Q(state__in=(MailState.STORED, MailState.QUARANTINED)),
            ),
            models.Index(fields=["digest"], name="support_mail_digest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="support_mail_once"),
            models.CheckConstraint(
                condition=~models.Q(state=MailState.QUARANTINED) | ~models.Q(cause=""),
                name="support_quarantine_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MailState.FILED) | models.Q(message_id__isnull=False),
                name="support_filed_has_a_message",
            ),
        ]
