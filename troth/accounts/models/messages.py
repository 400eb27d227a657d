"""The account mails that were asked for: one row each, so that a task that runs twice sends once."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn


class Message(models.Model):
    """One mail to one client, by what it is and not by what it says. Its id is the mail's Message-ID.

    ``facts`` holds what the text needs and the tables do not: ids, dates and words of closed lists, never a value.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40)
    facts = JsonColumn(
        default=dict,
        names_only=True,
        paths={"*": "An id, a number or a word of a closed list; ``mails.ask_for_mail`` refuses anything else."},
    )
    made_at = models.DateTimeField(default=clock.now, db_index=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now, db_index=True)
    held_at = models.DateTimeField(null=True, help_text="Since when the relay may not be given it.")

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "The name of a message, out of a closed list.",
        "facts": "Ids, dates and words of closed lists; accounts.mails refuses anything else.",
    }

    class Meta:
        """What the relay may not be given is one index."""

        indexes = [
            models.Index(
                fields=["held_at"],
                name="accounts_message_held",
                condition=models.Q(sent_at__isnull=True, held_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
