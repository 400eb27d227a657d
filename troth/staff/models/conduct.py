"""Violations: what a detector saw, what was said about it, how it ended. Counts stay, words go with the member."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.vault.api import Keep, LongText, SealedModel, Trigger


class IncidentState(models.TextChoices):
    """Where an incident stands."""

    OPEN = "open", _("to be examined")
    HEARING = "hearing", _("the member is heard")
    DECIDED = "decided", _("decided")
    APPEALED = "appealed", _("the member appealed")
    CLOSED = "closed", _("closed")


class Incident(models.Model):
    """One thing that a detector found, about one member. Ids, counts and words of closed lists alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member_id = models.UUIDField(db_index=True)
    detector = models.CharField(max_length=30)
    window = models.CharField(max_length=80)
    grave = models.BooleanField()
    seen = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    found_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=IncidentState, default=IncidentState.OPEN, db_index=True)
    suspended = models.BooleanField(default=False)
    taken_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=30, default="", blank=True)
    appeal_by = models.UUIDField(null=True, help_text="Who decided the appeal; another than who decided first.")

    not_personal: ClassVar[dict[str, str]] = {
        "detector": "The name of a detector.",
        "window": "A detector's name, and the moment or thing that it counted by.",
        "state": "One of a closed list.",
        "outcome": "A key of the operator's disciplinary table.",
    }

    class Meta:
        """Found once, and never decided by the member itself nor twice by the same: the database holds to it."""

        constraints = [
            models.UniqueConstraint(fields=["member_id", "window"], name="staff_incident_once"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("member_id")),
                name="staff_incident_decided_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(appeal_by__isnull=True) | ~models.Q(appeal_by=models.F("decided_by")),
                name="staff_incident_appeal_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.detector} {self.pk}"

    @property
    def number(self) -> str:
        """The short form of its id for people."""
        tail = self.id.hex[-8:].upper()
        return f"{tail[:4]}-{tail[4:]}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state not in (IncidentState.DECIDED, IncidentState.CLOSED)


class Speaker(models.TextChoices):
    """Whose words they are."""

    MEMBER = "member", _("the member’s statement")
    OFFICER = "officer", _("the finding")
    APPEAL = "appeal", _("the member’s appeal")
    SECOND = "second", _("the decision of the appeal")


class IncidentWord(SealedModel):
    """What was said about an incident, under the key of the member whom it concerns."""

    told_in = "said"
    correctable = False

    text = LongText(
        label=_("What was said about your conduct at work"),
        category="user.content.private",
        purposes=(Purpose.LEGAL, Purpose.RIGHTS),
        why=_("So that you are heard, and can read on what the decision rests."),
        required=True,
        keep=Keep(Trigger.WRITTEN, timedelta(days=3 * 365), _("three years; with your account if that ends before")),
        max_length=4000,
    )

    incident_id = models.UUIDField(db_index=True)
    speaker = models.CharField(max_length=10, choices=Speaker)
    said_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {"speaker": "One of a closed list."}

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Words about your conduct at work")
