"""The delivery ledger: one row for each recipient of a notice, and how fast the mails go."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.announcements.kinds import DeliveryState, SkipCause
from troth.announcements.models.notices import Notice
from troth.kernel import clock


class Delivery(models.Model):
    """What became of one notice for one client. It holds no address.

    Arguments:
        subject_id: the client; None once it was erased, so that the numbers still add up.
        state: where it stands; ``accepted``, ``rejected`` and ``skipped`` are final.
        skipped_for: why no mail went.
        tries: how often the mail was begun.
        next_try_at: not before this.
        leased_until: until when a run that took it may be at work; after that its fate is unknown.
        told_again: whether it was sent again although its fate was unknown, so that the client may have it twice.
        code: the mail server's three digits; its text may repeat the address and is not kept.
        bounced: whether it came back, and for good or not.
    """

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    subject_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    skipped_for = models.CharField(max_length=10, choices=SkipCause, default=SkipCause.NONE, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True)
    told_again = models.BooleanField(default=False)
    code = models.PositiveSmallIntegerField(default=0)
    bounced = models.CharField(max_length=4, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "skipped_for": "One of a closed list.",
        "bounced": "One of a closed list.",
    }

    class Meta:
        """One a client and notice; found by what is to be done next, and by client."""

        verbose_name_plural = _("Notices that we sent you")
        indexes = [
            models.Index(fields=["notice", "state", "next_try_at"], name="delivery_to_do"),
            models.Index(fields=["subject_id", "notice"], name="delivery_of"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("notice", "subject_id"), name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.SKIPPED) ^ models.Q(skipped_for=""),
                name="delivery_skipped_has_a_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Bounce(models.Model):
    """A mail that came back, known by its signed return path. One a delivery and kind."""

    HARD, SOFT = "hard", "soft"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="bounces")
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=4, choices=[(HARD, _("for good")), (SOFT, _("for now"))])
    at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {"kind": "One of a closed list."}

    class Meta:
        """The same bounce twice is one."""

        verbose_name_plural = _("Notices that came back")
        constraints = [models.UniqueConstraint(fields=("delivery", "kind"), name="bounce_once")]

    def __str__(self) -> str:
        return f"bounce of {self.delivery_id}"


class Pace(models.Model):
    """The one row of the sender: how much went in the minute, hour and day, and how many windows went ever.

    ``windows`` is noted outside the database as well: where the database is behind that, it came from a backup, and
    nothing is sent until a person has looked.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    windows = models.PositiveBigIntegerField(default=0)
    minute_began = models.DateTimeField(default=clock.now)
    minute_used = models.PositiveIntegerField(default=0)
    hour_began = models.DateTimeField(default=clock.now)
    hour_used = models.PositiveIntegerField(default=0)
    day_began = models.DateTimeField(default=clock.now)
    day_used = models.PositiveIntegerField(default=0)
    slow_until = models.DateTimeField(null=True)

    class Meta:
        """There is one."""

        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_pace")]

    def __str__(self) -> str:
        return "pace of mail to many"
