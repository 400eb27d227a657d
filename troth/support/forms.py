"""What the help desk asks of visitors, clients and staff."""

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.staff.api import EXACT_VALUE_PLAIN, ExactValueFields
from troth.support.macros import MACROS
from troth.support.models import Case, ContactWish, Message
from troth.support.models.contacts import CHANNELS, HOURS
from troth.support.words import CallOutcome, Origin, Topic
from troth.vault.api import DeclaredForm

FILE_HELP = _("Pictures, PDF, text, office documents; at most 4 MB.")


def _file_field() -> forms.FileField:
    return forms.FileField(label=_("File"), required=False, help_text=FILE_HELP)


def _text(label: Any, rows: int = 8, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows}), **more)


class AskForm(DeclaredForm):
    """An inquiry of somebody without an account, or of a client that is signed in."""

    topic = forms.ChoiceField(label=_("It is about"), choices=Topic.choices)
    body = _text(_("What would you like to ask or tell us?"))
    file = _file_field()

    class Meta:
        """What a visitor is asked so that an answer can reach it."""

        model = Case
        attributes = ("title", "sender_name", "sender_email")
        plain: ClassVar[dict[str, str]] = {
            "topic": "A choice out of the closed list of topics.",
            "body": "Becomes the message of the case, sealed (support.Message.body).",
            "file": "Becomes an attachment of the message, sealed (support.Attachment.file).",
        }
        order = ("topic", "title", "body", "sender_name", "sender_email", "file")
        asked_at = ("support:ask",)

    def __init__(self, *args: Any, is_client: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_client:
            del self.fields["sender_name"], self.fields["sender_email"]
        else:
            self.fields["sender_email"].required = self.fields["sender_email"].widget.is_required = True


class WriteOnForm(DeclaredForm):
    """What a client adds to its case."""

    file = _file_field()

    class Meta:
        """One declared value."""

        model = Message
        attributes = ("body",)
        plain: ClassVar[dict[str, str]] = {
            "file": "Becomes an attachment of the message, sealed (support.Attachment.file)."
        }
        order = ("body", "file")
        asked_at = ("support:my_case",)


class RateForm(DeclaredForm):
    """How content a client was; voluntary."""

    class Meta:
        """Two declared values."""

        model = Case
        attributes = ("rating", "remark")
        asked_at = ("support:my_case",)


def _choice(label: Any, choices: Any, help_text: Any, none: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", none), *choices], required=False, help_text=help_text)


class WishForm(DeclaredForm):
    """How a client wishes to be reached."""

    answers = _choice(
        _("How we answer you"),
        CHANNELS,
        _("With telephone or letter no e-mail leaves in answer to you. Without a choice we write e-mails."),
        _("no wish"),
    )
    orders = _choice(
        _("How we tell you when something goes wrong with an order"),
        CHANNELS,
        _("With telephone or letter no e-mail leaves about it. Without a choice we write e-mails."),
        _("no wish"),
    )
    call_from = _choice(_("Call me from"), HOURS, _("A call waits until this hour, in your time zone."), _("any hour"))
    call_until = _choice(
        _("Call me until"), HOURS, _("A call not made by this hour waits for the next day."), _("any hour")
    )
    voicemail = _choice(
        _("May we leave a message on your answering machine?"),
        [("yes", _("Yes")), ("no", _("No"))],
        _("Others may hear it. Without a yes, nothing is left there."),
        _("no wish"),
    )

    class Meta:
        """All of the wish; each is a word of a closed list."""

        plain: ClassVar[dict[str, str]] = {
            "answers": "One of three channels (support.ContactWish).",
            "orders": "One of three channels (support.ContactWish).",
            "call_from": "An hour out of a closed list (support.ContactWish).",
            "call_until": "An hour out of a closed list (support.ContactWish).",
            "voicemail": "Yes or no (support.ContactWish).",
        }
        asked_at = ("support:wish",)


def wish_values(wish: ContactWish | None) -> dict[str, str]:
    """Return what stands in the form at first: what was wished before."""
    return {} if wish is None else {name: getattr(wish, name) for name in WishForm.base_fields}


class AnswerForm(DeclaredForm):
    """An answer of staff."""

    text = _text(_("Your answer"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    close = forms.BooleanField(label=_("Nothing is left to do: close the case"), required=False)

    class Meta:
        """Staff write to a client; the text becomes a message, sealed."""

        plain: ClassVar[dict[str, str]] = {
            "text": "Becomes a message of the case, sealed (support.Message.body).",
            "seen": "The id of the newest message that the writer had before it.",
            "close": "A box.",
        }
        asked_at = ("support:case",)


class NoteForm(DeclaredForm):
    """A note of staff."""

    note = _text(_("A note for colleagues"), rows=3, help_text=_("The client can read it on the Admin page."))

    class Meta:
        """The text becomes a message, sealed."""

        plain: ClassVar[dict[str, str]] = {"note": "Becomes a note of the case, sealed (support.Message.body)."}
        asked_at = ("support:case",)


class MacroForm(DeclaredForm):
    """Which beginning to write with."""

    macro = forms.ChoiceField(
        label=_("Begin with"), required=False, choices=lambda: [("", "—"), *((k, m.words) for k, m in MACROS.items())]
    )

    class Meta:
        """A choice."""

        plain: ClassVar[dict[str, str]] = {"macro": "A choice out of a closed list."}
        asked_at = ("support:case",)


class MergeForm(DeclaredForm):
    """Into which case a case is joined."""

    number = forms.CharField(label=_("Join it to the case with the number"), max_length=12)

    class Meta:
        """A number of a case."""

        plain: ClassVar[dict[str, str]] = {"number": "The number of a case, drawn at random."}
        asked_at = ("support:case",)


IDENTITY = [
    ("answered_mail", _("the client answered a mail to the address of the account")),
    ("called_back", _("we called the telephone number of the account")),
    ("signed_letter", _("the letter came from the address of the account, and the client answered ours")),
    ("in_person", _("the client showed a document in person; no copy was kept")),
]


class IdentityForm(DeclaredForm):
    """How it was made sure that a case is from the client."""

    how = forms.ChoiceField(label=_("How did you make sure?"), choices=IDENTITY)

    class Meta:
        """A choice."""

        plain: ClassVar[dict[str, str]] = {"how": "A choice out of a closed list."}
        asked_at = ("support:case",)


class CallForm(DeclaredForm):
    """How a call went."""

    outcome = forms.ChoiceField(label=_("How did it go?"), choices=CallOutcome.choices)

    class Meta:
        """A choice."""

        plain: ClassVar[dict[str, str]] = {"outcome": "A choice out of a closed list."}
        asked_at = ("support:call",)


class PostedForm(DeclaredForm):
    """When a letter was posted."""

    on = forms.DateField(label=_("Posted on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    class Meta:
        """A day in our post-book."""

        plain: ClassVar[dict[str, str]] = {"on": "A day in our own post-book."}
        asked_at = ("support:print_letter", "support:letters")


class FindForm(ExactValueFields, DeclaredForm):
    """Finds the account of somebody who called or wrote a letter."""

    class Meta:
        """Asks nothing that is kept."""

        plain: ClassVar[dict[str, str]] = EXACT_VALUE_PLAIN
        asked_at = ("support:find",)


class EnterForm(DeclaredForm):
    """A call or a letter, as staff enter it."""

    origin = forms.ChoiceField(
        label=_("It came by"), choices=[(o.value, o.label) for o in (Origin.TELEPHONE, Origin.LETTER)]
    )
    topic = forms.ChoiceField(label=_("It is about"), choices=Topic.choices)
    received_on = forms.DateField(
        label=_("It reached us on"),
        help_text=_("The clock counts from this day, not from today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    body = _text(_("What was said or written, in the sender’s words"))
    file = forms.FileField(label=_("Scan of the letter"), required=False, help_text=FILE_HELP)

    class Meta:
        """Who it is from is asked where there is no account."""

        model = Case
        attributes = ("title", "sender_name", "sender_telephone", "sender_email", "sender_address")
        plain: ClassVar[dict[str, str]] = {
            "origin": "A choice out of a closed list.",
            "topic": "A choice out of the closed list of topics.",
            "received_on": "A day in our own post-book.",
            "body": "Becomes the message of the case, sealed (support.Message.body).",
            "file": "Becomes an attachment of the message, sealed (support.Attachment.file).",
        }
        order = ("origin", "topic", "received_on", "title", "body", "file")
        asked_at = ("support:enter",)

    def __init__(self, *args: Any, is_client: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_client:
            for name in [name for name in self.fields if name.startswith("sender_")]:
                del self.fields[name]

    def clean_received_on(self) -> datetime:
        """Return the start of the day in the operator's time zone; nothing can have come tomorrow."""
        zone = ZoneInfo(read_operator().time_zone)
        day = self.cleaned_data["received_on"]
        if day > clock.now().astimezone(zone).date():
            raise forms.ValidationError(_("This day has not come yet."))
        return datetime.combine(day, time.min, tzinfo=zone)
