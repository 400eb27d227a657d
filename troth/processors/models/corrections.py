"""What was corrected here, on its way to the organisations that received the old value (A11)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id


class CorrectionState(models.TextChoices):
    """What became of a correction at one organisation."""

    WAITING = "waiting", _("on its way")
    DONE = "done", _("corrected there too")
    STAYS = "stays", _("what is under way there stays as it was; what we send next is right")
    LETTER = "letter", _("our staff write to it")
    FAILED = "failed", _("not corrected there; our privacy officer sees to it")


class RelayedCorrection(models.Model):
    """One correction to be passed on to one organisation; names of values, and never the values.

    Arguments:
        fields: the labels of the corrected values, comma between.
        words: the organisation's answer in words, where there is more to say than the state.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    processor = models.CharField(max_length=60)
    fields = models.TextField()
    corrected_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.WAITING)
    words = models.CharField(max_length=300, default="", blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "processor": "The key of an organisation.",
        "fields": "Labels of declared values, never the values.",
        "state": "One of a closed list.",
        "words": "The organisation's answer in the adapter's own words.",
    }

    class Meta:
        """One open correction for each client and organisation; found by what waits."""

        verbose_name_plural = _("Corrections that we passed on")
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state=CorrectionState.WAITING), name="correction_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "processor"],
                condition=models.Q(state=CorrectionState.WAITING),
                name="one_open_correction",
            )
        ]

    def __str__(self) -> str:
        return f"correction at {self.processor}: {self.state}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the corrected values."""
        return tuple(self.fields.split(","))
