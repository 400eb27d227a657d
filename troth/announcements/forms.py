"""What staff write and say about notices. Nothing here is a client's: it is the operator's own words to all."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from troth.announcements.drafting import Blocks, Particulars
from troth.announcements.kinds import LONGEST_CORRECTION, NoticeClass, Reason
from troth.announcements.models import Notice
from troth.kernel.operator import read_operator
from troth.vault.api import DeclaredForm

type Block = tuple[str, Any, Any, int, bool]
"""Name, label, help, longest, and whether it is required."""

_BLOCKS: Sequence[Block] = (
    ("subject", _("Subject"), _("The fact, in a few words. The reason stands before it by itself."), 120, True),
    ("what", _("What happens"), _("What, and when. It stands first in the mail."), 4000, True),
    ("effect", _("What it means for clients"), _("What they notice, and for how long."), 2000, False),
    ("to_do", _("What they should do"), _("Or that nothing need be done."), 2000, False),
)

_CORRECTING: Sequence[Block] = (
    (
        "subject",
        _("Subject"),
        _("What is otherwise, in a few words. “Correction” stands before it by itself."),
        120,
        True,
    ),
    ("what", _("What is otherwise"), _("And what holds now."), LONGEST_CORRECTION, True),
)


class MomentField(forms.DateTimeField):
    """A moment of the reader's clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class NoticeForm(DeclaredForm):
    """A notice in every language of the operator; its class is chosen before, and is not asked again."""

    reason = forms.ChoiceField(label=_("Why it is sent"), choices=Reason.choices)
    interest = forms.ChoiceField(label=_("News of which service"))
    begins_at = MomentField(label=_("It begins"), required=False)
    ends_at = MomentField(label=_("It ends"), required=False)
    beyond_budget = forms.BooleanField(
        label=_("Send it beyond the number of the year"),
        help_text=_("For safety or security alone. Two others must agree, and the public page says that it was so."),
        required=False,
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "reason": "A choice out of a closed list.",
            "interest": "A service of the operator's.",
            "begins_at": "When the thing happens.",
            "ends_at": "When the thing ends.",
            "beyond_budget": "Yes or no.",
        }
        asked_at = ("announcements:write",)

    def __init__(
        self,
        *args: Any,
        kind: NoticeClass,
        notice: Notice | None = None,
        corrects: Notice | None = None,
        **kwargs: Any,
    ) -> None:
        initial = _read(notice) if notice else {}
        super().__init__(*args, initial=initial, **kwargs)
        interest = self.fields["interest"]
        if isinstance(interest, forms.ChoiceField):
            interest.choices = list(read_operator().name_interests(get_language() or "").items())
        self._corrects = corrects or (notice.corrects if notice else None)
        for name in _left_out(kind, is_correction=self._corrects is not None):
            del self.fields[name]
        for language in read_operator().languages:
            self._add_blocks(language)

    @property
    def particulars(self) -> Particulars:
        """What was entered beside the words."""
        known = Particulars.__slots__
        given = {name: value for name, value in self.cleaned_data.items() if name in known}
        if self._corrects is not None:
            given |= {"corrects": self._corrects, "reason": self._corrects.reason}
        return Particulars(**given)

    @property
    def texts(self) -> Mapping[str, Blocks]:
        """The words, by language."""
        return {
            language: Blocks(**{name: self.cleaned_data[f"{name}_{language}"] for name, *_rest in self._blocks})
            for language in read_operator().languages
        }

    @property
    def _blocks(self) -> Sequence[Block]:
        """What is asked in each language; a correction is shorter."""
        return _CORRECTING if self._corrects is not None else _BLOCKS

    def _add_blocks(self, language: str) -> None:
        name_of_language = (
            get_language_info(language)["name_local"] if language in dict(settings.LANGUAGES) else language
        )
        for name, label, help_text, longest, required in self._blocks:
            widget = forms.TextInput() if name == "subject" else forms.Textarea(attrs={"rows": 4})
            self.fields[f"{name}_{language}"] = forms.CharField(
                label=f"{label} ({name_of_language})",
                help_text=help_text,
                max_length=longest,
                required=required,
                widget=widget,
            )


class WordForm(DeclaredForm):
    """What a second person says of just the text that was read."""

    decision = forms.CharField(widget=forms.HiddenInput)
    content_hash = forms.CharField(widget=forms.HiddenInput)
    says: ClassVar[str] = ""

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            "decision": "Yes or no.",
            "content_hash": "A hash of the operator's own words.",
        }
        asked_at = ("announcements:review",)

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        initial = {"decision": self.says, "content_hash": notice.content_hash}
        super().__init__(*args, initial=initial, auto_id=f"id_{self.says}_%s", **kwargs)
        self.notice = notice


class ReviewForm(WordForm):
    """That it may be sent; each question is answered, so that none is passed over."""

    says = "approve"
    is_of_class = forms.BooleanField(label=_("It is what it says it is: no more than its class allows."))
    offers_nothing = forms.BooleanField(label=_("It promotes nothing: no offer, no praise, no link to something sold."))
    fact_first = forms.BooleanField(label=_("Who reads the first lines knows what happens."))
    reaches_right = forms.BooleanField(label=_("It concerns those who would get it."))

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            **WordForm.Meta.plain,
            "is_of_class": "Yes or no, about a text.",
            "offers_nothing": "Yes or no, about a text.",
            "fact_first": "Yes or no, about a text.",
            "reaches_right": "Yes or no, about a text.",
        }
        asked_at = ("announcements:review",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.notice.kind == NoticeClass.NEWS:
            del self.fields["offers_nothing"]


class RefusalForm(WordForm):
    """Why a text is not sent as it stands."""

    says = "refuse"
    remark = forms.CharField(
        label=_("What should be otherwise"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        """Asks nothing about anybody."""

        plain: ClassVar[dict[str, str]] = {
            **WordForm.Meta.plain,
            "remark": "About the text of a notice; its author reads it.",
        }
        asked_at = ("announcements:review",)


def _left_out(kind: NoticeClass, *, is_correction: bool) -> list[str]:
    """Return the questions that make no sense for this class; a correction has the reason of what it corrects."""
    if is_correction:
        return ["reason", "interest", "beyond_budget"]
    left = []
    if kind != NoticeClass.SERVICE:
        left += ["reason", "beyond_budget", "begins_at", "ends_at"]
    if kind != NoticeClass.NEWS:
        left += ["interest"]
    return left


def _read(notice: Notice) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(notice, name) for name in Particulars.__slots__}
    for text in notice.texts.all():
        facts |= {f"{name}_{text.language}": getattr(text, name) for name, *_rest in _BLOCKS}
    return facts
