"""Surveys and who looked at them before a client did."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.surveys.kinds import Mode, SurveyState


class Survey(models.Model):
    """One survey. After its first answer the database lets nobody change its mode, questions or time (``guards``).

    Arguments:
        definition: what it asks; its shape is ``definition.schema``.
        mode: what becomes of the bond between a person and its answers.
        keep_days: how many days after the close the raw answers are deleted.
        expected: how many answers its author expects, to see beforehand what will be hidden.
        two_officers: whether the answers are sealed to two keys that two officers hold.
        closes_on: the day on which it closes by itself.
        public_key: the house's key for its answers, which opens them for counting and for nothing before the close.
        first_key, second_key: the public keys of the two officers; empty where there are none.
        first_officer, second_officer: who holds the other half of each.
        layers: how many of the officers' layers are still on the answers.
        begun: whether somebody has answered; the database sets it.
        counted: how many answers there were at the close.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    definition = JsonColumn(default=dict, paths={"**": "The operator's own questions, of nobody and to everybody."})
    mode = models.CharField(max_length=12, choices=Mode)
    state = models.CharField(max_length=12, choices=SurveyState, default=SurveyState.DRAFT, db_index=True)
    keep_days = models.PositiveSmallIntegerField(default=90)
    expected = models.PositiveIntegerField(default=100)
    two_officers = models.BooleanField(default=False)
    closes_on = models.DateField()
    written_by = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64, default="", blank=True)
    public_key = models.CharField(max_length=80, default="", blank=True)
    first_key = models.CharField(max_length=80, default="", blank=True)
    second_key = models.CharField(max_length=80, default="", blank=True)
    first_officer = models.CharField(max_length=80, default="", blank=True)
    second_officer = models.CharField(max_length=80, default="", blank=True)
    layers = models.PositiveSmallIntegerField(default=0)
    begun = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    counted = models.PositiveIntegerField(null=True)
    raw_deleted_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "definition": "The operator's own questions.",
        "mode": "One of a closed list.",
        "state": "One of a closed list.",
        "written_by": "The id of a member of staff.",
        "content_hash": "A hash of the operator's own words.",
        "public_key": "The public half of a key.",
        "first_key": "The public half of a key.",
        "second_key": "The public half of a key.",
        "first_officer": "The id of a member of staff.",
        "second_officer": "The id of a member of staff.",
    }

    class Meta:
        """The newest first."""

        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"survey {self.pk}"


class SurveyReview(models.Model):
    """What another person said of exactly these questions; an edit gives them another hash."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    approved = models.BooleanField()
    remark = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "reviewer": "The id of a member of staff.",
        "content_hash": "A hash of the operator's own words.",
        "remark": "A reviewer's words about the questions of a survey.",
    }

    class Meta:
        """One word a person and text."""

        constraints = [
            models.UniqueConstraint(fields=("survey", "reviewer", "content_hash"), name="survey_one_review_a_person")
        ]

    def __str__(self) -> str:
        return f"review of {self.survey_id}"
