"""One form field as the templates draw it: everything that a person needs to answer, in one place.

Works with any Django form. A field may carry ``why`` (the reason, shown in the margin), ``effect`` (what giving it
changes), ``example``, and ``asked_as`` (``required`` or ``optional``); the declarations of ``vault`` set them. The form
of a new password lets its field carry ``strength``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BoundField, CheckboxInput, FileInput, PasswordInput, Textarea
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

from troth.kernel.ports import Words

CHOICES = "choices"
CHECKBOX = "checkbox"
PASSWORD = "password"  # noqa: S105 - the kind of a field, not a secret
FILE = "file"
TEXTAREA = "textarea"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Strength:
    """How hard a password is to guess.

    Arguments:
        level: from 0, the easiest.
        most: the highest level.
        words: the level in words.
    """

    level: int
    most: int
    words: Words


@dataclass(frozen=True, slots=True)
class FieldView:
    """What is drawn of a field.

    Arguments:
        kind: ``choices`` (radios or checkboxes), ``checkbox``, ``password``, ``file``, ``textarea`` or ``text``.
        id: the id of the input; of the group where there are several.
        label: the question.
        required: whether an answer is needed; said in words.
        help: how to answer, or empty.
        example: an answer that would do, or empty.
        why: why it is asked, or empty.
        effect: what giving it changes, or empty.
        errors: what is wrong, each with how to mend it.
        strength: how strong the password that was typed is, or None.
        widget: the input, as HTML; empty for ``choices``.
        options: the inputs of ``choices``.
        described_by: the ids of help, example, error and reason, for ``aria-describedby``.
    """

    kind: str
    id: str
    label: Words
    required: bool
    help: Words
    example: Words
    why: Words
    effect: Words
    errors: Sequence[str]
    strength: Strength | None
    widget: SafeString
    options: Sequence[BoundWidget]
    described_by: str


def describe_field(bound: BoundField) -> FieldView:
    """Return what is drawn of ``bound``, its input tied to help, example and error by ``aria-describedby``."""
    field = bound.field
    kind = _find_kind(bound)
    example = getattr(field, "example", "")
    errors = [str(error) for error in bound.errors]
    described_by = _describe(bound, example=example, errors=errors)
    return FieldView(
        kind=kind,
        id=bound.auto_id or bound.html_name,
        label=bound.label,
        required=_is_required(bound),
        help=bound.help_text,
        example=example,
        why=getattr(field, "why", ""),
        effect=getattr(field, "effect", ""),
        errors=errors,
        strength=getattr(field, "strength", None),
        widget=_draw(bound, described_by) if kind != CHOICES else SafeString(),
        options=list(bound) if kind == CHOICES else [],
        described_by=described_by,
    )


def _find_kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if bound.use_fieldset and hasattr(widget, "choices"):
        return CHOICES
    kinds = {CheckboxInput: CHECKBOX, PasswordInput: PASSWORD, FileInput: FILE, Textarea: TEXTAREA}
    return next((kind for type_, kind in kinds.items() if isinstance(widget, type_)), TEXT)


def _is_required(bound: BoundField) -> bool:
    asked_as = getattr(bound.field, "asked_as", "")
    return asked_as == "required" if asked_as else bound.field.required


def _describe(bound: BoundField, *, example: Words, errors: Sequence[str]) -> str:
    why = getattr(bound.field, "why", "") or getattr(bound.field, "effect", "")
    strength = getattr(bound.field, "strength", None)
    parts = {"help": bound.help_text, "example": example, "error": errors, "strength": strength, "why": why}
    return " ".join(f"{bound.auto_id}-{part}" for part, present in parts.items() if present)


def _draw(bound: BoundField, described_by: str) -> SafeString:
    attributes: dict[str, str | bool] = {"class": "input"}
    if described_by:
        attributes["aria-describedby"] = described_by
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)
