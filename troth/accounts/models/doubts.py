"""What of a client's file is doubtful, until its owner has said how it is (A9). Nothing of the value is in it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id


class DoubtCause(models.TextChoices):
    """What made it doubtful."""

    PARCEL_RETURNED = "parcel_returned", _("A parcel to you came back")
    UNDELIVERABLE = "undeliverable", _("The carrier does not know the address of an order of yours")
    MAIL_BOUNCED = "mail_bounced", _("A mail to you came back")


class Doubt(models.Model):
    """One detail that may be wrong; it goes when the owner corrects or confirms it.

    Arguments:
        what: the name of the value in ``Profile``, such as ``address``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    what = models.CharField(max_length=20)
    cause = models.CharField(max_length=20, choices=DoubtCause)
    since = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "what": "The name of a value, and not the value.",
        "cause": "One of a closed list.",
    }

    class Meta:
        """One a value."""

        verbose_name_plural = _("what of your details may be wrong")
        constraints = [models.UniqueConstraint(fields=["subject_id", "what"], name="doubt_once")]

    def __str__(self) -> str:
        return f"doubt about {self.what}"
