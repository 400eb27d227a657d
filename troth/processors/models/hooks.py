"""Events that organisations posted to us; nothing of a person is in them."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.json_column import JsonColumn


class HookEvent(models.Model):
    """One event, by the organisation's own id, so that the same one that comes twice is one.

    Arguments:
        kind: what it is about, one of the closed list of the port.
        object_ref: the organisation's name of the thing.
        facts: plain facts, such as a dispute's state.
        next_try_at: when it is handed on again, where that failed.
    """

    event_ref = models.CharField(max_length=120, primary_key=True)
    processor = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    object_ref = models.CharField(max_length=120)
    attempt_id = models.UUIDField(null=True)
    facts = JsonColumn(
        default=dict,
        paths={
            "payment_intent": "An organisation's id of a payment.",
            "customer": "An organisation's id of a payer.",
            "status": "A state, out of an organisation's closed list.",
            "reason": "A reason, out of an organisation's closed list.",
            "failure_reason": "A reason, out of an organisation's closed list.",
            "currency": "The code of a currency.",
            "amount": "An amount.",
        },
    )
    created_at = models.DateTimeField()
    received_at = models.DateTimeField(default=clock.now)
    handled_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "event_ref": "An organisation's id of an event.",
        "processor": "The key of an organisation in the register.",
        "kind": "One of a closed list.",
        "object_ref": "An organisation's id of a payment, page, card, refund, dispute or parcel.",
        "facts": "States, reasons and amounts; the adapter picks them by name.",
    }

    class Meta:
        """Found by what waits."""

        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(handled_at__isnull=True), name="hook_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_ref}"
