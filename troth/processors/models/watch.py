"""What was refused at the door out, and what tried to get past it: counts by day, without anybody's values."""

from typing import ClassVar

from django.db import models


class RefusalCount(models.Model):
    """How often one cause kept values from one organisation on one day, and whether staff were told."""

    day = models.DateField()
    processor = models.CharField(max_length=60)
    operation = models.CharField(max_length=100)
    cause = models.CharField(max_length=20)
    detail = models.CharField(max_length=300, default="")
    count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "processor": "The key of an organisation.",
        "operation": "A name from the program's own list.",
        "cause": "One of a closed list.",
        "detail": "Names of fields and hosts.",
    }

    class Meta:
        ordering = ("-day",)
        constraints = [
            models.UniqueConstraint(fields=["day", "processor", "operation", "cause"], name="refusal_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.cause} on {self.day}"


class StrayConnection(models.Model):
    """A connection that some part of the program tried to open past the door, on one day; it was stopped."""

    day = models.DateField()
    host = models.CharField(max_length=255)
    count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"host": "The name or address of another machine."}

    class Meta:
        ordering = ("-day",)
        constraints = [models.UniqueConstraint(fields=["day", "host"], name="stray_counted_once")]

    def __str__(self) -> str:
        return f"stray to {self.host} on {self.day}"
