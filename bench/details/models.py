"""The same fifteen values, sealed and plain."""

from django.db import models

from bench.values import VALUES
from troth.kernel.purposes import Purpose
from troth.vault.api import SealedModel, Text


class SealedDetails(SealedModel):
    """Fifteen values in one sealed column."""


class PlainDetails(models.Model):
    """Fifteen plain columns; nobody's, as the people of a benchmark are invented."""

    subject_id = models.UUIDField(db_index=True)
    not_personal = dict.fromkeys(VALUES, "An invented value of the benchmark.")

    def __str__(self) -> str:
        return f"plain details {self.pk}"


for _name, (_label, _value) in VALUES.items():
    _purposes = (Purpose.ACCOUNT,)
    SealedDetails.add_to_class(_name, Text(label=_label, category="user", purposes=_purposes, why="It is measured."))
    PlainDetails.add_to_class(_name, models.CharField(max_length=200))
