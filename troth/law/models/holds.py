"""Holds: what must not be deleted, or must not be shown, by a decision with a name and an end (A10)."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.law.kinds import HoldKind
from troth.law.models.requests import LegalRequest


class LegalHold(models.Model):
    """One hold on one table of one client, or on one value of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    request = models.ForeignKey(LegalRequest, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=8, choices=HoldKind)
    model = models.CharField(max_length=100)
    fields = models.CharField(max_length=400, default="", blank=True, help_text="Names, with commas; empty for all.")
    until = models.DateField(db_index=True)
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "model": "The label of a table.",
        "fields": "Names of declared values.",
    }

    class Meta:
        """Found by whom it is about."""

        verbose_name_plural = _("Legal holds")
        indexes = [
            models.Index(fields=["subject_id"], condition=models.Q(lifted_at__isnull=True), name="law_hold_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.model} until {self.until}"

    def is_in_force(self, day: date) -> bool:
        """Return whether it holds on this day: it ends by itself, or when it is lifted."""
        return self.lifted_at is None and day < self.until

    @property
    def names(self) -> frozenset[str]:
        """The names of the values that it concerns; empty for all of the table."""
        return frozenset(filter(None, self.fields.split(",")))
