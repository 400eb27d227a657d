"""What bounds the looks of one member at one client: ties, looks without a case, and challenges by the client."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.vault.api import Keep, LongText, SealedModel, Trigger

KEEP = Keep(
    Trigger.WRITTEN,
    timedelta(days=3 * 365),
    _("three years, so that either of us can show what was looked at and why; with your account if that ends before"),
)


class Tie(models.TextChoices):
    """How a member is tied to a client, so that it handles nothing of that client's."""

    RELATIVE = "relative", _("a relative")
    COLLEAGUE = "colleague", _("a colleague or business partner")
    FRIEND = "friend", _("a friend or neighbour")


class Relation(models.Model):
    """A tie that a member declared. Both see it; the judge refuses the member every look at this client (A4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member_id = models.UUIDField()
    subject_id = models.UUIDField(db_index=True)
    tie = models.CharField(max_length=10, choices=Tie)
    declared_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {"tie": "One of a closed list."}

    class Meta:
        """Declared once for each pair."""

        constraints = [models.UniqueConstraint(fields=["member_id", "subject_id"], name="staff_relation_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.tie} {self.subject_id}"


class BreakGlass(SealedModel):
    """A look without a case: for a reason in words, for the operator's minutes, told at once, reviewed afterwards.

    It stands under the client's own key, as the reason is about the client and the client reads it.
    """

    told_in = "said"
    correctable = False

    reason = LongText(
        label=_("Why your record was opened without a case"),
        category="user.content.private",
        purposes=(Purpose.SUPPORT, Purpose.RIGHTS, Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING, Purpose.LEGAL),
        why=_("So that you can read why somebody opened your record without a case, and object to it."),
        required=True,
        keep=KEEP,
        max_length=1000,
    )

    member_id = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=30)
    begun_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    told_member_id = models.UUIDField(help_text="The second person, who was told at once.")
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    was_right = models.BooleanField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"purpose": "One of the closed list of purposes."}

    class Meta:
        """Nobody is the second person of its own look, nor reviews it: the database holds to both."""

        verbose_name_plural = _("Looks without a case")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(told_member_id=models.F("member_id")), name="staff_glass_told_another"
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("member_id")),
                name="staff_glass_reviewed_by_another",
            ),
        ]

    @property
    def number(self) -> str:
        """The short form of its id for people."""
        return _number(self)


class ChallengeFinding(models.TextChoices):
    """What came of a challenge."""

    RIGHT = "right", _("the look was right")
    MISTAKEN = "mistaken", _("the look was a mistake")
    WRONG = "wrong", _("the look broke our promise")


class Challenge(SealedModel):
    """A client objects to a look: that member's access to this record pauses at once, until somebody else decides."""

    told_in = "said"
    correctable = False

    text = LongText(
        label=_("What you said about a look"),
        category="user.content.private",
        purposes=(Purpose.RIGHTS,),
        why=_("So that our privacy officer knows what troubles you about it."),
        effect=_("The privacy officer reads it before answering. Without it the look is examined all the same."),
        keep=KEEP,
        max_length=2000,
    )
    answer = LongText(
        label=_("What our privacy officer answered about a look"),
        category="user.content.private",
        purposes=(Purpose.RIGHTS,),
        why=_("So that you can read again what we found."),
        keep=KEEP,
        max_length=4000,
    )

    entry_id = models.UUIDField()
    member_id = models.UUIDField()
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True, db_index=True)
    answered_by = models.UUIDField(null=True)
    finding = models.CharField(max_length=10, choices=ChallengeFinding, default="", blank=True)
    paused = models.BooleanField(default=True)
    name_unsealed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {"finding": "One of a closed list."}

    class Meta:
        """Nobody answers for its own look, and an answer has a finding: the database holds to both."""

        verbose_name_plural = _("Challenged looks")
        indexes = [models.Index(fields=["subject_id", "member_id", "paused"], name="staff_challenge_pauses")]
        constraints = [
            models.UniqueConstraint(fields=["entry_id"], name="staff_challenge_once"),
            models.CheckConstraint(
                condition=models.Q(answered_by__isnull=True) | ~models.Q(answered_by=models.F("member_id")),
                name="staff_challenge_answered_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, finding="") | models.Q(answered_at__isnull=False),
                name="staff_challenge_found_when_answered",
            ),
        ]

    @property
    def number(self) -> str:
        """The short form of its id for people."""
        return _number(self)

    @property
    def is_late(self) -> bool:
        """Whether its time has passed, or had passed when it was answered."""
        return (self.answered_at or clock.now()) > self.due_at


def _number(row: SealedModel) -> str:
    tail = row.id.hex[-8:].upper()
    return f"{tail[:4]}-{tail[4:]}"
