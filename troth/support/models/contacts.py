"""The gate's rows: what a client wishes, what was decided, and what therefore goes out."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.kernel.ports import Channel
from troth.kernel.purposes import Purpose
from troth.support.models.cases import Case, Message
from troth.support.words import CallOutcome, Going, Rule

CHANNELS = [
    (Channel.EMAIL.value, _("e-mail")),
    (Channel.TELEPHONE.value, _("telephone")),
    (Channel.LETTER.value, _("letter")),
]
HOURS = [(f"{hour:02d}", f"{hour}:00") for hour in range(8, 22)]


class ContactWish(models.Model):
    """How a client wishes to be reached; one row a client, and none where it never said (G3).

    Its values are words of closed lists and name nobody, so they stand open: the gate reads them inside the transaction
    of whoever asks, where no sealed value may be opened for another. The Admin page shows them (``support.holders``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(unique=True, editable=False)
    answers = models.CharField(max_length=10, choices=CHANNELS, default="", blank=True)
    orders = models.CharField(max_length=10, choices=CHANNELS, default="", blank=True)
    call_from = models.CharField(max_length=2, choices=HOURS, default="", blank=True)
    call_until = models.CharField(max_length=2, choices=HOURS, default="", blank=True)
    voicemail = models.CharField(max_length=3, choices=[("yes", _("Yes")), ("no", _("No"))], default="", blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "answers": "One of three channels.",
        "orders": "One of three channels.",
        "call_from": "An hour of the day, out of a closed list.",
        "call_until": "An hour of the day, out of a closed list.",
        "voicemail": "Yes or no.",
    }

    def __str__(self) -> str:
        return f"wish {self.pk}"


class Decision(models.Model):
    """Whether, and by what, one contact may be made. It is written once and never changed (``support.guards``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    purpose = models.CharField(max_length=20, choices=[(p.value, p.value) for p in Purpose])
    about = models.CharField(max_length=60)
    wished = models.CharField(max_length=10, choices=CHANNELS, default="", blank=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    allowed = models.BooleanField()
    rule = models.CharField(max_length=12, choices=Rule)
    case_kind = models.CharField(max_length=40, default="", blank=True)
    case_ref = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    not_personal: ClassVar[dict[str, str]] = {
        "purpose": "One of a closed list.",
        "about": "The key of a kind of contact, out of the list that the rooms register.",
        "wished": "One of three channels.",
        "channel": "One of three channels.",
        "rule": "One of a closed list.",
        "case_kind": "The kind of a case.",
        "case_ref": "The id of a case.",
    }

    class Meta:
        """A channel other than the wished one is never allowed; the database holds to it too (G3)."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(allowed=False) | models.Q(wished="") | models.Q(wished=models.F("channel")),
                name="support_decision_keeps_wish",
            )
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class Outbound(models.Model):
    """Something that goes out: a mail, a call to be made, a letter to be printed. Its id is the mail's Message-ID.

    It hangs on an allowing decision for the same client and channel; the database refuses it otherwise
    (``support.guards``). What is said stands in ``message``, sealed, or is composed of ``facts`` when it is written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="outbound")
    subject_id = models.UUIDField(db_index=True, editable=False)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    about = models.CharField(max_length=60)
    facts = JsonColumn(
        default=dict,
        names_only=True,
        paths={"*": "An id, a number or a word of a closed list; ``contact_client`` refuses anything else."},
    )
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="outbound")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="outbound")
    state = models.CharField(max_length=8, choices=Going, default=Going.WAITING)
    made_at = models.DateTimeField(default=clock.now)
    not_before = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True, help_text="Since when the relay may not be given it.")
    hours_read = models.BooleanField(default=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=CallOutcome, default="", blank=True)
    taken_by = models.UUIDField(null=True)
    printed_at = models.DateTimeField(null=True)
    posted_on = models.DateField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "channel": "One of three channels.",
        "about": "The key of a kind of contact, out of the list that the rooms register.",
        "facts": "Ids, dates and words of closed lists; kernel.ports refuses anything else.",
        "state": "One of a closed list.",
        "outcome": "One of a closed list.",
    }

    class Meta:
        """Each waiting list of the console is one index."""

        indexes = [
            models.Index(
                fields=["channel", "not_before"],
                name="support_outbound_waiting",
                condition=models.Q(state=Going.WAITING),
            ),
            models.Index(
                fields=["held_at"],
                name="support_outbound_held",
                condition=models.Q(state=Going.WAITING, held_at__isnull=False),
            ),
            models.Index(fields=["made_at"], name="support_outbound_unsure", condition=models.Q(state=Going.UNSURE)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class CallTry(models.Model):
    """One try of a call, with how it went."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outbound = models.ForeignKey(Outbound, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=12, choices=CallOutcome)
    by = models.UUIDField()

    not_personal: ClassVar[dict[str, str]] = {"outcome": "One of a closed list."}

    def __str__(self) -> str:
        return f"call {self.pk}"
