"""Who took part, and what was said: two tables that share no column but the survey.

A number of a row is drawn at random, so that neither it nor the place of the row in the file tells in which order the
rows came. No row has a time.
"""

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.surveys.kinds import Part
from troth.surveys.models.surveys import Survey


def draw_number() -> int:
    """Return a random number for a row: on SQLite it is also where the row lies."""
    return 1 + secrets.randbelow(2**53 - 1)


class Participation(models.Model):
    """That a client took part in a survey, or declined. It says neither when nor what."""

    id = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="participations")
    subject_id = models.UUIDField(db_index=True)
    part = models.CharField(max_length=10, choices=Part)

    not_personal: ClassVar[dict[str, str]] = {"part": "One of a closed list."}

    class Meta:
        """One a client and survey."""

        verbose_name_plural = _("Surveys that you took part in or declined")
        constraints = [models.UniqueConstraint(fields=("survey", "subject_id"), name="survey_part_once")]

    def __str__(self) -> str:
        return f"part in {self.survey_id}"


class Wish(models.Model):
    """That a client wishes never to be asked; there is no row of anybody else."""

    subject_id = models.UUIDField(primary_key=True)

    class Meta:
        """Named as the Admin page names it."""

        verbose_name_plural = _("Your wish about surveys")

    def __str__(self) -> str:
        return "wish about surveys"


class _Sealed(models.Model):
    """An answer of nobody: sealed to the keys of its survey.

    Arguments:
        content: the answers; they open with the survey's key alone, and not before the close.
        code_digest: what is left of the code with which whoever gave it can take it back; the code is kept nowhere.
    """

    id = models.BigAutoField(primary_key=True)
    content = models.BinaryField()
    code_digest = models.CharField(max_length=64, db_index=True)

    not_personal: ClassVar[dict[str, str]] = {
        "content": "Answers that belong to nobody, sealed to the survey's key.",
        "code_digest": "The digest of a random code that is kept nowhere.",
    }

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return "answer"


class Waiting(_Sealed):
    """An answer that waits until enough others came to be put among them, shuffled."""

    not_backed_up = "Between two backups it may be the one that came, beside the one person who took part."
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waiting")


class Answer(_Sealed):
    """An answer among all the others."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
