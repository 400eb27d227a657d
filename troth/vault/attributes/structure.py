"""A value that is a structure: each part of it is declared, with the words in which a reader meets it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.kernel.json_column import ITEM, Path, check_paths, matches
from troth.kernel.ports import Words
from troth.ui.api import format_date, format_datetime
from troth.vault.attributes.base import Attribute

type Outline = list[tuple[str, str | Outline]]
"""The parts of a structure in the order in which they are read: name, and text or further parts."""


@dataclass(frozen=True, slots=True)
class JsonPart:
    """What stands at one path of a ``Json`` value, and how a reader meets it.

    Arguments:
        label: its name, in the client's words; of a path that ends in ``*``, left empty.
        names: the words of the keys that ``*`` stands for, where a path ends in it; such as those of a closed list.
        show: returns what stands there as a reader meets it, of it and of the whole structure; without it, as it is.
    """

    label: Words = ""
    names: Callable[[], Sequence[tuple[str, Words]]] | None = None
    show: Callable[[Any, Any], str] | None = None


class Json(Attribute):
    """A structure of known shape, each part of it declared; made by code, never typed into a form.

    Arguments:
        parts: path (see ``kernel.json_column``) to what stands there. Nothing else is stored (A3), and the start fails
            where none is declared.
        declaration: what every attribute declares.
    """

    kind = "json"

    def __init__(self, *, parts: Mapping[str, JsonPart] | None = None, **declaration: Any) -> None:
        super().__init__(**declaration)
        self.parts = dict(parts or {})

    def clean(self, value: Any) -> Any:
        """Return the structure as it is; raise UndeclaredPath where it holds more than is declared."""
        check_paths(value, self.parts, of=f"{self.model._meta.label}.{self.name}")
        return value

    def show(self, value: Any) -> str:
        """Return a line for each part, what lies within another below it."""
        return "\n".join(_write_lines(self.outline(value)))

    def outline(self, value: Any) -> Outline:
        """Return the parts in words, each with its text or its own parts: dates as the reader's language writes them.

        A part without words of its own stands under its key, and the items of a list under their numbers; a list of
        texts is text of so many lines.
        """
        return self._outline(value, (), value)

    def _outline(self, value: Any, path: Path, whole: Any) -> Outline:
        if isinstance(value, Mapping):
            parts = [(str(key), (*path, str(key)), item) for key, item in value.items()]
        else:
            parts = [(str(number), (*path, ITEM), item) for number, item in enumerate(value, start=1)]
        told: Outline = []
        for key, below, item in parts:
            part = self._find(below)
            is_structure = isinstance(item, Mapping) or (isinstance(item, list) and not _is_lines(item))
            content = self._outline(item, below, whole) if is_structure else _show_part(part, item, whole)
            if content:
                told.append((_name_part(part, key), content))
        return told

    def _find(self, path: Path) -> JsonPart:
        found = (part for declared, part in self.parts.items() if matches(path, tuple(declared.split("."))))
        return next(found, JsonPart())

    def form_fields(self) -> dict[str, forms.Field]:
        """Return no input."""
        return {}


def _is_lines(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(item, str) for item in items)


def _name_part(part: JsonPart, key: str) -> str:
    words = dict(part.names()).get(key) if part.names else part.label
    return str(words or key)


def _show_part(part: JsonPart, value: Any, whole: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return part.show(value, whole) if part.show else str(value)


def _write_lines(outline: Outline) -> Iterator[str]:
    for name, content in outline:
        if isinstance(content, str):
            yield f"{name}: {content}"
        else:
            yield name
            yield from (f"    {line}" for line in _write_lines(content))


def show_moment(value: str, _whole: Any) -> str:
    """Return a moment (ISO 8601) as the reader's language and zone write it."""
    return format_datetime(datetime.fromisoformat(value))


def show_day(value: str, _whole: Any) -> str:
    """Return a day (ISO 8601) as the reader's language writes it."""
    return format_date(date.fromisoformat(value))
