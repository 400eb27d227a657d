"""Invoices, receipts and credit notes: numbered without gaps, never changed, kept for the legal term."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders.models.ordering import Order
from troth.orders.models.paper_parts import PAPER_PARTS
from troth.orders.models.paying import RefundDecision
from troth.vault.api import File, Json, Keep, KeyClass, SealedModel, Trigger

STATUTORY_YEARS = 10
KEEP_INVOICE = Keep(
    Trigger.WRITTEN,
    timedelta(days=STATUTORY_YEARS * 366),
    _("ten years, because the law wants the books kept so long, also after your account has ended"),
)
_BOOKS = (Purpose.BILLING, Purpose.ORDERS, Purpose.SUPPORT, Purpose.LEGAL)


class PaperKind(models.TextChoices):
    """What a paper is."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class PaperCount(models.Model):
    """The last number of a kind and a year; it is raised in the transaction that uses it, so that there is no gap."""

    series = models.CharField(max_length=12, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    not_personal: ClassVar[dict[str, str]] = {"series": "A kind of paper and a year."}

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class Paper(SealedModel):
    """One invoice or credit note. It is sealed under the key that outlives the account, as the law wants it kept."""

    told_in: ClassVar[str] = "bought"
    key_class: ClassVar[KeyClass] = KeyClass.STATUTORY
    correctable: ClassVar[bool] = False

    content = Json(
        label=_("What stands on the invoice"),
        category="user.financial",
        purposes=_BOOKS,
        why=_("The law says what an invoice must tell: your name, your address, what you bought and the tax."),
        keep=KEEP_INVOICE,
        parts=PAPER_PARTS,
    )
    document = File(
        label=_("The invoice as PDF"),
        category="user.financial",
        purposes=_BOOKS,
        why=_("So that you get the same paper each time you ask for it."),
        keep=KEEP_INVOICE,
        max_length=2 * 1024 * 1024,
    )

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="papers")
    refund = models.OneToOneField(RefundDecision, on_delete=models.PROTECT, null=True, related_name="paper")
    kind = models.CharField(max_length=12, choices=PaperKind)
    number = models.CharField(max_length=24, unique=True, editable=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    digest = models.BinaryField(
        max_length=32, default=b"", help_text="SHA-256 of the PDF; empty until it is drawn. Then the row is shut."
    )
    made_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "number": "Counts papers.",
        "currency": "An ISO 4217 code.",
        "digest": "A checksum of a sealed document.",
    }

    class Meta:
        """A client's own, newest first."""

        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        indexes = [models.Index(fields=["subject_id", "-issued_on"], name="paper_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(kind=PaperKind.INVOICE, corrects__isnull=True),
                name="paper_one_invoice_an_order",
            ),
            models.CheckConstraint(
                condition=models.Q(total_minor=models.F("net_minor") + models.F("tax_minor")), name="paper_adds_up"
            ),
        ]

    @property
    def total(self) -> Money:
        """What it comes to, tax included; of a credit note, what is taken off."""
        return Money(minor=self.total_minor, currency=self.currency)

    @property
    def is_drawn(self) -> bool:
        """Whether its PDF was made."""
        return bool(self.digest)

    def purge(self, names: Sequence[str], *, ended_on: date | None = None) -> bool:
        """Take it out of the books once its term is over; the number stays, so that no gap is left unexplained."""
        released_on = clock.today()
        if self.due_on is None or self.due_on > released_on:
            raise Refused("The law wants this invoice kept.", kept="It was not removed.")
        PaperRelease.objects.get_or_create(
            number=self.number, defaults={"issued_on": self.issued_on, "released_on": released_on}
        )
        return super().purge(names, ended_on=ended_on)


class PaperRelease(models.Model):
    """That a number of the books is gone, as its legal term is over. The guards let no other row go."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    issued_on = models.DateField()
    released_on = models.DateField()

    not_personal: ClassVar[dict[str, str]] = {"number": "Counts papers."}

    def __str__(self) -> str:
        return self.number
