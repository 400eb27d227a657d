"""What one person prepared and another must decide: which act, with what exactly, until when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn


class ReviewState(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", _("waits for a second person")
    APPROVED = "approved", _("approved and done")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Review(models.Model):
    """One prepared act. ``facts`` is the act to the letter; ``digest`` is what the second person agreed to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    facts = JsonColumn(
        names_only=True,
        paths={"*": "An id, a number or a word of a closed list; ``prepare_review`` refuses anything else."},
    )
    digest = models.CharField(max_length=64)
    prepared_by = models.CharField(max_length=100)
    prepared_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.WAITING, db_index=True)
    decided_by = models.CharField(max_length=100, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    not_personal: ClassVar[dict[str, str]] = {
        "kind": "The name of an act, out of a closed list.",
        "facts": "Ids, numbers and words of closed lists; prepare_review refuses anything else.",
        "digest": "A digest of kind and facts.",
        "prepared_by": "The id of a member of staff, or a job's name.",
        "state": "One of a closed list.",
        "decided_by": "The id of a member of staff.",
    }

    class Meta:
        """Nobody approves what it prepared itself: the database holds to it."""

        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ReviewState.APPROVED)
                | (~models.Q(decided_by=models.F("prepared_by")) & ~models.Q(decided_by="")),
                name="staff_review_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def number(self) -> str:
        """The short form of its id for people."""
        tail = self.id.hex[-8:].upper()
        return f"{tail[:4]}-{tail[4:]}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided."""
        return self.state == ReviewState.WAITING and clock.now() < self.expires_at
