"""The card processor's account of what it moved, beside ours, and where the two do not agree."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.money import Money


class BookKind(models.TextChoices):
    """What moved."""

    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")
    DISPUTE = "dispute", _("dispute")


class ProcessorMovement(models.Model):
    """One line of the processor's account, as it was fetched; a copy of theirs, that is never changed here."""

    movement_ref = models.CharField(max_length=120, primary_key=True)
    payment_ref = models.CharField(max_length=120, db_index=True)
    source_ref = models.CharField(max_length=120, default="", blank=True)
    kind = models.CharField(max_length=20, choices=BookKind)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(help_text="Less than nothing for what went out.")
    booked_on = models.DateField(db_index=True)
    fetched_at = models.DateTimeField(default=clock.now, db_index=True)

    not_personal: ClassVar[dict[str, str]] = {
        "movement_ref": "The processor's name of the movement.",
        "payment_ref": "The processor's name of the payment.",
        "source_ref": "The processor's name of the charge, refund or dispute.",
        "kind": "One of a closed list.",
        "currency": "An ISO 4217 code.",
    }

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"


class BookCheck(models.Model):
    """One comparison of the two books: how much was compared, and how much of it did not agree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now, db_index=True)
    since = models.DateField()
    payments = models.PositiveIntegerField(help_text="How many payments were compared.")
    differences = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.payments} payments, {self.differences} differ"


class BookDifference(models.Model):
    """One payment on which the two books do not agree, from the day that it was seen until they do again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment_ref = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=20, choices=BookKind)
    currency = models.CharField(max_length=3)
    ours_minor = models.BigIntegerField()
    theirs_minor = models.BigIntegerField()
    found_at = models.DateTimeField(default=clock.now)
    gone_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "payment_ref": "The processor's name of the payment.",
        "kind": "One of a closed list.",
        "currency": "An ISO 4217 code.",
    }

    class Meta:
        """One open one a payment and kind."""

        constraints = [
            models.UniqueConstraint(
                fields=["payment_ref", "kind"], condition=models.Q(gone_at__isnull=True), name="book_difference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_ref} {self.kind}"

    @property
    def ours(self) -> Money:
        """What stands in our books."""
        return Money(self.ours_minor, self.currency)

    @property
    def theirs(self) -> Money:
        """What stands in the processor's."""
        return Money(self.theirs_minor, self.currency)
