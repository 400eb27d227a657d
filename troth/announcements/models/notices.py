"""Notices: what is said to many, in every language of the operator, and who said that it may be sent."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.announcements.kinds import NoticeClass, NoticeState, Reason
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn

_PUBLIC = "The operator's own words to all its clients; public once it is sent."


class Notice(models.Model):
    """One notice. Its class is fixed when it is made; its text is bound to its reviews by ``content_hash``.

    Arguments:
        kind: its class.
        reason: why it is sent, for a service announcement.
        interest: the key of the service that it is news of; empty for any other class.
        corrects: the announcement that it corrects, with which it is shown; None for most.
        about: what it belongs to in another room, such as ``statement:3``; empty for none.
        begins_at, ends_at: when what it tells of happens; it is a banner while it is under way.
        beyond_budget: whether two people agreed to send it beyond the number of the year (security alone).
        frozen_count: how many recipients were listed before the first mail left; None before.
        counts: the states of its rows once those are past their time and gone.
        frozen_up_to: the last account that was listed, so that a listing that was broken off goes on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=NoticeClass, editable=False)
    reason = models.CharField(max_length=12, choices=Reason, default="", blank=True)
    interest = models.CharField(max_length=60, default="", blank=True)
    about = models.CharField(max_length=60, default="", blank=True, db_index=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    begins_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=NoticeState, default=NoticeState.DRAFT, db_index=True)
    beyond_budget = models.BooleanField(default=False)
    written_by = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField(default=clock.now, editable=False)
    frozen_at = models.DateTimeField(null=True, db_index=True)
    frozen_count = models.PositiveIntegerField(null=True)
    frozen_up_to = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    counts = JsonColumn(default=dict, paths={"*": "A state of deliveries, and how many stood in it at the end."})

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "reason": "One of a closed list.",
        "interest": "The key of a service of the operator's, not of whom it interests.",
        "about": "The name of a thing of ours, such as a version of the statement.",
        "state": "One of a closed list.",
        "written_by": "The id of a member of staff or the name of a system job, never a client.",
        "content_hash": "A hash of the operator's own words.",
        "counts": "States of a closed list, and numbers.",
    }

    class Meta:
        """What the class asks, the database holds to: a reason for an announcement, a service for news."""

        ordering = ("-made_at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=NoticeClass.SERVICE) | models.Q(reason=""), name="notice_reason_of_service"
            ),
            models.CheckConstraint(
                condition=(models.Q(kind=NoticeClass.NEWS) & ~models.Q(interest=""))
                | (~models.Q(kind=NoticeClass.NEWS) & models.Q(interest="")),
                name="notice_news_has_a_service",
            ),
            models.UniqueConstraint(
                fields=["about"],
                condition=models.Q(kind=NoticeClass.SURVEY, frozen_at__isnull=False),
                name="notice_one_invitation_and_reminder",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=NoticeClass.SURVEY) ^ ~models.Q(about__startswith="survey"),
                name="notice_invitation_has_a_survey",
            ),
            models.CheckConstraint(
                condition=models.Q(beyond_budget=False) | models.Q(kind=NoticeClass.SERVICE, reason=Reason.SECURITY),
                name="notice_beyond_budget_is_security",
            ),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) | models.Q(kind=NoticeClass.SERVICE, beyond_budget=False),
                name="notice_correction_of_service",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("begins_at")),
                name="notice_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    def is_under_way(self, now: datetime) -> bool:
        """Whether what it tells of has not ended yet."""
        end = self.ends_at or self.begins_at
        return end is not None and now < end

    @property
    def origin(self) -> "Notice":
        """The announcement that this one corrects, or itself."""
        return self.corrects or self


class NoticeText(models.Model):
    """What a notice says in one language, in blocks; the mail and the page are made of them."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    subject = models.CharField(_("Subject"), max_length=120)
    what = models.TextField(_("What happens"))
    effect = models.TextField(_("What it means for you"), blank=True, default="")
    to_do = models.TextField(_("What to do"), blank=True, default="")

    not_personal: ClassVar[dict[str, str]] = {
        "language": "A language's tag.",
        "subject": _PUBLIC,
        "what": _PUBLIC,
        "effect": _PUBLIC,
        "to_do": _PUBLIC,
    }

    class Meta:
        """One text for each language."""

        ordering = ("language",)
        constraints = [models.UniqueConstraint(fields=("notice", "language"), name="notice_one_text_a_language")]

    def __str__(self) -> str:
        return f"{self.notice} in {self.language}"


class NoticeReview(models.Model):
    """What another person said of exactly this text; an edit gives it another hash, and the review counts no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    approved = models.BooleanField()
    remark = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "reviewer": "The id of a member of staff.",
        "content_hash": "A hash of the operator's own words.",
        "remark": "A reviewer's words about the text of a notice.",
    }

    class Meta:
        """One word a person and text."""

        constraints = [
            models.UniqueConstraint(fields=("notice", "reviewer", "content_hash"), name="notice_one_review_a_person")
        ]

    def __str__(self) -> str:
        return f"review of {self.notice_id}"
