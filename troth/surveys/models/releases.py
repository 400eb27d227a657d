"""What left the room: tables of numbers, each release audited together with all before it."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.surveys.kinds import ReleaseState
from troth.surveys.models.surveys import Survey


class Release(models.Model):
    """Results of one survey as they are published. Counts stay within: what is shown is made of ``tables``.

    Arguments:
        tables: the tables; a hidden cell has no number in here, so that nothing that is stored could give it away.
        counted: how many answers they were made of.
        content_hash: what the second person signs.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="releases")
    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.PREPARED)
    tables = JsonColumn(default=list, paths={"**": "Numbers of many, none below the threshold, and question keys."})
    counted = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    prepared_by = models.CharField(max_length=80)
    decided_by = models.CharField(max_length=80, default="", blank=True)
    remark = models.TextField(default="", blank=True)
    prepared_at = models.DateTimeField(default=clock.now, editable=False)
    decided_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "tables": "Numbers of many.",
        "content_hash": "A hash of numbers.",
        "prepared_by": "The id of a member of staff.",
        "decided_by": "The id of a member of staff.",
        "remark": "A reviewer's words about a table.",
    }

    class Meta:
        """The newest first; who signs is another than who prepared."""

        ordering = ("-prepared_at",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ReleaseState.SIGNED)
                | (~models.Q(decided_by="") & ~models.Q(decided_by=models.F("prepared_by"))),
                name="survey_release_signed_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"release {self.pk}"
