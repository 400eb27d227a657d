"""What this room asks of people, and what staff write for everybody."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.feedback.judging import make_mark
from troth.feedback.models import Feedback
from troth.feedback.words import RATINGS
from troth.kernel.operator import read_operator
from troth.ui.api import name_language
from troth.vault.api import DeclaredForm

_LONGEST = 2000


class GiveForm(DeclaredForm):
    """A number, a word, or both; and whether an answer is wished."""

    wants_answer = forms.BooleanField(
        label=_("I wish for an answer"), required=False, help_text=_("It comes by the way that you chose.")
    )
    unnamed = forms.BooleanField(
        label=_("Do not keep it with my account"),
        required=False,
        help_text=_("Then nobody can tell that it is yours, and you cannot take it back later."),
    )
    homepage = forms.CharField(required=False, max_length=200)
    mark = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    class Meta:
        """Three declared values, all optional."""

        model = Feedback
        attributes = ("rating", "words", "contact")
        plain: ClassVar[dict[str, str]] = {
            "wants_answer": "A box.",
            "unnamed": "A box.",
            "homepage": "A field that people do not see; only a program fills it. It is kept nowhere.",
            "mark": "Drawn at random for the form, with the second in which it was made.",
        }
        order = ("rating", "words", "contact", "wants_answer", "unnamed")
        asked_at = ("feedback:give", "feedback:give_on")

    def __init__(self, *args: Any, is_client: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mark"].initial = make_mark()
        self.fields["rating"].widget = forms.RadioSelect(choices=RATINGS)
        for name in ("contact",) if is_client else ("wants_answer", "unnamed"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Ask for something to be said, and for one of two wishes that exclude each other."""
        cleaned = super().clean()
        if not self.errors and not (self.values.get("rating") or self.values.get("words")):
            self.add_error(None, _("Choose a number or write a word; one of them is enough."))
        if cleaned.get("wants_answer") and cleaned.get("unnamed"):
            self.add_error("unnamed", _("An answer needs your account. Choose one of the two."))
        return cleaned


def _area(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, max_length=_LONGEST, widget=forms.Textarea(attrs={"rows": rows}))


class PublicAnswerForm(DeclaredForm):
    """What we heard, and what we did: to everybody, in each language of the house."""

    class Meta:
        """The operator's own words; the inputs are made for each language."""

        plain: ClassVar[dict[str, str]] = {}
        asked_at = ("feedback:publish",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tag in read_operator().languages:
            name = name_language(tag)
            self.fields[f"heard_{tag}"] = _area(_("What we heard ({language})").format(language=name))
            self.fields[f"did_{tag}"] = _area(_("What we did, or why not ({language})").format(language=name))

    def words(self, part: str) -> Mapping[str, str]:
        """Return the words of one part, ``heard`` or ``did``, language to text."""
        return {tag: self.cleaned_data[f"{part}_{tag}"] for tag in read_operator().languages}
