"""What is handed to the one door out: nested mappings and lists, whose leaves are unopened values or plain ones.

``flatten`` gives every leaf with its path, so that nothing hides in a list or in a processor's "metadata".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from troth.vault.api import MASK, SealedValue


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an unopened postal address.

    Arguments:
        value: the address.
        name: the part, such as ``city``.
        line: for a street of several lines: which of them, from 0; the last one asked for takes all that follow.
        last: whether the lines after ``line`` come with it, comma between.
    """

    value: SealedValue
    name: str
    line: int | None = None
    last: bool = False

    def pick(self, opened: Any) -> str | None:
        """Return the part of the opened address, or None where it has none."""
        text = (opened or {}).get(self.name) or ""
        if self.line is not None:
            lines = text.splitlines()[self.line :]
            text = ", ".join(lines if self.last else lines[:1])
        return text or None

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Carrying:
    """A text in which opened values of the subject stand, with the labels of all of them.

    Arguments:
        text: the text.
        labels: the labels of the values in it, such as ``accounts.Profile.email``.
    """

    text: str
    labels: tuple[str, ...]

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__


type Payload = Mapping[str, Any]
_STEP = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a payload: where it stands (``path``), and under which of the schema's paths it falls."""

    path: tuple[str | int, ...]
    value: Any

    @property
    def place(self) -> str:
        """The path as the schema writes it."""
        text = ""
        for step in self.path:
            text += "[]" if isinstance(step, int) else f".{step}" if text else step
        return text


class NotAPayload(ValueError):
    """A key that is no name: it could be read as another path, or be a value itself. The message says where."""


def flatten(payload: Any, path: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
    """Yield every leaf; an empty mapping or list is a leaf as well, so that nothing passes unseen.

    Raises NotAPayload for a key that is no plain name.
    """
    if isinstance(payload, Mapping) and payload:
        for key, value in payload.items():
            if not isinstance(key, str) or not key or not set(key) <= _STEP:
                raise NotAPayload(Leaf(path, None).place)
            yield from flatten(value, (*path, key))
    elif isinstance(payload, list | tuple) and payload:
        for number, value in enumerate(payload):
            yield from flatten(value, (*path, number))
    else:
        yield Leaf(path, payload)


def rebuild(payload: Any, opened: Mapping[tuple[str | int, ...], Any], path: tuple[str | int, ...] = ()) -> Any:
    """Return the payload with opened values in place of the unopened; what was never given is left out."""
    if isinstance(payload, Mapping):
        built = {key: rebuild(value, opened, (*path, key)) for key, value in payload.items()}
        return {key: value for key, value in built.items() if value is not None}
    if isinstance(payload, list | tuple):
        return [rebuild(value, opened, (*path, number)) for number, value in enumerate(payload)]
    return opened.get(path, payload)


def part_of(value: SealedValue, name: str) -> Part:
    """Return one part of an unopened address."""
    return Part(value=value, name=name)


def lines_of(value: SealedValue) -> tuple[Part, Part]:
    """Return the street of an unopened address in two lines: the first, and all others."""
    street = Part(value=value, name="street_address", line=0)
    return street, replace(street, line=1, last=True)
