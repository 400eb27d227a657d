"""Legal requests: what was served, what was granted of it, who reviewed, and who was told."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.law.kinds import OPEN_DEMANDS, Ban, DemandKind, DemandState, ItemState, RefusalCause
from troth.vault.api import File, Keep, KeyClass, LongText, SealedModel, Text, Trigger

KEEP = Keep(
    Trigger.WRITTEN,
    timedelta(days=6 * 366),
    _("six years, because we must be able to show on what grounds something was given or refused"),
)
_LEGAL = (Purpose.LEGAL,)


class LegalRequest(SealedModel):
    """One legal request. It is sealed under a subject id of its own, since a document may name several people."""

    key_class: ClassVar[KeyClass] = KeyClass.STATUTORY
    correctable: ClassVar[bool] = False

    authority = Text(
        label=_("Who demands it"),
        category="user.content.private",
        purposes=_LEGAL,
        why=_("So that the answer goes to whom the law names, and to nobody else."),
        example=_("The court or authority, and its file number."),
        required=True,
        keep=KEEP,
        max_length=200,
    )
    demand = LongText(
        label=_("What it demands"),
        category="user.content.private",
        purposes=_LEGAL,
        why=_("In your words, so that the reviewers can hold the document against what is granted."),
        required=True,
        keep=KEEP,
        max_length=4000,
    )
    document = File(
        label=_("The document"),
        category="user.content.private",
        purposes=_LEGAL,
        why=_("Nothing is granted without a document that two people have read."),
        example=_("A PDF or a scan, at most 4 MB."),
        required=True,
        keep=KEEP,
        max_length=4 * 1024 * 1024,
    )
    recipient_key = Text(
        label=_("Key of the recipient"),
        category="user.content.private",
        purposes=_LEGAL,
        why=_("The package is sealed to it, so that nobody can read it on the way. Without one it is printed."),
        example=_("An age public key; it begins with age1."),
        keep=KEEP,
        max_length=120,
    )
    package = File(
        label=_("The sealed package"),
        category="user.content.private",
        purposes=_LEGAL,
        why=_("So that exactly what left can be handed over, and shown again."),
        keep=KEEP,
        max_length=8 * 1024 * 1024,
    )

    number = models.CharField(max_length=16, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=DemandKind)
    state = models.CharField(max_length=12, choices=DemandState, default=DemandState.RECEIVED, db_index=True)
    received_on = models.DateField()
    answer_by = models.DateField()
    ban = models.CharField(max_length=8, choices=Ban, default=Ban.NONE, blank=True)
    ban_until = models.DateField(null=True)
    registered_by = models.UUIDField()
    taken_by = models.UUIDField(null=True)
    scope_digest = models.CharField(max_length=64, default="", blank=True)
    registered_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "number": "Counts legal requests.",
        "kind": "One of a closed list.",
        "state": "One of a closed list.",
        "ban": "One of a closed list.",
        "scope_digest": "A checksum of the names of tables and values.",
    }

    class Meta:
        """A ban has an end; what is closed has a time: the database holds to both (H2)."""

        verbose_name = _("legal request")
        verbose_name_plural = _("legal requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ban="", ban_until__isnull=True)
                | (~models.Q(ban="") & models.Q(ban_until__isnull=False)),
                name="law_ban_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_DEMANDS, closed_at__isnull=True)
                | (~models.Q(state__in=OPEN_DEMANDS) & models.Q(closed_at__isnull=False)),
                name="law_request_closed_has_a_time",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.state in OPEN_DEMANDS

    def read_package(self) -> dict[str, Any]:
        """Return what was given, opened; it left already, and is handed over as it is.

        The request is closed by then and justifies no look any more, so the register's own job reads it.
        """
        from troth.kernel.acting import acting, system

        with acting(actor=system("law-register"), purpose=Purpose.LEGAL):
            package: dict[str, Any] = self.open("package").package
        return package

    def is_banned_on(self, day: date) -> bool:
        """Return whether the client must not be told on this day."""
        return self.ban_until is not None and day < self.ban_until


class ScopeItem(models.Model):
    """One value of one client that was demanded, and what was decided of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LegalRequest, on_delete=models.PROTECT, related_name="items")
    subject_id = models.UUIDField(db_index=True, editable=False)
    model = models.CharField(max_length=100)
    field = models.CharField(max_length=100)
    state = models.CharField(max_length=8, choices=ItemState)
    refused_for = models.CharField(max_length=12, choices=RefusalCause, default="", blank=True)

    not_personal: ClassVar[dict[str, str]] = {
        "model": "The label of a table.",
        "field": "The name of a declared value.",
        "state": "One of a closed list.",
        "refused_for": "One of a closed list.",
    }

    class Meta:
        """What is refused says why, and a value is decided once."""

        verbose_name_plural = _("What legal requests asked about you")
        constraints = [
            models.UniqueConstraint(fields=["request", "subject_id", "model", "field"], name="law_item_once"),
            models.CheckConstraint(
                condition=models.Q(state=ItemState.GRANTED, refused_for="")
                | (models.Q(state=ItemState.REFUSED) & ~models.Q(refused_for="")),
                name="law_refusal_has_a_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.field} {self.state}"

    @property
    def label(self) -> str:
        """The value's label, as allow-lists and the record of what left name it."""
        return f"{self.model}.{self.field}"


class LegalReview(models.Model):
    """That one reviewer read the document and holds just this scope to be right."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LegalRequest, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.UUIDField()
    scope_digest = models.CharField(max_length=64)
    decided_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {"scope_digest": "A checksum of the names of tables and values."}

    class Meta:
        """One voice a person and scope."""

        constraints = [
            models.UniqueConstraint(fields=["request", "reviewer", "scope_digest"], name="law_review_one_voice")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.decided_at}"


class Telling(models.Model):
    """That a client is to be told of a legal request: at once, or on the day on which a ban ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LegalRequest, on_delete=models.PROTECT, related_name="tellings")
    subject_id = models.UUIDField(db_index=True, editable=False)
    due_on = models.DateField(db_index=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        """A client is told once of a request."""

        verbose_name_plural = _("When you are told of legal requests")
        constraints = [models.UniqueConstraint(fields=["request", "subject_id"], name="law_told_once")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.due_on}"
