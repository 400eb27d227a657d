"""What staff write about a change of the statement. Nothing here is a client's: it is our own words to everybody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from troth.amendments.drafting import Terms, earliest_day
from troth.amendments.models import Amendment
from troth.kernel.operator import read_operator
from troth.statement.api import SectionSource, Text, find_version, make_draft, read_text
from troth.vault.api import DeclaredForm

_BLANK = re.compile(r"\n[ \t]*\n")
_MARK = re.compile(r"#([A-Z][0-9]{1,2})")
_TITLE = "# "


@dataclass(frozen=True, slots=True)
class Beside:
    """A paragraph that is edited, beside the one in force.

    Arguments:
        name: the name of its input.
        clauses: the ids that it promises.
        before: the words in force; empty for a new one.
    """

    name: str
    clauses: tuple[str, ...]
    before: str


class SectionForm(DeclaredForm):
    """One section in every language, paragraph by paragraph. An emptied paragraph goes."""

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {}
        asked_at = ("amendments:section",)

    def __init__(self, *args: Any, amendment: Amendment, slug: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slug = slug
        self.sides: dict[str, list[Beside]] = {}
        base = find_version(amendment.base)
        for text in amendment.texts.all():
            markdown = next((part["markdown"] for part in text.sections if part["slug"] == slug), "")
            before = read_text(base, text.language) if base else Text(text.language, ())
            self._add_language(text.language, markdown, before)

    def _add_language(self, language: str, markdown: str, before: Text) -> None:
        title, *blocks = _BLANK.split(markdown.strip())
        self.fields[f"title_{language}"] = forms.CharField(
            label=_now("Title"), initial=title.removeprefix(_TITLE), max_length=200
        )
        section = next((each for each in before.sections if each.slug == self._slug), None)
        unmarked = [each.words for each in section.paragraphs if not each.clauses] if section else []
        sides = [Beside(f"title_{language}", (), section.title if section else "")]
        for place, block in enumerate([*blocks, ""]):
            name, clauses = (
                f"p{place}_{language}",
                tuple(_MARK.findall(block.rpartition("{")[2])) if "{#" in block else (),
            )
            known = next((before.by_clause[clause].words for clause in clauses if clause in before.by_clause), "")
            if not clauses and block and unmarked:
                known = unmarked.pop(0)
            label = ", ".join(clauses) or (_now("Without a number") if block else _now("One more paragraph"))
            rows = max(3, len(block) // 60 + 1)
            self.fields[name] = forms.CharField(
                label=label, initial=block, required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": rows})
            )
            sides.append(Beside(name, clauses, known))
        self.sides[language] = sides

    @property
    def markdown(self) -> Mapping[str, str]:
        """The section as it would be written, by language."""
        return {language: self._join(language) for language in self.sides}

    def clean(self) -> dict[str, Any]:
        """Find what is wrong in the section, in every language at once; what was entered stays in the form."""
        cleaned = super().clean() or self.cleaned_data
        draft = make_draft(
            {
                language: [SectionSource(slug=self._slug, markdown=words, name=f"{language}/{self._slug}")]
                for language, words in self.markdown.items()
            }
        )
        for problem in draft.problems:
            self.add_error(None, str(problem))
        return cleaned

    def _join(self, language: str) -> str:
        blocks = [self.cleaned_data.get(side.name, "") for side in self.sides[language][1:]]
        title = self.cleaned_data.get(f"title_{language}", "")
        kept = [block.replace("\r\n", "\n").strip() for block in blocks if block.strip()]
        return "\n\n".join([_TITLE + title, *kept])


class TermsForm(DeclaredForm):
    """Whether a change is material, why it is made, and from when it is to govern."""

    material = forms.ChoiceField(
        label=_("Is it material?"),
        choices=[
            ("yes", _("Yes: it changes what is collected, how it is used, or when it is disclosed")),
            ("no", _("No: it says the same, or less, in other words")),
        ],
        widget=forms.RadioSelect,
    )
    planned_on = forms.DateField(
        label=_("It takes effect on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    against_opinion = forms.CharField(
        label=_("Why it is not material although the checks found something new"),
        help_text=_("Everybody reads it beside the version. Leave it empty where they found nothing."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "material": "Yes or no, about a text.",
            "planned_on": "When a text takes effect.",
            "against_opinion": "About a text; everybody reads it.",
        }
        asked_at = ("amendments:terms",)

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        reasons = {f"reasons_{tag}": amendment.reasons.get(tag, "") for tag in read_operator().languages}
        initial = {
            "material": "yes" if amendment.material else "no",
            "planned_on": amendment.planned_on or earliest_day(),
            "against_opinion": amendment.against_opinion,
            **reasons,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["planned_on"].help_text = _now(
            "Not before %(days)s full days have passed since the announcement."
        ) % {"days": read_operator().numbers.statement_notice_days}
        for tag in read_operator().languages:
            self.fields[f"reasons_{tag}"] = forms.CharField(
                label=_now("Why it changes (%(language)s)") % {"language": name_language(tag)},
                help_text=_now("For clients. It stands in the mail, on the home page and in the archive."),
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        self.order_fields([*(f"reasons_{tag}" for tag in read_operator().languages), "material", "planned_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for a day that is far enough off, where the change is material."""
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("planned_on")
        if cleaned.get("material") == "yes" and (day is None or day < earliest_day()):
            self.add_error("planned_on", _now("Choose %(day)s or a later day.") % {"day": earliest_day().isoformat()})
        return cleaned

    @property
    def terms(self) -> Terms:
        """What was entered."""
        data = self.cleaned_data
        return Terms(
            material=data["material"] == "yes",
            reasons={tag: data[f"reasons_{tag}"] for tag in read_operator().languages},
            planned_on=data["planned_on"],
            against_opinion=data["against_opinion"],
        )


class VerdictForm(DeclaredForm):
    """What another decides on just the text that was read."""

    decision = forms.CharField(widget=forms.HiddenInput)
    content_hash = forms.CharField(widget=forms.HiddenInput)
    says: ClassVar[str] = ""

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "decision": "Yes or no.",
            "content_hash": "A hash of the operator's own words.",
        }
        asked_at = ("amendments:review",)

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        initial = {"decision": self.says, "content_hash": amendment.content_hash}
        super().__init__(*args, initial=initial, auto_id=f"id_{self.says}_%s", **kwargs)


class ApprovalForm(VerdictForm):
    """That it may be published so; each question is answered, so that none is passed over."""

    says = "approve"
    reads_right = forms.BooleanField(label=_("I read every change, in every language, and each says the same."))
    class_is_right = forms.BooleanField(label=_("The class is right: it is material, or it is not, as proposed."))
    can_be_kept = forms.BooleanField(label=_("We can keep what it promises from its first day."))

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            **VerdictForm.Meta.plain,
            "reads_right": "Yes or no, about a text.",
            "class_is_right": "Yes or no, about a text.",
            "can_be_kept": "Yes or no, about a text.",
        }
        asked_at = ("amendments:review",)


class DenialForm(VerdictForm):
    """Why it is not published as it stands."""

    says = "refuse"
    remark = forms.CharField(
        label=_("What should be otherwise"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            **VerdictForm.Meta.plain,
            "remark": "About the text of the statement; its author reads it.",
        }
        asked_at = ("amendments:review",)


def name_language(tag: str) -> str:
    """Return what a language calls itself."""
    return str(get_language_info(tag)["name_local"])


def list_sections(amendment: Amendment) -> Sequence[tuple[str, str]]:
    """Return slug and title of each section, in the operator's first language."""
    first = amendment.texts.first()
    return [
        (part["slug"], part["markdown"].splitlines()[0].removeprefix(_TITLE))
        for part in (first.sections if first else [])
    ]
