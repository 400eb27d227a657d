"""Cases and what was said in them. Everything of a person is sealed; numbers, states and clocks are plain."""

import secrets
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import Case as ActingCase
from troth.kernel.purposes import Purpose
from troth.support.models.struck import StruckFile, StruckLongText, StruckText
from troth.support.words import LIVE, ON_US, Direction, Origin, Rating, State, Topic, Trust
from troth.vault.api import (
    Choice,
    Email,
    Keep,
    Lookup,
    PostalAddress,
    SealedModel,
    Telephone,
    Trigger,
)

KIND = "ticket"
"""The kind under which cases stand in the ledger and at the door."""
KEEP = Keep(
    Trigger.WRITTEN,
    timedelta(days=2 * 365),
    _("two years after it was written, so that we can take up an old matter; with your account if that ends before"),
)
_ANSWER = (Purpose.SUPPORT, Purpose.ORDERS, Purpose.RIGHTS)
_LETTERS = "23456789BCDFGHJKMNPQRTVWXYZ"
"""Without vowels and without what is misread: a number spells no word, and can be read out by telephone."""
LARGEST_FILE = 4 * 1024 * 1024


def draw_number() -> str:
    """Return a fresh number for people, such as ``K7R3-92QD``; 27^8 of them, so that nobody guesses the next."""
    drawn = "".join(secrets.choice(_LETTERS) for _place in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


class Case(SealedModel):
    """One matter of one person: an inquiry, or something that a room of the house has to say by telephone or letter.

    Somebody without an account stands under a subject id of its own, sealed, kept and erased like a client's.
    """

    told_in = "said"
    correctable = False

    title = StruckText(
        label=_("What it is about"),
        category="user.content.private",
        purposes=_ANSWER,
        why=_("So that we find your matter again, and the right person answers."),
        required=True,
        keep=KEEP,
        max_length=200,
    )
    sender_name = StruckText(
        label=_("Your name"),
        category="user.name",
        purposes=_ANSWER,
        why=_("So that we address you by it when we answer."),
        keep=KEEP,
        max_length=120,
    )
    sender_email = Email(
        label=_("Your e-mail address"),
        category="user.contact.email",
        purposes=_ANSWER,
        why=_("So that our answer reaches you. It is used for nothing else."),
        keep=KEEP,
        lookup=Lookup.EXACT,
        max_length=254,
    )
    sender_telephone = Telephone(
        label=_("Your telephone number"),
        category="user.contact.phone_number",
        purposes=_ANSWER,
        why=_("So that we can call you back about this, and about nothing else."),
        keep=KEEP,
    )
    sender_address = PostalAddress(
        label=_("Your postal address"),
        category="user.contact.address",
        purposes=_ANSWER,
        why=_("So that we can answer your letter by letter."),
        keep=KEEP,
    )
    rating = Choice(
        label=_("Was it what you needed?"),
        category="user.content.private",
        purposes=(Purpose.SUPPORT,),
        choices=Rating.choices,
        why=_("So that we learn where we are not good enough. You need not say, and nothing depends on it."),
        keep=KEEP,
    )
    remark = StruckLongText(
        label=_("What should we have done better?"),
        category="user.content.private",
        purposes=(Purpose.SUPPORT,),
        why=_("So that we know what to mend. You need not say."),
        keep=KEEP,
        max_length=1000,
    )

    number = models.CharField(max_length=9, unique=True, default=draw_number, editable=False)
    origin = models.CharField(max_length=12, choices=Origin)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.QUESTION)
    trust = models.CharField(max_length=8, choices=Trust, default=Trust.STRANGER)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    has_account = models.BooleanField(default=False)
    purpose = models.CharField(max_length=20, choices=[(p.value, p.value) for p in Purpose], default=Purpose.SUPPORT)
    taken_by = models.UUIDField(null=True)
    entered_by = models.UUIDField(null=True)
    received_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    merged_into = models.UUIDField(null=True)
    state_before = models.CharField(max_length=8, choices=State, default="", blank=True)
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    about_kind = models.CharField(max_length=40, default="", blank=True)
    about_ref = models.CharField(max_length=64, default="", blank=True)

    not_personal: ClassVar[dict[str, str]] = {
        "number": "Drawn at random.",
        "origin": "One of a closed list.",
        "topic": "One of a closed list.",
        "trust": "One of a closed list.",
        "state": "One of a closed list.",
        "purpose": "One of a closed list.",
        "state_before": "One of a closed list.",
        "about_kind": "The kind of a case of another room.",
        "about_ref": "The id of a case of another room.",
    }

    class Meta:
        """What is closed has a time, what is merged a place; the lists of the console have an index each."""

        verbose_name = _("inquiry")
        verbose_name_plural = _("Inquiries")
        indexes = [
            models.Index(
                fields=["taken_by", "due_at"], name="support_case_mine", condition=models.Q(state__in=tuple(LIVE))
            ),
            models.Index(
                fields=["due_at"], name="support_case_unassigned", condition=models.Q(state=State.NEW, taken_by=None)
            ),
            models.Index(fields=["due_at"], name="support_case_due", condition=models.Q(state__in=tuple(ON_US))),
            models.Index(fields=["subject_id", "-received_at"], name="support_case_of"),
            models.Index(fields=["merged_into"], name="support_case_merged", condition=~models.Q(merged_into=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=State.CLOSED, closed_at__isnull=False)
                | (~models.Q(state=State.CLOSED) & models.Q(closed_at__isnull=True)),
                name="support_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.MERGED, merged_into__isnull=False)
                | (~models.Q(state=State.MERGED) & models.Q(merged_into__isnull=True)),
                name="support_merged_has_a_place",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.OPEN) | models.Q(taken_by__isnull=False),
                name="support_open_has_an_owner",
            ),
        ]

    @property
    def as_case(self) -> ActingCase:
        """The case as the one on which somebody acts."""
        return ActingCase(KIND, str(self.id))

    @property
    def is_live(self) -> bool:
        """Whether it is open."""
        return self.state in LIVE

    @property
    def is_late(self) -> bool:
        """Whether the next word is ours and its time has passed."""
        return self.state in ON_US and clock.now() > self.due_at


class Message(SealedModel):
    """One thing that was said in a case: by the client, by us, or a note of ours, which the client can read too."""

    told_in = "said"
    correctable = False

    body = StruckLongText(
        label=_("What was said"),
        category="user.content.private",
        purposes=_ANSWER,
        why=_("So that who answers you knows what was said before."),
        required=True,
        keep=KEEP,
        max_length=20_000,
    )

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction)
    origin = models.CharField(max_length=12, choices=Origin)
    trust = models.CharField(max_length=8, choices=Trust, default=Trust.STRANGER)
    author = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    not_personal: ClassVar[dict[str, str]] = {
        "direction": "One of a closed list.",
        "origin": "One of a closed list.",
        "trust": "One of a closed list.",
    }

    class Meta:
        """Read as a thread, in the order in which it was said."""

        verbose_name = _("message")
        verbose_name_plural = _("What was said in inquiries")
        indexes = [models.Index(fields=["case", "at"], name="support_message_thread")]


class Attachment(SealedModel):
    """A file that came with a message: a picture, a document, the scan of a letter, the mail as it came."""

    told_in = "said"
    correctable = False

    file = StruckFile(
        label=_("File"),
        category="user.content.private",
        purposes=_ANSWER,
        why=_("So that who answers you sees what you sent."),
        keep=KEEP,
        max_length=LARGEST_FILE,
    )

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=12)
    size = models.PositiveIntegerField()

    not_personal: ClassVar[dict[str, str]] = {"kind": "What the bytes are, out of a closed list."}

    class Meta:
        """Named as the Admin page names it."""

        verbose_name = _("file")
        verbose_name_plural = _("Files in inquiries")
