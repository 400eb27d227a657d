"""What is declared with each personal value, and what every kind of value can do; see the package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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
