"""Values that are text, a choice, a date or a file."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.ports import Words
from troth.ui.api import format_date
from troth.vault.attributes.base import Attribute

_EARLIEST_ZONE = timedelta(days=1)
"""How far a date can be ahead of UTC's: where the day begins first, it is tomorrow already."""
_NOT_IN_A_LINE = ("Cc", "Zl", "Zp")
"""Unicode's categories of control characters and of the separators of lines and paragraphs."""
_TURNS = str.maketrans("", "", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The invisible signs that turn the direction of writing. Address books put them around what is pasted from them, and a
liar makes a name of them that reads as another; no script needs them within one line."""


class Text(Attribute):
    """One line of text."""

    def clean(self, value: Any) -> str:
        """Return the text without signs that turn it; a line break or other control character is refused."""
        text: str = super().clean(value).translate(_TURNS)
        if any(unicodedata.category(character) in _NOT_IN_A_LINE for character in text):
            raise ValidationError(_("This must be one line. Take the line breaks out and send again."))
        return text


class LongText(Attribute):
    """Text of several lines."""

    kind = "long_text"

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one text area."""
        area = forms.Textarea(attrs={"rows": 5})
        return {"": self._describe(forms.CharField(max_length=self.max_length, required=self.required, widget=area))}


class Choice(Text):
    """One of a closed list, such as a language."""

    kind = "choice"

    def __init__(self, *, choices: Sequence[tuple[str, Words]], **declaration: Any) -> None:
        super().__init__(**declaration)
        self.choices = tuple(choices)

    def clean(self, value: Any) -> str:
        """Return the value, which must be in the list."""
        if value not in dict(self.choices):
            raise ValidationError(_("Choose one of the list."))
        return str(value)

    def show(self, value: Any) -> str:
        """Return the choice's words."""
        return str(dict(self.choices).get(value, value))

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one list; an optional one begins with "Not said"."""
        choices = list(self.choices) if self.required else [("", _("Not said")), *self.choices]
        return {"": self._describe(forms.ChoiceField(choices=choices, required=self.required))}


class Choices(Attribute):
    """Several of a closed list that may depend on the operator's configuration, such as interests."""

    kind = "choices"

    def __init__(self, *, choices: Callable[[], Sequence[tuple[str, Words]]], **declaration: Any) -> None:
        super().__init__(**declaration)
        self.choices = choices

    def clean(self, value: Any) -> list[str]:
        """Return the chosen keys in the list's order; each must be in the list."""
        unknown = set(value) - dict(self.choices()).keys()
        if unknown:
            raise ValidationError(_("Choose from the list."))
        return [key for key, _words in self.choices() if key in value]

    def show(self, value: Any) -> str:
        """Return the choices' words; a key that the list no longer has stands as it is."""
        words = dict(self.choices())
        return ", ".join(str(words.get(key, key)) for key in value)

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one group of boxes."""
        boxes = forms.CheckboxSelectMultiple()
        field = forms.MultipleChoiceField(choices=self.choices, required=self.required, widget=boxes)
        return {"": self._describe(field)}

    def compose(self, inputs: Mapping[str, Any]) -> Any:
        """Return the chosen keys, or None where none was chosen."""
        given = inputs.get("")
        return self.clean(given) if given else None


class Date(Attribute):
    """A calendar date without a time.

    Arguments:
        is_past: whether a day that has not come yet is refused, as for a birthday.
        declaration: what every attribute declares.
    """

    kind = "date"

    def __init__(self, *, is_past: bool = False, **declaration: Any) -> None:
        super().__init__(**declaration)
        self.is_past = is_past

    def clean(self, value: Any) -> date:
        """Return the date."""
        day: date = forms.DateField().clean(value) if not isinstance(value, date) else value
        if self.is_past and day > clock.now().date() + _EARLIEST_ZONE:
            raise ValidationError(_("This day has not come yet."))
        return day

    def show(self, value: date) -> str:
        """Return the date as the reader's language writes it."""
        return format_date(value)

    def pack(self, value: date) -> str:
        """Return the date as ISO 8601."""
        return value.isoformat()

    def unpack(self, stored: str) -> date:
        """Return the date of its ISO 8601 form."""
        return date.fromisoformat(stored)

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one date input."""
        box = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return {"": self._describe(forms.DateField(required=self.required, widget=box))}


class File(Attribute):
    """A file, with its name and type, of at most ``max_length`` bytes."""

    kind = "file"

    def clean(self, value: Any) -> dict[str, Any]:
        """Return ``{"name", "type", "content"}`` of an uploaded file, or of one that was cleaned or made already."""
        if isinstance(value, Mapping):
            name, content_type, content = value["name"], value["type"], value["content"]
        else:
            name, content_type, content = value.name, value.content_type, value.read()
        if len(content) > self.max_length:
            raise ValidationError(_("This file is larger than %(most)d bytes."), params={"most": self.max_length})
        return {"name": name, "type": content_type or "application/octet-stream", "content": content}

    def show(self, value: Any) -> str:
        """Return the file's name."""
        return str(value["name"])

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one file input."""
        return {"": self._describe(forms.FileField(required=self.required))}

    def form_initial(self, value: Any) -> dict[str, Any]:
        """A browser does not take a file as initial value."""
        return {}
