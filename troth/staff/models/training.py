"""What members passed: each sitting of a test, and the certificates, with the digest of the course that was taken."""

from typing import ClassVar

from django.db import models

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn


class Sitting(models.Model):
    """One try at a course's test: which questions were drawn, and what came of it. The answers are not kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member_id = models.UUIDField(db_index=True)
    course = models.CharField(max_length=40)
    version = models.CharField(max_length=64)
    questions = JsonColumn(names_only=True, paths={"[]": "The name of a question."})
    begun_at = models.DateTimeField(default=clock.now)
    handed_in_at = models.DateTimeField(null=True)
    right = models.PositiveSmallIntegerField(default=0)
    passed = models.BooleanField(default=False)

    not_personal: ClassVar[dict[str, str]] = {
        "course": "The name of a course's file.",
        "version": "A digest of the course.",
        "questions": "The names of the questions that were drawn, in their order.",
    }

    def __str__(self) -> str:
        return f"{self.course} {self.pk}"


class Certificate(models.Model):
    """A passed training: of which course, in which version, from when until when. A row is never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member_id = models.UUIDField(db_index=True)
    course = models.CharField(max_length=40)
    version = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(db_index=True)
    reminded_days = models.PositiveSmallIntegerField(
        default=32_767, help_text="The nearest reminder before the end that was sent, in days."
    )

    not_personal: ClassVar[dict[str, str]] = {
        "course": "The name of a course's file, or “elsewhere”.",
        "version": "A digest of the course; empty where the training was passed elsewhere.",
    }

    class Meta:
        """A certificate ends after it begins, also where one is entered by hand."""

        constraints = [
            models.UniqueConstraint(fields=["member_id", "until"], name="staff_certificate_once"),
        ]

    def __str__(self) -> str:
        return f"certificate of {self.member_id} until {self.until:%Y-%m-%d}"
