"""How often somebody failed, so that guessing is slowed down. Nothing here tells who or from where (I3)."""

from typing import ClassVar

from django.db import models


class AttemptCount(models.Model):
    """The failures under one key: a keyed digest of what was tried and at which account, and nothing else.

    A network's digest never stands here: those counts live in the memory of a process (``accounts.limits``).
    """

    digest = models.BinaryField(primary_key=True, max_length=16)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(db_index=True)

    not_backed_up = "What was tried before a restore says nothing after it."
    not_personal: ClassVar[dict[str, str]] = {"digest": "A keyed digest; nobody can compute it without our key."}

    def __str__(self) -> str:
        return f"{self.failures} failures"
