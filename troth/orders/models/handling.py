"""Who of staff has an order in hand: that is the case which justifies a look at the values of the order (A4)."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import Case
from troth.kernel.ids import new_id
from troth.orders.models.ordering import Order

KIND = "order"
"""The kind of case; its ref is the order's id."""
IN_HAND = timedelta(days=7)
"""So long an order stays in one pair of hands; after that it is taken anew, or by a colleague."""


class HandlingReason(models.TextChoices):
    """Why an order is taken into hand."""

    QUESTION = "question", _("a question of the client")
    PAYMENT = "payment", _("a payment or a refund")
    DELIVERY = "delivery", _("the delivery")
    DISPUTE = "dispute", _("a payment that the bank disputes")
    REVIEW = "review", _("something that does not add up")


class OrderCase(models.Model):
    """That a member of staff took an order into hand, why, and until when. One pair of hands at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="cases")
    subject_id = models.UUIDField(db_index=True, editable=False)
    taken_by = models.UUIDField()
    reason = models.CharField(max_length=12, choices=HandlingReason)
    taken_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"reason": "One of a closed list."}

    class Meta:
        """One open one an order."""

        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(closed_at__isnull=True), name="order_in_one_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.reason}"

    @property
    def ends_at(self) -> object:
        """When it ends by itself."""
        return self.taken_at + IN_HAND


def case_of(order_id: UUID) -> Case:
    """Return an order as the case of a look."""
    return Case(KIND, str(order_id))
