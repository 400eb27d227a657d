"""What was seen: runs of controls, drills, and closures. Rows are added, and never changed but to reopen a closure."""

from typing import ClassVar

from django.db import models

from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn


class Outcome(models.TextChoices):
    """What one run of a control came to."""

    KEPT = "kept"
    BROKEN = "broken"
    NOTHING = "nothing", "nothing to examine"


class Run(models.Model):
    """One look of one control at the live system."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    control = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=Outcome)
    examined = models.PositiveBigIntegerField()
    failures = JsonColumn(
        default=list, paths={"[]": "A line that a control writes of our own things, never of a value."}
    )
    evidence = JsonColumn(
        default=dict, paths={"**": "Numbers, digests and names of our own things, of each control its own."}
    )

    not_personal: ClassVar[dict[str, str]] = {
        "control": "The name of a control.",
        "outcome": "One of a closed list.",
        "failures": "Lines that a control writes; a control writes no values, and the canary test looks for them.",
        "evidence": "Numbers and digests that a control writes; no values, and the canary test looks for them.",
    }

    class Meta:
        indexes = [models.Index(fields=["control", "-finished_at"], name="run_newest")]


class Drill(models.Model):
    """One deliberate breach in a scratch place, and whether its control caught it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    control = models.CharField(max_length=80)
    sabotage = models.CharField(max_length=80)
    at = models.DateTimeField()
    caught = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    not_personal: ClassVar[dict[str, str]] = {
        "control": "The name of a control.",
        "sabotage": "The name of a sabotage.",
        "note": "What the drill says of its own run, in a scratch place with invented people.",
    }

    class Meta:
        indexes = [models.Index(fields=["control", "-at"], name="drill_newest")]


class Closure(models.Model):
    """A feature closed by a broken critical control, until a person by name opens it again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    feature = models.CharField(max_length=40)
    control = models.CharField(max_length=80)
    closed_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.CharField(max_length=80, blank=True)

    not_personal: ClassVar[dict[str, str]] = {
        "feature": "One of a closed list.",
        "control": "The name of a control.",
        "reopened_by": "The pseudonym of a member of staff, or the word “operator”.",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "control"],
                condition=models.Q(reopened_at__isnull=True),
                name="one_open_closure",
            ),
        ]
