"""What staff register and say about a transition, and how a client objects. Nothing here is about a client."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.transitions.actions import Terms
from troth.transitions.kinds import TransitionKind
from troth.transitions.models import Transition
from troth.transitions.wording import list_offered
from troth.vault.api import DeclaredForm

_OWN = "The operator's own words to all its clients."


class TransitionForm(DeclaredForm):
    """What is registered of a transition."""

    kind = forms.ChoiceField(label=_("What happens"), choices=TransitionKind.choices)
    other_party = forms.CharField(label=_("The other party"), max_length=120, help_text=_("Its name in full."))
    planned_on = forms.DateField(
        label=_("Planned for"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It is never carried out before thirty full days have gone by since the last mail."),
    )
    contact = forms.CharField(
        label=_("Who answers questions"),
        max_length=300,
        help_text=_("A name and how to reach it; it stands in the mail and on the page."),
    )
    recipient_key = forms.CharField(
        label=_("The other party’s key"),
        max_length=80,
        help_text=_("An age public key; it begins with age1. The package is sealed to it and nobody else opens it."),
    )
    labels = forms.MultipleChoiceField(label=_("What would pass on"), widget=forms.CheckboxSelectMultiple)

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "kind": "A choice out of a closed list.",
            "other_party": _OWN,
            "planned_on": "A day.",
            "contact": _OWN,
            "recipient_key": "The public key of an organisation.",
            "labels": "Labels of declared values.",
        }
        asked_at = ("transitions:register",)

    def __init__(self, *args: Any, transition: Transition | None = None, **kwargs: Any) -> None:
        names = ("kind", "other_party", "planned_on", "contact", "recipient_key", "labels")
        initial = {name: getattr(transition, name) for name in names} if transition else {}
        super().__init__(*args, initial=initial, **kwargs)
        labels = self.fields["labels"]
        if isinstance(labels, forms.MultipleChoiceField):
            labels.choices = [
                (label, f"{capfirst(table)}: {words}") for table, values in list_offered() for label, words in values
            ]

    def clean_planned_on(self) -> Any:
        """Refuse a day that has gone."""
        day = self.cleaned_data["planned_on"]
        if day < clock.today():
            raise forms.ValidationError(_now("This day has gone."))
        return day

    def clean_recipient_key(self) -> str:
        """Refuse what is no key, so that a slip is seen at once."""
        key = str(self.cleaned_data["recipient_key"]).strip()
        if not key.startswith("age1"):
            raise forms.ValidationError(_now("This is no age public key; it begins with age1."))
        return key

    @property
    def terms(self) -> Terms:
        """What was entered."""
        data = self.cleaned_data
        return Terms(
            kind=TransitionKind(data["kind"]),
            other_party=data["other_party"],
            contact=data["contact"],
            planned_on=data["planned_on"],
            labels=data["labels"],
            recipient_key=data["recipient_key"],
        )


class WordForm(DeclaredForm):
    """What one of two others says of just the text that was read."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("What is wrong with it"),
        help_text=_("Where you turn it down."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "content_hash": "A hash of the operator's own words.",
            "remark": "A reviewer's words about the text of a notice.",
        }
        asked_at = ("transitions:review",)
