"""What is a person's in this room: own answers where the mode keeps the bond, contact details, declared questions.

The questions about a person that a survey may ask are the attributes here, and no others: each with why it is asked and
how long it is kept (A3, D2). None can be required.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.purposes import Purpose
from troth.surveys.models.surveys import Survey
from troth.vault.api import (
    Attribute,
    Choice,
    Email,
    Json,
    JsonPart,
    KeyClass,
    PostalAddress,
    SealedModel,
    Telephone,
    Text,
)

_FOR = (Purpose.SURVEYS,)
_AGES = ("18", "25", "35", "45", "55", "65", "75")


def _list_ages() -> list[tuple[str, str]]:
    ends = [str(int(each) - 1) for each in _AGES[1:]]
    return [
        ("0", f"–{int(_AGES[0]) - 1}"),
        *((begin, f"{begin}–{end}") for begin, end in zip(_AGES, ends, strict=False)),
        (_AGES[-1], f"{_AGES[-1]}–"),
    ]


class OwnAnswers(SealedModel):
    """A client's answers to a survey that keeps the bond, until its close; then they are put among the others."""

    correctable: ClassVar[bool] = False

    answers = Json(
        label=_("Your answers"),
        category="user.content.private",
        purposes=_FOR,
        why=_("You chose to answer. Until the survey closes you can see, change and take back what you said."),
        parts={"**": JsonPart()},
    )
    age_group = Choice(
        label=_("Your age"),
        category="user.demographic.age_range",
        purposes=_FOR,
        choices=_list_ages(),
        why=_("To see whether what we offer suits the young and the old alike."),
    )
    post_code = Text(
        label=_("Your post code"),
        category="user.contact.address.postal_code",
        purposes=_FOR,
        why=_("To learn from which parts of the country people come; its first two characters are counted."),
        max_length=12,
    )
    distance = Choice(
        label=_("How far from us you live"),
        category="user.location.imprecise",
        purposes=_FOR,
        choices=[
            ("near", _("near enough to walk")),
            ("hour", _("within an hour")),
            ("land", _("elsewhere in the country")),
            ("abroad", _("abroad")),
        ],
        why=_("To learn how far what we offer reaches."),
    )
    household = Choice(
        label=_("How many live in your household"),
        category="user.demographic.profile",
        purposes=_FOR,
        choices=[("1", "1"), ("2", "2"), ("3", "3"), ("4", "4–")],
        why=_("To see for how many a membership should be made."),
    )

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="own_answers")

    class Meta:
        """One a client and survey."""

        verbose_name_plural = _("Your answers to surveys")
        constraints = [models.UniqueConstraint(fields=("survey", "subject_id"), name="survey_own_answers_once")]


class Contact(SealedModel):
    """How a client may be reached about a survey: kept apart from its answers, with a consent and an end of its own."""

    correctable: ClassVar[bool] = False

    name = Text(
        label=_("Name"),
        category="user.name",
        purposes=_FOR,
        why=_("So that we know whom we speak to, if we may come back to you."),
    )
    email = Email(
        label=_("E-mail address"),
        category="user.contact.email",
        purposes=_FOR,
        why=_("So that we can write to you about this survey, and about nothing else."),
    )
    telephone = Telephone(
        label=_("Telephone"),
        category="user.contact.phone_number",
        purposes=_FOR,
        why=_("So that we can call you about this survey, and about nothing else."),
    )
    address = PostalAddress(
        label=_("Shipping address"),
        category="user.contact.address",
        purposes=_FOR,
        why=_("So that we can send you what the survey promised."),
    )

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="contacts")
    until = models.DateField(help_text="The day on which it goes, whatever else happens.")
    taken_by = models.UUIDField(null=True, help_text="The member of staff who has it in hand.")
    wording = models.CharField(max_length=300, default="", help_text="The words to which the client agreed.")
    agreed_at = models.DateTimeField(default=clock.now, editable=False)

    not_personal: ClassVar[dict[str, str]] = {"wording": "The operator's own words."}

    class Meta:
        """One a client and survey."""

        verbose_name_plural = _("How we may reach you about a survey")
        constraints = [models.UniqueConstraint(fields=("survey", "subject_id"), name="survey_contact_once")]

    @property
    def number(self) -> str:
        """What staff call it."""
        return self.pk.hex[-8:].upper()


class SurveyKey(SealedModel):
    """The key that opens the answers of one survey for counting. Its subject is the survey itself, and no person."""

    key_class: ClassVar[KeyClass] = KeyClass.STATUTORY
    correctable: ClassVar[bool] = False

    secret = Text(
        label=_("Key of a survey"),
        category="system.operations",
        purposes=_FOR,
        why=_("It opens the answers of a survey after its close, to count them."),
        max_length=100,
    )


def _choose(model: type[SealedModel], *names: str) -> Mapping[str, Attribute]:
    return MappingProxyType({name: model.sealed_attributes[name] for name in names})


DETAILS = _choose(OwnAnswers, "age_group", "post_code", "distance", "household")
"""The personal questions that a survey of any mode may ask."""
CONTACT = _choose(Contact, "name", "email", "telephone", "address")
"""Those that only a contactable survey may ask; they never stand beside an answer."""
