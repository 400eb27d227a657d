"""The register of requests. What was asked and what was answered is sealed; the clock and the state are plain."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.rights.deadlines import due_at
from troth.rights.kinds import DANGEROUS, OPEN_STATES, REMOTE, Channel, Denial, Kind, State, Verification
from troth.rights.timeline import name_value
from troth.vault.api import Keep, LongText, SealedModel, Trigger

KEEP = Keep(
    Trigger.WRITTEN,
    timedelta(days=3 * 365),
    _("three years, so that either of us can show what was asked and done; with your account if that ends before"),
)


class Request(SealedModel):
    """One request of one person, by whichever way it came (L1–L3).

    A request of somebody who is no client stands under a subject id of its own, so that it is sealed and erased like
    everything else.
    """

    told_in = "said"
    correctable = False

    text = LongText(
        label=_("What you asked"),
        category="user.content.private",
        purposes=(Purpose.RIGHTS, Purpose.SUPPORT),
        why=_("So that we do what you ask, and not what we suppose."),
        required=True,
        keep=KEEP,
        max_length=4000,
    )
    answer = LongText(
        label=_("What we answered"),
        category="user.content.private",
        purposes=(Purpose.RIGHTS, Purpose.SUPPORT),
        why=_("So that you can read again what we told you."),
        keep=KEEP,
        max_length=8000,
    )

    kind = models.CharField(max_length=12, choices=Kind)
    channel = models.CharField(max_length=12, choices=Channel)
    state = models.CharField(max_length=24, choices=State, default=State.OPEN)
    about_model = models.CharField(max_length=100, default="", blank=True)
    about_field = models.CharField(max_length=100, default="", blank=True)
    received_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    verified_how = models.CharField(max_length=16, choices=Verification, default="", blank=True)
    verified_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    denied_for = models.CharField(max_length=20, choices=Denial, default="", blank=True)

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "channel": "One of a closed list.",
        "state": "One of a closed list.",
        "about_model": "The label of a table.",
        "about_field": "The name of a declared value.",
        "verified_how": "One of a closed list.",
        "denied_for": "One of a closed list.",
    }

    class Meta:
        """What is closed has a time, and what was done was verified: the database holds to both."""

        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index(fields=["state", "received_at"], name="rights_request_waiting"),
            models.Index(fields=["subject_id", "-received_at"], name="rights_request_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_STATES, closed_at__isnull=True)
                | (~models.Q(state__in=OPEN_STATES) & models.Q(closed_at__isnull=False)),
                name="request_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.FULFILLED) | models.Q(verified_at__isnull=False),
                name="request_done_was_verified",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state=State.FULFILLED, kind__in=tuple(DANGEROUS), channel__in=tuple(REMOTE), confirmed_at=None
                ),
                name="request_danger_had_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.DENIED) | ~models.Q(denied_for=""),
                name="request_denied_has_a_reason",
            ),
        ]

    @property
    def due_at(self) -> datetime:
        """The moment by which it is answered."""
        return due_at(self.kind, self.received_at)

    @property
    def last_day(self) -> date:
        """The last day for the answer, in the operator's calendar: it is printed as it is, in no reader's time zone."""
        return self.due_at.date()

    @property
    def about(self) -> Words:
        """The name of the value that it is about, in the client's words; empty where it is about none."""
        return name_value(self.about_model, self.about_field) if self.about_field else ""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state in OPEN_STATES

    @property
    def needs_second(self) -> bool:
        """Whether nothing may be done before a second person has made sure of the sender as well."""
        return self.channel in REMOTE and self.kind in DANGEROUS and self.confirmed_at is None

    @property
    def is_late(self) -> bool:
        """Whether its time has passed, or had passed when it was answered."""
        return (self.closed_at or clock.now()) > self.due_at

    @property
    def number(self) -> str:
        """The short form of its id for people, such as ``4F2A-91C0``: the end of the id, which is random."""
        tail = self.id.hex[-8:].upper()
        return f"{tail[:4]}-{tail[4:]}"


class CorrectionTime(models.Model):
    """How long one correction took. It names nobody, so that the published figures outlive the accounts (A11)."""

    kind = models.CharField(max_length=12, choices=Kind)
    closed_on = models.DateField(db_index=True)
    took_seconds = models.PositiveBigIntegerField()
    in_time = models.BooleanField()

    not_personal: ClassVar[dict[str, str]] = {"kind": "One of a closed list."}

    def __str__(self) -> str:
        return f"{self.took_seconds} s"
