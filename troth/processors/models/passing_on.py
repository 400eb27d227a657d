"""Passing on deletion and the end of a purpose (E2): how an organisation names a client's things, and its answer."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn


class HeldThere(models.Model):
    """Under which of its own names an organisation holds something about a client, so that it can be asked to delete.

    Arguments:
        what: what it is there, such as ``customer`` or ``parcel``.
        ref: the organisation's name of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    processor = models.CharField(max_length=60)
    what = models.CharField(max_length=30)
    ref = models.CharField(max_length=255)
    since = models.DateField(default=clock.today)

    not_personal: ClassVar[dict[str, str]] = {
        "processor": "The key of an organisation.",
        "what": "A word of the adapter's own list.",
        "ref": "The organisation's own random id of a thing.",
    }

    class Meta:
        """Each reference once."""

        verbose_name_plural = _("Under which numbers other organisations hold you")
        constraints = [models.UniqueConstraint(fields=["processor", "what", "ref"], name="held_there_once")]

    def __str__(self) -> str:
        return f"{self.what} at {self.processor}"


class Answer(models.TextChoices):
    """What an organisation answered to a request to delete."""

    WAITING = "waiting", _("asked, and not answered yet")
    DELETED = "deleted", _("deleted")
    BY_ITSELF = "by_itself", _("deletes by itself, by the agreement")
    OWN = "own", _("acts for itself and not for us; ask it yourself to delete")
    FAILED = "failed", _("did not delete; our privacy officer sees to it")


class DeletionRequest(models.Model):
    """One request to one organisation to delete what it holds about a client, until it has answered.

    It outlives the client's erasure, because it must go on where the organisation does not answer. Once it has
    answered, no id of the client is in it any more, nor any reference.

    Arguments:
        subject_id: whom it is about; None once it is answered.
        refs: the references, ``[[what, ref], …]``; empty once it is answered.
        words: the organisation's answer, in words for the receipt.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(null=True, editable=False)
    processor = models.CharField(max_length=60)
    processor_name = models.CharField(max_length=200)
    refs = JsonColumn(
        default=list, paths={"[].[]": "What it is and the organisation's number of it; gone with its answer."}
    )
    asked_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now, db_index=True)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    words = models.CharField(max_length=300, default="")
    answered_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "processor": "The key of an organisation.",
        "processor_name": "The name of an organisation.",
        "refs": "The organisation's own random ids.",
        "answer": "One of a closed list.",
        "words": "The organisation's answer in the adapter's own words.",
    }

    class Meta:
        """One open request for each client and organisation."""

        verbose_name_plural = _("Requests to other organisations to delete")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "processor"],
                condition=models.Q(subject_id__isnull=False),
                name="one_open_deletion_request",
            )
        ]

    def __str__(self) -> str:
        return f"deletion at {self.processor}: {self.answer}"
