"""The tables of this room: drafts and decisions on them, practices, who was told, and letters."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.amendments.kinds import AmendmentState, LetterCause, LetterState, Way
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn

_OURS = "The operator's own words about its statement; public once it is published."
_NAMES = "The name of a declaration, company, page or check of ours."


class Amendment(models.Model):
    """One change of the statement, from its draft on.

    Arguments:
        base: the number of the version that it changes.
        material: what its author proposes, and two others decide (O3).
        planned_on: the day on which it takes effect, if it is material.
        reasons: why it changes, language → words.
        against_opinion: why it is called not material although the checks found something new; public.
        written_by: who changed it last; ``editors`` are all who did, and none of them decides on it.
        content_hash: of all that the deciders read.
        facts: what the program does with values, as it was when the change was handed over; ``findings`` what of it is
            new. Both are kept with the version.
        notice: the mail to everybody, if it is material.
        version: what it became.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=10, choices=AmendmentState, default=AmendmentState.DRAFT, db_index=True)
    base = models.PositiveIntegerField()
    material = models.BooleanField(default=True)
    planned_on = models.DateField(null=True, blank=True)
    reasons = JsonColumn(default=dict, paths={"*": _OURS})
    against_opinion = models.TextField(default="", blank=True)
    written_by = models.CharField(max_length=80)
    editors = JsonColumn(default=list, paths={"[]": "The id of a member of staff."}, names_only=True)
    content_hash = models.CharField(max_length=64, default="", blank=True)
    facts = JsonColumn(default=dict, paths={"**": _NAMES})
    findings = JsonColumn(default=list, paths={"[].kind": "One of a closed list.", "[].what": _NAMES})
    notice = models.OneToOneField("announcements.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.OneToOneField("statement.StatementVersion", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "reasons": _OURS,
        "against_opinion": _OURS,
        "written_by": "The id of a member of staff.",
        "editors": "Ids of members of staff.",
        "content_hash": "A hash of the operator's own words.",
        "facts": _NAMES,
        "findings": _NAMES,
    }

    class Meta:
        """What was published has its version."""

        ordering = ("-made_at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(version__isnull=False)
                | models.Q(state__in=(AmendmentState.DRAFT, AmendmentState.IN_REVIEW, AmendmentState.APPROVED)),
                name="amendment_published_has_version",
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.pk}"


class AmendmentText(models.Model):
    """What the draft says in one language, before the numbers are filled in."""

    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    sections = JsonColumn(paths={"[].slug": "The name of a section.", "[].markdown": _OURS})

    not_personal: ClassVar[dict[str, str]] = {"language": "A language's tag.", "sections": _OURS}

    class Meta:
        """One a language."""

        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("amendment", "language"), name="amendment_one_text_a_language")]

    def __str__(self) -> str:
        return f"{self.amendment_id} in {self.language}"


class AmendmentReview(models.Model):
    """What another person decided on exactly this text and class; an edit gives it another hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    approved = models.BooleanField()
    remark = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "reviewer": "The id of a member of staff.",
        "content_hash": "A hash of the operator's own words.",
        "remark": "A decider's words about the text of the statement.",
    }

    class Meta:
        """One word a person and text."""

        constraints = [
            models.UniqueConstraint(
                fields=("amendment", "reviewer", "content_hash"), name="amendment_one_review_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.amendment_id}"


class Practice(models.Model):
    """What the program does with values as a version tells it: it governs at both doors while the version does."""

    version = models.OneToOneField("statement.StatementVersion", on_delete=models.PROTECT, related_name="+")
    facts = JsonColumn(paths={"**": _NAMES})
    noted_at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {"facts": _NAMES}

    def __str__(self) -> str:
        return f"practice of version {self.version_id}"


class Told(models.Model):
    """That a client was told of a version, how and when; whoever joined after its publication read it there."""

    id = models.BigAutoField(primary_key=True)
    subject_id = models.UUIDField()
    number = models.PositiveIntegerField()
    way = models.CharField(max_length=6, choices=Way)
    at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {"way": "One of a closed list."}

    class Meta:
        """Once a client and version."""

        verbose_name_plural = _("Versions of our statement that you were told of")
        constraints = [models.UniqueConstraint(fields=("subject_id", "number"), name="told_once")]

    def __str__(self) -> str:
        return f"told of version {self.number}"


class NoticeLetter(models.Model):
    """A letter about a version to somebody who wishes letters, or whom no mail reaches. It holds no address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=8, choices=LetterCause)
    state = models.CharField(max_length=12, choices=LetterState, default=LetterState.WAITING)
    taken_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"cause": "One of a closed list.", "state": "One of a closed list."}

    class Meta:
        """One a client and version."""

        verbose_name_plural = _("Letters about our statement")
        constraints = [models.UniqueConstraint(fields=("subject_id", "number"), name="notice_letter_once")]

    def __str__(self) -> str:
        return f"letter {self.pk}"
