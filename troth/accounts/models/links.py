"""The links that account mails carry."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.ids import new_id


class LinkKind(models.TextChoices):
    """What a link does. The kind is part of what its code signs, so that no link does another's work."""

    WELCOME = "welcome"
    RESET = "reset"
    EMAIL_CHANGE = "email_change"
    EMAIL_UNDO = "email_undo"


class MailedLink(models.Model):
    """One link, good for one use until it ends. Its code is signed and not stored: a copy of this table opens none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=16, choices=LinkKind)
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    not_backed_up = "A link that was used since would work again."
    not_personal: ClassVar[dict[str, str]] = {"kind": "One of a closed list."}

    class Meta:
        """Found by subject and kind, to end the older ones."""

        indexes = [models.Index(fields=["subject_id", "kind"], name="accounts_link_find")]

    def __str__(self) -> str:
        return f"{self.kind} link {self.pk}"
