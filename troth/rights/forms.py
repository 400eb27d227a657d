"""What this room asks: requests of clients, and what staff enter, verify and answer."""

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.disclosures.api import name_field
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.processors.api import Askable
from troth.rights.kinds import Channel, Denial, Kind, Verification
from troth.rights.models import Request
from troth.staff.api import EXACT_VALUE_PLAIN, Challenge, ExactValueFields
from troth.vault.api import DeclaredForm


class OwnRequestForm(DeclaredForm):
    """A client's request."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"), choices=[(kind.value, kind.label) for kind in Kind if kind is not Kind.ERROR]
    )

    class Meta:
        """Asks one declared value."""

        model = Request
        attributes = ("text",)
        plain: ClassVar[dict[str, str]] = {"kind": "A choice out of the closed list of kinds."}
        order = ("kind", "text")
        asked_at = ("rights:ask",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What would you like us to do?")


class ErrorReportForm(DeclaredForm):
    """A client's report that a value is wrong."""

    class Meta:
        """Asks one declared value."""

        model = Request
        attributes = ("text",)
        asked_at = ("rights:report_error",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What is wrong, and what would be right?")


class ChallengeForm(DeclaredForm):
    """What a client says about a look; saying nothing is enough."""

    class Meta:
        """Asks one declared value."""

        model = Challenge
        attributes = ("text",)
        asked_at = ("rights:challenge",)


class EnterRequestForm(DeclaredForm):
    """A request that came by mail or letter, as staff enter it (L2, L3)."""

    channel = forms.ChoiceField(
        label=_("It came by"),
        choices=[(each.value, each.label) for each in (Channel.MAIL, Channel.LETTER, Channel.TELEPHONE)],
    )
    kind = forms.ChoiceField(label=_("It asks for"), choices=Kind.choices)
    received_on = forms.DateField(
        label=_("It reached us on"),
        help_text=_("The clock counts from this day, not from today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        """Asks one declared value."""

        model = Request
        attributes = ("text",)
        plain: ClassVar[dict[str, str]] = {
            "channel": "A choice out of the closed list of channels.",
            "kind": "A choice out of the closed list of kinds.",
            "received_on": "A day in our own post-book.",
        }
        order = ("channel", "kind", "received_on", "text")
        asked_at = ("rights:enter_request",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What the sender asks, in the sender’s words")

    def clean_received_on(self) -> datetime:
        """Return the start of the day in the operator's time zone; a letter cannot come tomorrow."""
        zone = ZoneInfo(read_operator().time_zone)
        day = self.cleaned_data["received_on"]
        if day > clock.now().astimezone(zone).date():
            raise forms.ValidationError(_("This day has not come yet."))
        return datetime.combine(day, time.min, tzinfo=zone)


class FromInquiryForm(DeclaredForm):
    """What a client asks of its account in an inquiry."""

    kind = forms.ChoiceField(
        label=_("It asks for"), choices=[(kind.value, kind.label) for kind in Kind if kind is not Kind.ERROR]
    )

    class Meta:
        """Asks no personal value."""

        plain: ClassVar[dict[str, str]] = {"kind": "A choice out of the closed list of kinds."}
        asked_at = ("rights:from_inquiry",)


class FindClientForm(ExactValueFields, DeclaredForm):
    """Finds the account of whoever wrote."""

    class Meta:
        """Asks nothing that is kept."""

        plain: ClassVar[dict[str, str]] = EXACT_VALUE_PLAIN
        asked_at = ("rights:find_client",)


class VerifyForm(DeclaredForm):
    """How staff made sure that the sender is the client."""

    how = forms.ChoiceField(
        label=_("How did you make sure?"),
        choices=[(each.value, each.label) for each in Verification if each is not Verification.SIGNED_IN],
    )

    class Meta:
        """Asks no personal value."""

        plain: ClassVar[dict[str, str]] = {"how": "A choice out of a closed list."}
        asked_at = ("rights:handle_request",)


class PassOnForm(forms.Form):
    """Which of a client's own details an organisation is to receive, and until when; the client decides."""

    values = forms.MultipleChoiceField(
        label=_("Which values"), widget=forms.CheckboxSelectMultiple, help_text=_("No more than the client asks for.")
    )
    last_day = forms.DateField(
        label=_("Until"),
        help_text=_("The last day on which it counts, a year from now at most."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, askable: Askable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(label, str(name_field(label))) for label in askable.labels]
        self.fields["values"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(DeclaredForm):
    """The answer to a request."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("draft", _("Not yet: keep a draft, to print the letter")),
            ("fulfilled", _("Done")),
            *[(each.value, each.label) for each in Denial],
        ],
    )

    class Meta:
        """Asks one declared value."""

        model = Request
        attributes = ("answer",)
        plain: ClassVar[dict[str, str]] = {"outcome": "A choice out of a closed list."}
        order = ("outcome", "answer")
        asked_at = ("rights:handle_request",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].required = True


class ReceiptForm(DeclaredForm):
    """A receipt to be checked: nothing of it is kept."""

    receipt = forms.CharField(
        label=_("The receipt"),
        help_text=_("Paste all of it, or choose the file below."),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(label=_("The receipt’s file"), required=False)
    value = forms.CharField(
        label=_("Search again for"),
        help_text=_("An e-mail address or user name that you had here. It is looked for and not kept."),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        """Asks nothing that is kept."""

        plain: ClassVar[dict[str, str]] = {
            "receipt": "Checked against our signature, and kept nowhere; it names nobody.",
            "file": "Read in memory, checked, and kept nowhere.",
            "value": "Looked for in the index at the visitor's wish, and kept nowhere.",
        }
        asked_at = ("rights:receipt",)

    def clean(self) -> dict[str, Any]:
        """Take the file's text where one is given; ask for at least one thing to check."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if upload:
            try:
                cleaned["receipt"] = upload.read(100_001).decode("utf-8")
            except UnicodeDecodeError:
                self.add_error("file", _("This file is no receipt of ours: it is not text."))
        if not self.errors and not cleaned.get("receipt") and not cleaned.get("value"):
            self.add_error("receipt", _("Give a receipt, or a value to search for."))
        return cleaned
