"""A part of a survey as a form. No input of it is required, and each choice begins with "no answer" (D3)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from troth.surveys.definition.answers import LONG, SHORT
from troth.surveys.definition.reading import Question, Section
from troth.surveys.kinds import QuestionKind
from troth.surveys.models import Contact, OwnAnswers
from troth.vault.api import Attribute, Choice, DeclaredForm, input_name

_NOTHING = _("No answer")
_NOT_SAID = _("I prefer not to say")


class DetailsForm(DeclaredForm):
    """The personal questions that any survey may ask."""

    class Meta:
        """All of them are optional."""

        model = OwnAnswers
        attributes = ("age_group", "post_code", "distance", "household")
        asked_at = ("surveys:answer",)


class ContactForm(DeclaredForm):
    """The contact details that a contactable survey may ask."""

    class Meta:
        """All of them are optional."""

        model = Contact
        attributes = ("name", "email", "telephone", "address")
        asked_at = ("surveys:answer",)


class CodeForm(DeclaredForm):
    """The code by which an anonymous answer is taken back."""

    code = forms.CharField(label=_("Your code"), max_length=40, help_text=_("It was shown when you answered."))

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {"code": "A random code that belongs to an answer of nobody."}
        asked_at = ("surveys:withdraw",)


class AnswerForm(DeclaredForm):
    """One part of a survey.

    Arguments:
        section: the part.
        before: what was said in the parts before, which decides what is asked here; its own answers as well where the
            client comes back.
        data: what was sent.
        wording: to what a client agrees who leaves contact details.
    """

    class Meta:
        """What is personal is asked by the declarations of the forms above."""

        plain: ClassVar[dict[str, str]] = {"reach_me": "That a client may be reached; kept as our words and a date."}
        asked_at = ("surveys:answer",)

    def __init__(self, data: Any = None, *, section: Section, before: Mapping[str, Any], wording: str = "") -> None:
        super().__init__(data)
        self.questions = [each for each in section.questions if each.is_asked(before)]
        for question in self.questions:
            for name, field in _make_fields(question, before.get(question.key)).items():
                self.fields[name] = field
        if any(question.asks_contact for question in self.questions):
            agreed = any(question.key in before for question in self.questions if question.asks_contact)
            self.fields["reach_me"] = forms.BooleanField(label=wording, required=False, initial=agreed)

    def groups(self) -> list[tuple[Question, list[Any]]]:
        """Return each question with its inputs."""
        return [(question, [self[name] for name in _make_fields(question, None)]) for question in self.questions]

    def clean(self) -> dict[str, Any]:
        """Read each question's answer of its inputs."""
        cleaned = super().clean()
        self.answers: dict[str, Any] = {}
        for question in self.questions:
            if any(name in self.errors for name in _make_fields(question, None)):
                continue
            try:
                value = _read(question, cleaned)
            except ValidationError as error:
                self.add_error(next(iter(_make_fields(question, None))), error)
                continue
            if value not in (None, "", [], {}):
                self.answers[question.key] = value
        gave = any(question.asks_contact and question.key in self.answers for question in self.questions)
        if gave and not cleaned.get("reach_me"):
            self.add_error("reach_me", _("Tick this, or leave the contact details empty: we keep none without it."))
        return cleaned


def _make_fields(question: Question, value: Any) -> dict[str, forms.Field]:
    """Return the inputs of one question, by name."""
    name, kind = f"q_{question.key}", question.kind
    choices = [(option.code, option.label) for option in question.options]
    if kind is QuestionKind.PERSONAL:
        return _make_personal(question, value)
    if kind in (QuestionKind.SINGLE, QuestionKind.SCALE):
        return {name: _radio(question.label, choices, value, question.help)}
    if kind is QuestionKind.MATRIX:
        return {
            f"{name}__{line.code}": _radio(line.label, choices, (value or {}).get(line.code)) for line in question.lines
        }
    if kind is QuestionKind.RANKING:
        given = list(value or [])
        return {
            f"{name}__{place}": forms.ChoiceField(
                label=str(place + 1),
                choices=[("", _NOTHING), *choices],
                required=False,
                initial=given[place] if place < len(given) else "",
            )
            for place in range(len(choices))
        }
    field = _make_plain(question, choices)
    field.initial = value
    return {name: field}


def _make_plain(question: Question, choices: list[tuple[str, str]]) -> forms.Field:
    common: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    if question.kind is QuestionKind.MULTIPLE:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if question.kind is QuestionKind.NUMBER:
        return forms.IntegerField(min_value=question.facts["least"], max_value=question.facts["most"], **common)
    if question.kind is QuestionKind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
    if question.kind is QuestionKind.LONG:
        return forms.CharField(max_length=LONG, widget=forms.Textarea(attrs={"rows": 4}), **common)
    return forms.CharField(max_length=SHORT, **common)


def _make_personal(question: Question, value: Any) -> dict[str, forms.Field]:
    attribute = _declared(question)
    initial = attribute.form_initial(value) if value not in (None, "") else {}
    fields = {}
    for suffix, field in attribute.form_fields().items():
        field.required, field.initial = False, initial.get(suffix)
        if isinstance(attribute, Choice) and isinstance(field, forms.ChoiceField):
            field.choices = [("", _NOT_SAID), *attribute.choices]
        elif not suffix:
            field.help_text = _("Leave it empty if you prefer not to say.")
        fields[input_name(f"q_{question.key}", suffix)] = field
    return fields


def _declared(question: Question) -> Attribute:
    return {**DetailsForm.declared_attributes(), **ContactForm.declared_attributes()}[question.facts["asks"]]


def _radio(label: str, choices: list[tuple[str, str]], value: Any, help_text: str = "") -> forms.Field:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=[*choices, ("", _NOTHING)],
        required=False,
        initial=value or "",
        widget=forms.RadioSelect,
    )


def _read(question: Question, cleaned: Mapping[str, Any]) -> Any:
    name, kind = f"q_{question.key}", question.kind
    if kind is QuestionKind.PERSONAL:
        attribute = _declared(question)
        return attribute.compose({each: cleaned.get(input_name(name, each)) for each in attribute.form_fields()})
    if kind is QuestionKind.MATRIX:
        given = {line.code: cleaned.get(f"{name}__{line.code}") for line in question.lines}
        return {code: value for code, value in given.items() if value}
    if kind is QuestionKind.RANKING:
        places = [cleaned.get(f"{name}__{place}") for place in range(len(question.options))]
        chosen = [code for code in places if code]
        if len(set(chosen)) != len(chosen):
            raise ValidationError(_("Something stands at two places. Put each thing at one."))
        return chosen
    value = cleaned.get(name)
    return value.isoformat() if kind is QuestionKind.DATE and value else value
