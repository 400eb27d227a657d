"""Money: attempts to pay, saved cards, refunds decided and moved, disputes. A card's number never comes here (C1)."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.money import Money
from troth.kernel.purposes import Purpose
from troth.orders.models.ordering import Order, OrderLine
from troth.vault.api import Keep, SealedModel, Text, Trigger


class MadeText(Text):
    """A text that a processor or the program made; nobody types it."""

    kind = "made_text"

    def form_fields(self) -> dict[str, forms.Field]:
        """Return no input."""
        return {}


_BILL = (Purpose.BILLING, Purpose.ORDERS, Purpose.SUPPORT)
_KEEP_CARD = Keep(Trigger.ACCOUNT_ENDS, timedelta(0), _("until you take the card away, or your account ends"))


def _made(label: Any, why: Any, **more: Any) -> MadeText:
    return MadeText(
        label=label, category="user.financial", purposes=_BILL, why=why, keep=_KEEP_CARD, max_length=120, **more
    )


class SavedCard(SealedModel):
    """A card that the processor keeps for renewals: its reference there, and what its owner knows it by."""

    told_in: ClassVar[str] = "bought"
    correctable: ClassVar[bool] = False

    customer_ref = _made(_("Your number at the card processor"), _("It charges the saved card by it."))
    card_ref = _made(_("The card's reference at the card processor"), _("It charges the saved card by it."))
    brand = _made(_("Brand of the card"), _("So that you know which card it is."))
    last4 = _made(_("Last digits of the card"), _("So that you know which card it is."))
    expires = _made(_("The card runs out"), _("So that we can tell you before it does."))

    saved_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField(db_index=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        """One card counts at a time."""

        verbose_name = _("saved card")
        verbose_name_plural = _("saved cards")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=models.Q(replaced_at__isnull=True), name="saved_card_one_counts"
            ),
        ]


class AttemptState(models.TextChoices):
    """Where an attempt to pay stands."""

    PREPARED = "prepared", _("prepared")
    OPEN = "open", _("at the card processor")
    NEEDS_CLIENT = "needs_client", _("your bank wants you to confirm")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("given up")


OPEN_ATTEMPTS = (AttemptState.PREPARED, AttemptState.OPEN, AttemptState.NEEDS_CLIENT)


class PaymentAttempt(models.Model):
    """One attempt to pay one order. The row is there before the processor is asked; its id is the key of a repeat."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="attempts")
    subject_id = models.UUIDField(db_index=True, editable=False)
    state = models.CharField(max_length=12, choices=AttemptState, default=AttemptState.PREPARED)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    off_session = models.BooleanField(default=False)
    saves_card = models.BooleanField(default=False)
    session_ref = models.CharField(max_length=120, default="", blank=True, db_index=True)
    payment_ref = models.CharField(max_length=120, default="", blank=True, db_index=True)
    reason = models.CharField(max_length=40, default="", blank=True)
    taken_minor = models.PositiveBigIntegerField(null=True, help_text="What the processor says that it took.")
    taken_currency = models.CharField(max_length=3, default="", blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often the sweep asked what became of it.")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "currency": "An ISO 4217 code.",
        "session_ref": "The processor's name of its page.",
        "payment_ref": "The processor's name of the payment.",
        "reason": "One of a closed list.",
        "taken_currency": "An ISO 4217 code.",
    }

    class Meta:
        """An order is settled once; a second payment for it is money to give back, and is marked so."""

        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=AttemptState.PAID) | models.Q(settled_at__isnull=False),
                name="attempt_paid_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=AttemptState.PAID)
                | (models.Q(taken_minor__isnull=False) & ~models.Q(payment_ref="")),
                name="attempt_paid_says_how_much",
            ),
            models.UniqueConstraint(
                fields=["payment_ref"],
                condition=models.Q(state=AttemptState.PAID),
                name="attempt_one_a_payment",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state__in=OPEN_ATTEMPTS),
                name="attempt_one_open_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} {self.state}"

    @property
    def amount(self) -> Money:
        """What is to be paid."""
        return Money(minor=self.amount_minor, currency=self.currency)

    @property
    def taken(self) -> Money:
        """What was taken."""
        return Money(minor=self.taken_minor or 0, currency=self.taken_currency or self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it may still be paid."""
        return self.state in OPEN_ATTEMPTS


class RefundCause(models.TextChoices):
    """Why money goes back."""

    CANCELLED = "cancelled", _("cancelled before it was filled")
    RETURNED = "returned", _("sent back")
    PAID_TWICE = "paid_twice", _("paid twice")
    PAID_TOO_LATE = "paid_too_late", _("paid after the order had ended")
    OUT_OF_STOCK = "out_of_stock", _("out of stock")
    GOODWILL = "goodwill", _("as a courtesy")
    FAULT = "fault", _("something was wrong with it")
    AT_PROCESSOR = "at_processor", _("given back at the card processor’s own desk")
    DISPUTED = "disputed", _("your bank took it back")


class RefundDecision(models.Model):
    """That an amount goes back, decided by one; the movement is another row, made by one who may (two rights)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="refunds")
    subject_id = models.UUIDField(db_index=True, editable=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    cause = models.CharField(max_length=16, choices=RefundCause)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "currency": "An ISO 4217 code.",
        "cause": "One of a closed list.",
        "decided_by": "A kind of actor and its id.",
    }

    class Meta:
        """Nothing is given back that is nothing."""

        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gte=1), name="refund_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} {self.cause}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(minor=self.amount_minor, currency=self.currency)


class RefundLine(models.Model):
    """How much of a decision is for which line, for the credit note; a courtesy names none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.ForeignKey(RefundDecision, on_delete=models.PROTECT, related_name="lines")
    subject_id = models.UUIDField(db_index=True, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refunds")
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class MovementState(models.TextChoices):
    """Where the money of a refund is."""

    PREPARED = "prepared", _("prepared")
    PENDING = "pending", _("on its way")
    PAID = "paid", _("paid back")
    FAILED = "failed", _("failed")


class RefundMovement(models.Model):
    """One try to move the money of a decision; a failed one is followed by another row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.ForeignKey(RefundDecision, on_delete=models.PROTECT, related_name="movements")
    subject_id = models.UUIDField(db_index=True, editable=False)
    state = models.CharField(max_length=12, choices=MovementState, default=MovementState.PREPARED)
    refund_ref = models.CharField(max_length=120, default="", blank=True, db_index=True)
    reason = models.CharField(max_length=40, default="", blank=True)
    ordered_by = models.CharField(max_length=80)
    ordered_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "refund_ref": "The processor's name of the refund.",
        "reason": "One of a closed list.",
        "ordered_by": "A kind of actor and its id.",
    }

    class Meta:
        """A decision is paid once."""

        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=~models.Q(state=MovementState.FAILED),
                name="refund_moves_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.state}"


class DisputeState(models.TextChoices):
    """Where a dispute stands."""

    NEEDS_ANSWER = "needs_answer", _("to be answered")
    UNDER_REVIEW = "under_review", _("answered, with the bank")
    WON = "won", _("decided for us")
    LOST = "lost", _("decided for you")


OPEN_DISPUTE = (DisputeState.NEEDS_ANSWER, DisputeState.UNDER_REVIEW)


class Dispute(models.Model):
    """A payment that its payer disputes at the bank. What is true of it is asked of the processor each time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="disputes")
    subject_id = models.UUIDField(db_index=True, editable=False)
    dispute_ref = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=40, choices=DisputeState, default=DisputeState.NEEDS_ANSWER)
    reason = models.CharField(max_length=40, default="", blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    is_inquiry = models.BooleanField(default=False, help_text="Whether the bank only asks, and took no money yet.")
    due_at = models.DateTimeField(null=True, help_text="Until when the bank takes an answer.")
    opened_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    refund = models.OneToOneField(
        RefundDecision, on_delete=models.PROTECT, null=True, related_name="dispute", help_text="What a lost one became."
    )

    not_personal: ClassVar[dict[str, str]] = {
        "dispute_ref": "The processor's name of the dispute.",
        "state": "One of a closed list.",
        "reason": "One of the bank's closed list.",
        "currency": "An ISO 4217 code.",
        "answered_by": "A kind of actor and its id.",
    }

    class Meta:
        """What is decided has a time."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_DISPUTE, closed_at__isnull=True)
                | (~models.Q(state__in=OPEN_DISPUTE) & models.Q(closed_at__isnull=False)),
                name="dispute_closed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} {self.state}"

    @property
    def amount(self) -> Money:
        """What is disputed."""
        return Money(minor=self.amount_minor, currency=self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in OPEN_DISPUTE
