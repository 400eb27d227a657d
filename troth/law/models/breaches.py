"""The record of breaches: what happened, whom it concerns, and who was told when (M3)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.law.kinds import AUTHORITY_HOURS, BreachKind, BreachState
from troth.law.models.requests import KEEP
from troth.vault.api import KeyClass, LongText, SealedModel

_SAID = (Purpose.LEGAL, Purpose.SERVICE_MESSAGES, Purpose.SECURITY)


class Breach(SealedModel):
    """One breach. It has a subject id of its own, as its description may name people."""

    key_class: ClassVar[KeyClass] = KeyClass.STATUTORY
    correctable: ClassVar[bool] = False

    description = LongText(
        label=_("What happened"),
        category="user.content.private",
        purposes=(Purpose.LEGAL, Purpose.SECURITY),
        why=_("For us and the authority: what happened, how it was found, and what was done at once."),
        required=True,
        keep=KEEP,
        max_length=8000,
    )
    consequences = LongText(
        label=_("What may come of it"),
        category="user.content.private",
        purposes=(Purpose.LEGAL, Purpose.SECURITY),
        why=_("The authority asks for it: what it may mean for those whom it concerns."),
        keep=KEEP,
        max_length=4000,
    )
    notice = LongText(
        label=_("What clients are told"),
        category="user.content.private",
        purposes=_SAID,
        why=_("In plain words: what happened, what it may mean for them, what we did, what they can do."),
        keep=KEEP,
        max_length=4000,
    )
    notice_second = LongText(
        label=_("What clients are told, in the second language of the site"),
        category="user.content.private",
        purposes=_SAID,
        why=_("Each client is told in the language that it reads."),
        keep=KEEP,
        max_length=4000,
    )

    number = models.CharField(max_length=16, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=BreachKind)
    state = models.CharField(max_length=10, choices=BreachState, default=BreachState.OPEN, db_index=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    discovered_at = models.DateTimeField()
    high_risk = models.BooleanField(default=True, help_text="Whether those affected are told.")
    recorded_by = models.UUIDField()
    taken_by = models.UUIDField(null=True, help_text="Who has it in hand: who recorded it, until another takes it.")
    authority_told_at = models.DateTimeField(null=True)
    scoped_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "number": "Counts breaches.",
        "kind": "One of a closed list.",
        "state": "One of a closed list.",
    }

    class Meta:
        """A closed breach has a time, and ended before."""

        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=BreachState.CLOSED)
                | models.Q(closed_at__isnull=False, ended_at__isnull=False, scoped_at__isnull=False),
                name="law_breach_closed_is_whole",
            ),
        ]

    @property
    def authority_due_at(self) -> datetime:
        """The moment by which the authority is told."""
        return self.discovered_at + timedelta(hours=AUTHORITY_HOURS)


class BreachStep(SealedModel):
    """One thing that was done about a breach, in the words of who did it. Rows are added, never changed."""

    key_class: ClassVar[KeyClass] = KeyClass.STATUTORY
    correctable: ClassVar[bool] = False

    text = LongText(
        label=_("What was done"),
        category="user.content.private",
        purposes=(Purpose.LEGAL, Purpose.SECURITY),
        why=_("So that the follow-up can be shown."),
        required=True,
        keep=KEEP,
        max_length=4000,
    )

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="steps")
    done_by = models.UUIDField()
    done_at = models.DateTimeField(default=clock.now)

    class Meta:
        """In the order of their making."""

        verbose_name_plural = _("Steps of breaches")


class AffectedClient(models.Model):
    """That a breach concerns a client: which values, computed from the record and the declarations, and when told."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="affected")
    subject_id = models.UUIDField(db_index=True, editable=False)
    fields = models.CharField(max_length=1000, default="", blank=True, help_text="Names of values, with commas.")
    told_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"fields": "Names of declared values."}

    class Meta:
        """A client once a breach."""

        verbose_name_plural = _("Breaches that concern you")
        constraints = [models.UniqueConstraint(fields=["breach", "subject_id"], name="law_affected_once")]
        indexes = [
            models.Index(fields=["breach"], condition=models.Q(told_at__isnull=True), name="law_affected_to_tell")
        ]

    def __str__(self) -> str:
        return f"{self.breach_id} {self.subject_id}"
