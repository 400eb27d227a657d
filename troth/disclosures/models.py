"""What left, and what a client authorised. Names of fields and ids stand here, never a value.

The rows of ``Disclosure`` are written once, together with a row of the record (``ledger``) under the same id: the
record is what cannot be changed, this table is what can be searched, and a check compares the two.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id


class GroundKind(models.TextChoices):
    """Why a value may leave (A6). There is no fourth."""

    INFORMED = "informed", _("you were told of it beforehand")
    AUTHORISED = "authorised", _("you authorised it")
    REQUIRED_BY_LAW = "required_by_law", _("the law requires it")


class Disclosure(models.Model):
    """Values that were about to leave: written and committed before the first byte does (A6).

    Arguments:
        id: also the id of the row of the record.
        recipient: the key of the organisation in the register; ``recipient_name`` its name on that day.
        operation: what was asked of it, such as ``card.start_checkout``.
        fields: the labels of the values, such as ``accounts.Profile.email``, with a part where only a part left.
        evidence: what the ground rests on, such as ``statement:3``; see ``grounds``.
        records: how many records it concerned.
        reference: our id of the thing that was sent for: a mail, a payment attempt, a parcel.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)
    subject_id = models.UUIDField(editable=False)
    recipient = models.CharField(max_length=60)
    recipient_name = models.CharField(max_length=200)
    operation = models.CharField(max_length=100)
    purpose = models.CharField(max_length=30)
    ground = models.CharField(max_length=20, choices=GroundKind)
    evidence = models.CharField(max_length=100)
    fields = models.TextField()
    records = models.PositiveIntegerField(default=1)
    case_kind = models.CharField(max_length=30, default="")
    case_ref = models.CharField(max_length=100, default="")
    reference = models.CharField(max_length=200, default="")

    not_personal: ClassVar[dict[str, str]] = {
        "recipient": "The key of an organisation in the register.",
        "recipient_name": "The name of an organisation.",
        "operation": "A name from the program's own list.",
        "purpose": "A word from the closed list of purposes.",
        "ground": "One of a closed list.",
        "evidence": "The kind and id of what the ground rests on.",
        "fields": "Labels of declared values, never the values.",
        "case_kind": "A kind of case.",
        "case_ref": "A case's id or number.",
        "reference": "An id of ours.",
    }

    class Meta:
        """Found by client, by recipient, by case; newest first, by the time-ordered id."""

        verbose_name_plural = _("Lines of the record of what left")
        indexes = [
            models.Index(fields=["subject_id", "id"], name="disclosure_about"),
            models.Index(fields=["recipient", "id"], name="disclosure_to"),
            models.Index(fields=["case_ref", "id"], name="disclosure_for"),
        ]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the values that left."""
        return tuple(self.fields.split(","))


class OutcomeState(models.TextChoices):
    """What became of it. Where no row says anything, the program was killed meanwhile: the values may have arrived."""

    ACCEPTED = "accepted", _("received")
    FAILED = "failed", _("no answer, or a refusal; it may have been read")


class Outcome(models.Model):
    """What became of a disclosure; one row, written after the recipient's answer."""

    disclosure_id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=10, choices=OutcomeState)

    not_personal: ClassVar[dict[str, str]] = {"state": "One of a closed list."}

    def __str__(self) -> str:
        return f"outcome of {self.disclosure_id}: {self.state}"


class Authorisation(models.Model):
    """A client's word that one organisation may receive these values, for this purpose, until then (A6).

    Arguments:
        recipient: the key of the organisation; ``recipient_name`` its name as the client read it.
        fields: the labels of the values, comma between.
        wording: the sentence to which the client said yes.
        until: when it ends by itself.
        withdrawn_at: when the client took it back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    recipient = models.CharField(max_length=60)
    recipient_name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=30)
    fields = models.TextField()
    wording = models.TextField()
    given_at = models.DateTimeField(default=clock.now, editable=False)
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "recipient": "The key of an organisation.",
        "recipient_name": "The name of an organisation.",
        "purpose": "A word from the closed list of purposes.",
        "fields": "Labels of declared values, never the values.",
        "wording": "The program's own sentence, which names the organisation, the fields and the end.",
    }

    class Meta:
        """Named as the Admin page and the plan of an erasure name it."""

        verbose_name_plural = _("What you allowed us to hand on")
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("given_at")), name="authorisation_has_an_end"),
        ]

    def __str__(self) -> str:
        return f"authorisation {self.pk}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the values that it covers."""
        return tuple(self.fields.split(","))

    @property
    def is_in_force(self) -> bool:
        """Whether it holds now."""
        return self.withdrawn_at is None and self.given_at <= clock.now() < self.until


class AskAnswer(models.TextChoices):
    """What became of a question to a client."""

    WAITING = "waiting", _("waits for your answer")
    ALLOWED = "allowed", _("you allowed it")
    DECLINED = "declined", _("you did not allow it")


class AuthorisationAsk(models.Model):
    """A question to a client, whether one organisation may receive these values; nothing leaves by it (A6).

    Arguments:
        recipient: the key of the organisation; ``recipient_name`` its name on that day.
        fields: the labels of the values, comma between.
        last_day: the last day for which the client is asked.
        case_kind, case_ref: on which case it is asked.
        open_until: when the question lapses by itself.
        authorisation: what the client's yes became, or None.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    recipient = models.CharField(max_length=60)
    recipient_name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=30)
    fields = models.TextField()
    last_day = models.DateField()
    case_kind = models.CharField(max_length=30)
    case_ref = models.CharField(max_length=100)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    open_until = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=AskAnswer, default=AskAnswer.WAITING)
    answered_at = models.DateTimeField(null=True)
    authorisation = models.OneToOneField(Authorisation, null=True, on_delete=models.SET_NULL, related_name="ask")

    not_personal: ClassVar[dict[str, str]] = {
        "recipient": "The key of an organisation.",
        "recipient_name": "The name of an organisation.",
        "purpose": "A word from the closed list of purposes.",
        "fields": "Labels of declared values, never the values.",
        "case_kind": "A kind of case.",
        "case_ref": "A case's id.",
        "answer": "One of a closed list.",
    }

    class Meta:
        """What was answered has its time: the database holds to it."""

        verbose_name_plural = _("What we asked you to allow")
        indexes = [models.Index(fields=["case_ref", "id"], name="authorisation_asked_for")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer=AskAnswer.WAITING, answered_at__isnull=True)
                | (~models.Q(answer=AskAnswer.WAITING) & models.Q(answered_at__isnull=False)),
                name="ask_answered_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"ask {self.pk}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the values that are asked for."""
        return tuple(self.fields.split(","))

    @property
    def is_open(self) -> bool:
        """Whether the client can still answer."""
        return self.answer == AskAnswer.WAITING and clock.now() < self.open_until
