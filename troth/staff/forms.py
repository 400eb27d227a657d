"""The forms of the console's frame. What is typed to search is kept nowhere; what is kept is declared."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel.purposes import Purpose
from troth.staff.discipline import read_conduct
from troth.staff.models import (
    BreakGlass,
    Challenge,
    ChallengeFinding,
    IncidentWord,
    Invitation,
    SavedView,
    Tie,
)
from troth.staff.roles import Role
from troth.vault.api import DeclaredForm

NUMBER = "number"
SOUGHT_BY = (
    ("email", _("E-mail address")),
    ("telephone", _("Telephone")),
    ("user_name", _("User name")),
    (NUMBER, _("Number of a case, order or membership")),
    ("name", _("Words of the name")),
)


class ExactValueFields(forms.Form):
    """The exact value by which staff find an account: never a part of one, so that nobody browses."""

    by = forms.ChoiceField(
        label=_("Find by"),
        choices=[("email", _("E-mail address")), ("telephone", _("Telephone")), ("user_name", _("User name"))],
    )
    value = forms.CharField(
        label=_("The whole value, as it was given"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


EXACT_VALUE_PLAIN = {
    "by": "A choice out of a closed list.",
    "value": "Looked for in the index, and kept nowhere; the search is a row in the ledger.",
}
"""Why neither input of ``ExactValueFields`` is declared personal."""


class SearchForm(DeclaredForm):
    """By what a client is sought, and for what."""

    by = forms.ChoiceField(label=_("Find by"), choices=SOUGHT_BY)
    value = forms.CharField(
        label=_("The whole value"),
        help_text=_("Exactly as it was given to you; of a name, whole words."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    purpose = forms.ChoiceField(label=_("For what"))

    class Meta:
        """Asks nothing that is kept."""

        plain: ClassVar[dict[str, str]] = {
            "by": "A choice out of a closed list.",
            "value": "Looked for in the index, and kept nowhere; the search is a row in the ledger.",
            "purpose": "A choice out of the purposes of the member's role.",
        }
        asked_at = ("staff:search",)

    def __init__(self, *args: Any, purposes: list[Purpose] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["purpose"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(purpose.value, purpose.words) for purpose in purposes or ()]


class GlassForm(DeclaredForm):
    """Why a record is opened without a case."""

    class Meta:
        """Asks the reason, which the client reads."""

        model = BreakGlass
        attributes = ("reason",)
        plain: ClassVar[dict[str, str]] = {}
        asked_at = ("staff:break_glass",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Your reason, as the client will read it")


class AnswerChallengeForm(DeclaredForm):
    """What was found about a look, and what the client is told."""

    finding = forms.ChoiceField(label=_("What you found"), choices=ChallengeFinding.choices)

    class Meta:
        """Asks the answer, which the client reads."""

        model = Challenge
        attributes = ("answer",)
        plain: ClassVar[dict[str, str]] = {"finding": "A choice out of a closed list."}
        order = ("finding", "answer")
        asked_at = ("staff:challenge",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = _("Your answer to the client")
        self.fields["answer"].required = True


class DecideForm(DeclaredForm):
    """The outcome of an incident, and on what it rests."""

    outcome = forms.ChoiceField(label=_("Outcome, by the disciplinary table"))

    class Meta:
        """Asks the finding, which the member reads."""

        model = IncidentWord
        attributes = ("text",)
        plain: ClassVar[dict[str, str]] = {"outcome": "A choice out of the operator's disciplinary table."}
        order = ("outcome", "text")
        asked_at = ("staff:incident",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What you found, and why this follows")
        field = self.fields["outcome"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, outcome.words) for key, outcome in read_conduct().outcomes.items()]


class StatementForm(DeclaredForm):
    """What a member has to say about an incident of its own."""

    class Meta:
        """Asks the member's own words."""

        model = IncidentWord
        attributes = ("text",)
        plain: ClassVar[dict[str, str]] = {}
        asked_at = ("staff:own_incident",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What you have to say")


class InviteForm(DeclaredForm):
    """Whom to invite, and as what."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    told = forms.BooleanField(
        label=_("This person knows that we write to this address"),
        help_text=_("Tell it yourself first. Nobody here gets mail through our relay who was not told beforehand."),
    )

    class Meta:
        """Asks an address, which goes when the invitation is accepted or ends."""

        model = Invitation
        attributes = ("email",)
        plain: ClassVar[dict[str, str]] = {
            "role": "A choice out of the closed list of roles.",
            "told": "A yes, without which nothing is prepared; the invitation stands for it.",
        }
        order = ("email", "role", "told")
        asked_at = ("staff:invite",)


class RelationForm(DeclaredForm):
    """To whom a member is tied, found by one exact value."""

    tie = forms.ChoiceField(label=_("This person is to me"), choices=Tie.choices)
    by = forms.ChoiceField(label=_("Find by"), choices=[("email", _("E-mail address")), ("user_name", _("User name"))])
    value = forms.CharField(
        label=_("The whole value"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    class Meta:
        """Keeps the id of the account that is found, and nothing of what is typed."""

        plain: ClassVar[dict[str, str]] = {
            "tie": "A choice out of a closed list.",
            "by": "A choice out of a closed list.",
            "value": "Looked for in the index, and kept nowhere; the search is a row in the ledger.",
        }
        asked_at = ("staff:relations",)


class ViewForm(DeclaredForm):
    """The name under which a list is found again."""

    path = forms.CharField(max_length=200, widget=forms.HiddenInput)

    class Meta:
        """Asks a name, which only the member sees."""

        model = SavedView
        attributes = ("name",)
        plain: ClassVar[dict[str, str]] = {"path": "An address of the console with its sorting and filters."}
        order = ("name", "path")
        asked_at = ("staff:views",)
