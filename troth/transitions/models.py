"""The tables of this room. A transition is the operator's public word; what is about a client is an id and a time."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.transitions.kinds import TransitionKind, TransitionState

_PUBLIC = "The operator's own words to all its clients; public once it is announced."


class Transition(models.Model):
    """A merger, an acquisition or a sale, and how far it is.

    Arguments:
        other_party: the name of the organisation that would receive.
        contact: where everybody can ask about it, in one or two lines.
        planned_on: the day for which it is planned; it is never carried out before the thirty days are full.
        labels: what would pass on, as labels of declared values.
        recipient_key: the other party's age public key, to which the package is sealed.
        notice, cancelling: the mails to everybody that announce it, and that it was cancelled.
        parts: how many parts of the package were made.
        packed_up_to: the last client that was looked at for the package, so that one that was cut off goes on.
        package: whether the package lies here to be fetched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("What happens"), max_length=12, choices=TransitionKind)
    other_party = models.CharField(_("The other party"), max_length=120)
    contact = models.CharField(_("Where everybody can ask"), max_length=300)
    planned_on = models.DateField(_("Planned for"))
    labels = JsonColumn(default=list, names_only=True, paths={"[]": "The label of a declared value."})
    recipient_key = models.CharField(max_length=80)
    state = models.CharField(
        max_length=12, choices=TransitionState, default=TransitionState.DRAFT, db_index=True, editable=False
    )
    written_by = models.CharField(max_length=80, editable=False)
    notice = models.ForeignKey("announcements.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    cancelling = models.ForeignKey("announcements.Notice", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    parts = models.PositiveIntegerField(default=0, editable=False)
    packed_up_to = models.UUIDField(null=True, editable=False)
    package = models.BooleanField(default=False, editable=False)

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "One of a closed list.",
        "other_party": _PUBLIC,
        "contact": _PUBLIC,
        "labels": "Labels of declared values, never a value.",
        "recipient_key": "The public key of an organisation.",
        "state": "One of a closed list.",
        "written_by": "The id of a member of staff.",
    }

    class Meta:
        """The newest first. What has passed on was announced."""

        ordering = ("-made_at",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["announced", "packing", "transferred"])
                | models.Q(notice__isnull=False, announced_at__isnull=False),
                name="transition_was_announced",
            )
        ]

    def __str__(self) -> str:
        return f"transition {self.pk}"


class Objection(models.Model):
    """A client who does not wish to be in it; taken back, the row goes."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE, related_name="objections")
    subject_id = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """One a client and transition."""

        verbose_name_plural = _("Objections to a change of ownership")
        constraints = [models.UniqueConstraint(fields=("transition", "subject_id"), name="objection_once")]

    def __str__(self) -> str:
        return f"objection {self.pk}"


class Passed(models.Model):
    """One client's line of the manifest: what passed on about whom, in which part of the package.

    Arguments:
        part: the number of the part.
        digest: SHA-256 of the client's record in the package, in hexadecimal.
        disclosure_id: the row of the record of what left.
    """

    transition = models.ForeignKey(Transition, on_delete=models.PROTECT, related_name="passed")
    subject_id = models.UUIDField(db_index=True)
    part = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    disclosure_id = models.UUIDField()
    at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {"digest": "A hash of a record that we hold sealed, made with a salt."}

    class Meta:
        """One a client and transition."""

        verbose_name_plural = _("What passed on with a change of ownership")
        constraints = [models.UniqueConstraint(fields=("transition", "subject_id"), name="passed_once")]

    def __str__(self) -> str:
        return f"passed {self.pk}"
