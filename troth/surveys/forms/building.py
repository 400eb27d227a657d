"""What staff write and say about surveys. Nothing here is a client's."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.surveys.actions.writing import Terms
from troth.surveys.definition.codebook import count_codes
from troth.surveys.definition.templates import TEMPLATES
from troth.surveys.definition.xlsform import LARGEST, read_xlsform
from troth.surveys.kinds import Mode, QuestionKind
from troth.surveys.models import Survey
from troth.surveys.models.personal import CONTACT, DETAILS
from troth.ui.api import name_language
from troth.vault.api import DeclaredForm

_TERMS: dict[str, str] = {
    "mode": "A choice out of a closed list.",
    "closes_on": "A day.",
    "keep_days": "A number of days.",
    "expected": "A number.",
    "two_officers": "Yes or no.",
    "template": "A choice out of a closed list.",
    "xlsform": "The operator's own questions.",
}


class TermsForm(DeclaredForm):
    """A survey's title, purpose and terms; a new one may begin with a template."""

    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=Mode.choices,
        help_text=_("It cannot be changed after the first answer; the database refuses it."),
    )
    closes_on = forms.DateField(label=_("Closes on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    keep_days = forms.IntegerField(
        label=_("Days that answers are kept after the close"), min_value=1, max_value=365, initial=90
    )
    expected = forms.IntegerField(
        label=_("How many answers you expect"), min_value=1, max_value=10_000_000, initial=100
    )
    two_officers = forms.BooleanField(
        label=_("Seal the answers to two officers"),
        help_text=_("Nobody can read or count them before both used their keys. A lost key loses the answers."),
        required=False,
    )
    template = forms.ChoiceField(label=_("Begin with"), required=False)
    xlsform = forms.FileField(
        label=_("Or with the questions of an XLSForm"),
        required=False,
        help_text=_("A workbook (.xlsx or .xls). What cannot be asked here is named with its row."),
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = _TERMS
        asked_at = ("surveys:write",)

    def __init__(self, *args: Any, survey: Survey | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"closes_on": clock.today() + timedelta(days=28)}
        if survey is not None:
            initial |= {name: getattr(survey, name) for name in Terms.__slots__}
            for name in ("title", "purpose"):
                initial |= {f"{name}_{tag}": words for tag, words in survey.definition[name].items()}
        super().__init__(*args, initial=initial, **kwargs)
        if survey is not None:
            del self.fields["template"], self.fields["xlsform"]
        else:
            template = self.fields["template"]
            if isinstance(template, forms.ChoiceField):
                template.choices = [("", _("nothing")), *((key, each.words) for key, each in TEMPLATES.items())]
        for tag in read_operator().languages:
            name = name_language(tag)
            self.fields[f"title_{tag}"] = forms.CharField(label=_("Title") + f" ({name})", max_length=120)
            self.fields[f"purpose_{tag}"] = forms.CharField(
                label=_("What it is for") + f" ({name})", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
            )
        words = [f"{name}_{tag}" for tag in read_operator().languages for name in ("title", "purpose")]
        self.order_fields([*words, *self.fields])

    def clean_xlsform(self) -> list[dict[str, Any]] | None:
        """Return the parts of the file, or None where none was given; name each row that cannot be asked."""
        given = self.cleaned_data["xlsform"]
        if given is None:
            return None
        read = read_xlsform(given.read(LARGEST + 1), read_operator().languages)
        if read.problems:
            raise forms.ValidationError(read.problems)
        return read.sections

    @property
    def terms(self) -> Terms:
        """The terms that were entered."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__slots__})

    def words(self, name: str) -> dict[str, str]:
        """Return the title or the purpose in each language."""
        return {tag: self.cleaned_data[f"{name}_{tag}"] for tag in read_operator().languages}


class QuestionForm(DeclaredForm):
    """One question to be added."""

    section = forms.ChoiceField(label=_("In which part"))
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    asks = forms.ChoiceField(
        label=_("Which personal question"),
        required=False,
        help_text=_("Its words, its reason and its time come from the declarations. It can never be required."),
    )
    least = forms.IntegerField(label=_("Least number"), required=False)
    most = forms.IntegerField(label=_("Most, or how many points a scale has"), required=False)
    depends_on = forms.ChoiceField(label=_("Only after an answer to"), required=False)
    depends_codes = forms.CharField(
        label=_("… which is one of these codes"),
        required=False,
        max_length=200,
        help_text=_("Codes with spaces between, as they stand beside the options above."),
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "section": "A part of the survey.",
            "kind": "A choice out of a closed list.",
            "asks": "A choice out of the declarations.",
            "least": "A number.",
            "most": "A number.",
            "depends_on": "A question of the survey.",
            "depends_codes": "Codes of the survey.",
        }
        asked_at = ("surveys:add",)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._survey = survey
        sections, new = survey.definition["sections"], _("a new part")
        parts = [(each["key"], next(iter(each["words"].values()))) for each in sections]
        self._choose("section", [*reversed(parts), ("", new)])
        self.fields["section"].required = False
        personal = {**DETAILS, **(CONTACT if survey.mode == Mode.CONTACTABLE else {})}
        self._choose("asks", [("", "–"), *((name, attribute.label) for name, attribute in personal.items())])
        causes = [
            (one["key"], next(iter(one["words"].values())))
            for each in sections
            for one in each["questions"]
            if one["kind"] in (QuestionKind.SINGLE, QuestionKind.SCALE)
        ]
        self._choose("depends_on", [("", "–"), *causes])
        for tag in survey.definition["languages"]:
            self._add_words(tag)
        words = [f"{name}_{tag}" for name in ("words", "help", "options", "lines") for tag in self._tags]
        self.order_fields(["section", "kind", *[f"part_{tag}" for tag in self._tags], *words, *self.fields])

    @property
    def _tags(self) -> list[str]:
        return list(self._survey.definition["languages"])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _add_words(self, tag: str) -> None:
        language = name_language(tag)
        for name, label, rows in (
            ("part", _("Name of a new part"), 0),
            ("words", _("Question"), 0),
            ("help", _("Help"), 0),
            ("options", _("Options, one a line"), 5),
            ("lines", _("Lines of a matrix, one a line"), 4),
        ):
            self.fields[f"{name}_{tag}"] = forms.CharField(
                label=f"{label} ({language})",
                required=False,
                max_length=4000 if rows else 400,
                widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse options that do not stand line beside line in every language."""
        cleaned = super().clean()
        for name in ("options", "lines"):
            if len({len(_list_lines(cleaned.get(f"{name}_{tag}", ""))) for tag in self._tags}) > 1:
                self.add_error(f"{name}_{self._tags[-1]}", _("Each language needs the same lines, in the same order."))
        return cleaned

    @property
    def new_section(self) -> dict[str, str] | None:
        """The words of a new part, or None where an old one was chosen."""
        if self.cleaned_data["section"]:
            return None
        return {tag: self.cleaned_data[f"part_{tag}"] or str(_("Questions")) for tag in self._tags}

    def question(self, key: str) -> dict[str, Any]:
        """Return the question as the definition has it."""
        given, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == QuestionKind.PERSONAL:
            return {"key": key, "kind": kind, "asks": given["asks"]}
        question: dict[str, Any] = {"key": key, "kind": kind, "words": self._words("words")}
        if any(self._words("help").values()):
            question["help"] = self._words("help")
        if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING, QuestionKind.MATRIX):
            question["options"] = self._options("options")
        if kind == QuestionKind.MATRIX:
            question["lines"] = self._options("lines")
        if kind == QuestionKind.SCALE:
            question["points"] = given["most"] or 5
        if kind == QuestionKind.NUMBER:
            question |= {"least": given["least"] or 0, "most": given["most"] or 100}
        if given["depends_on"]:
            question["show_if"] = {"question": given["depends_on"], "is_any_of": given["depends_codes"].split()}
        return question

    def _words(self, name: str) -> dict[str, str]:
        return {tag: self.cleaned_data.get(f"{name}_{tag}", "") for tag in self._tags}

    def _options(self, name: str) -> list[dict[str, Any]]:
        lines: Mapping[str, list[str]] = {tag: _list_lines(self.cleaned_data[f"{name}_{tag}"]) for tag in self._tags}
        return [
            {"code": code, "words": {tag: lines[tag][place] for tag in self._tags}}
            for place, code in enumerate(count_codes(len(lines[self._tags[0]])))
        ]


class ReviewForm(DeclaredForm):
    """That a survey may be asked, or results be shown; each box is ticked by hand."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    voluntary = forms.BooleanField(
        label=_("I read it as a client will: nobody is pressed to take part, or to say who it is.")
    )
    needed = forms.BooleanField(label=_("All that it asks is needed for what it says that it is for."))

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "content_hash": "A hash of the operator's own words.",
            "voluntary": "Yes or no, about a survey.",
            "needed": "Yes or no, about a survey.",
        }
        asked_at = ("surveys:review",)


class RefusalForm(DeclaredForm):
    """Why it should not be so."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("What should be otherwise"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "content_hash": "A hash of the operator's own words.",
            "remark": "About the questions of a survey; its author reads it.",
        }
        asked_at = ("surveys:review",)


def _list_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
