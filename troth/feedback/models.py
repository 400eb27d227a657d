"""What was said, the counts that belong to nobody, and what was answered to everybody."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.feedback.words import NO_RATING, RATINGS, Apart, State
from troth.kernel import clock
from troth.kernel.acting import Case
from troth.kernel.card_numbers import strike_card_numbers
from troth.kernel.ids import new_id
from troth.kernel.json_column import JsonColumn
from troth.kernel.purposes import Purpose
from troth.vault.api import Choice, Email, Keep, LongText, SealedModel, Text, Trigger

KIND = "feedback"
"""The kind under which it stands in the ledger and at the door."""
KEEP = Keep(
    Trigger.WRITTEN,
    timedelta(days=365),
    _("one year after it was written, or until you take it back; with your account if that ends before"),
)
_FOR = (Purpose.SUPPORT,)


class StruckWords(LongText):
    """Text of several lines, without a card number: somebody may write one, though nobody asked (C1)."""

    def clean(self, value: Any) -> str:
        """Return the text with each card number struck out."""
        return strike_card_numbers(super().clean(value))


class PublicAnswer(models.Model):
    """What we heard and what we did about it, for everybody to read.

    Arguments:
        heard: what people said, in our words, language to text.
        did: what we did, or why not, language to text.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    heard = JsonColumn(default=dict, paths={"*": "The operator's own words to everybody."})
    did = JsonColumn(default=dict, paths={"*": "The operator's own words to everybody."})
    written_by = models.CharField(max_length=80)
    published_at = models.DateTimeField(default=clock.now, db_index=True)

    not_personal: ClassVar[dict[str, str]] = {
        "heard": "The operator's own words to everybody.",
        "did": "The operator's own words to everybody.",
        "written_by": "The id of a member of staff.",
    }

    class Meta:
        """The newest first."""

        ordering = ("-published_at",)

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Feedback(SealedModel):
    """What one person said once. Somebody without an account stands under a subject id of its own.

    Arguments:
        state: how far we are with it.
        apart: why it is likely no person's word; empty for nearly all.
        sent_as: the mark of the form that it came by, so that a form sent twice counts once.
        wants_answer: whether an answer is wished, and possible.
        taken_by: the member of staff who read it.
        inquiry: the number of the inquiry in which it is answered in person, or empty.
        public_answer: where it was answered to everybody, or None.
    """

    told_in = "said"
    correctable = False

    page = Text(
        label=_("The page that it is about"),
        category="user.content.private",
        purposes=_FOR,
        why=_("So that we know which page you speak of: its name in the program, and never its address."),
        keep=KEEP,
        max_length=80,
    )
    rating = Choice(
        label=_("What do you think of it?"),
        category="user.content.private",
        purposes=_FOR,
        choices=RATINGS,
        why=_("One number says whether a page serves you. You need not give it, and nothing depends on it."),
        keep=KEEP,
    )
    words = StruckWords(
        label=_("In your own words"),
        category="user.content.private",
        purposes=_FOR,
        why=_("We do not watch what you do, so what you tell us is how we learn what to mend."),
        keep=KEEP,
        max_length=4000,
    )
    contact = Email(
        label=_("Your e-mail address"),
        category="user.contact.email",
        purposes=_FOR,
        why=_("Only if you wish for an answer. It is used for that answer and for nothing else."),
        keep=KEEP,
        max_length=254,
    )

    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    apart = models.CharField(max_length=10, choices=Apart, default=Apart.NO, blank=True)
    sent_as = models.CharField(max_length=40, unique=True)
    wants_answer = models.BooleanField(default=False)
    has_account = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=clock.now)
    taken_by = models.UUIDField(null=True)
    inquiry = models.CharField(max_length=12, default="", blank=True)
    public_answer = models.ForeignKey(PublicAnswer, null=True, on_delete=models.SET_NULL, related_name="heard_in")

    not_personal: ClassVar[dict[str, str]] = {
        "state": "One of a closed list.",
        "apart": "One of a closed list.",
        "sent_as": "Drawn at random for each form.",
        "inquiry": "The number of an inquiry, drawn at random.",
    }

    class Meta:
        """The inbox reads by state, the oldest first."""

        verbose_name = _("feedback")
        verbose_name_plural = _("Your feedback")
        indexes = [models.Index(fields=["apart", "state", "received_at"], name="feedback_inbox")]

    @property
    def number(self) -> str:
        """The short form of its id for people, such as ``4F2A-91C0``: the end of the id, which is random."""
        tail = self.id.hex[-8:].upper()
        return f"{tail[:4]}-{tail[4:]}"

    @property
    def as_case(self) -> Case:
        """It, as the case that justifies a look at it."""
        return Case(KIND, str(self.id))


class Tally(models.Model):
    """How often a number was given to a page in a month. It belongs to nobody, so it outlives what was said.

    Arguments:
        month: the first day of the month.
        page: the name of the page in the program.
        rating: the number, or 0 for something that was said without one.
        count: how often.
    """

    month = models.DateField()
    page = models.CharField(max_length=80)
    rating = models.PositiveSmallIntegerField(default=NO_RATING)
    count = models.PositiveIntegerField(default=0)

    not_personal: ClassVar[dict[str, str]] = {"page": "The name of a page in the program."}

    class Meta:
        """One row a month, page and number."""

        constraints = [models.UniqueConstraint(fields=("month", "page", "rating"), name="feedback_tally_once")]

    def __str__(self) -> str:
        return f"tally {self.pk}"
