"""JSON that says what stands in it: each path is declared, and what is not declared is not written.

A structure is where a value hides most easily: one more key, and a table that held counts holds a name. So a JSON
column is declared by its paths, each with the reason why no personal value stands there:

    facts = JsonColumn(paths={"link": "The id of a link.", "counts.*": "Tables and how many rows went."})

A path is keys joined by dots. ``*`` is any one key, ``[]`` any item of a list, ``**`` at the end anything below: for
structures of others, or of our own checks. Where another room chooses the keys, ``names_only`` has the column take
numbers, ids and words of closed lists, and no other text. Both are held to whenever the column is written, by whatever
way (``save``, ``bulk_create``, ``update``); the start fails on a JSON column that declares none
(``vault.declarations``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models

ITEM = "[]"
ANY = "*"
BELOW = "**"
_NAME = re.compile(r"[A-Za-z0-9_.:/=-]{0,100}")

Path = tuple[str, ...]


class UndeclaredPath(ValueError):
    """Something that is not declared was to be written. The text names our declarations, never the find."""


class JsonColumn(models.JSONField):
    """A plain JSON column with its declared paths.

    Arguments:
        paths: path to the reason why what stands there is no personal value.
        names_only: whether text in it must be an id or a word of a closed list: no space, no at sign.
        args: as Django's column takes them.
        kwargs: as Django's column takes them.
    """

    def __init__(
        self, *args: Any, paths: Mapping[str, str] | None = None, names_only: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.paths = dict(paths or {})
        self.names_only = names_only

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return Django's own column: what is declared is no part of the schema, so it needs no migration."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Return what is stored; raise UndeclaredPath where the value holds more than is declared."""
        if not hasattr(value, "as_sql"):
            label = f"{self.model._meta.label}.{self.name}"
            check_paths(value, self.paths, of=label)
            if self.names_only and not all(is_name(leaf) for _path, leaf in _list_leaves(value, ())):
                raise UndeclaredPath(f"{label} takes numbers, ids and words of closed lists; this was other text.")
        return super().get_db_prep_save(value, connection)


def check_paths(value: Any, declared: Iterable[str], *, of: str) -> None:
    """Return if everything in ``value`` stands at a declared path; raise UndeclaredPath if not.

    Arguments:
        value: the structure.
        declared: the paths.
        of: the label of the column or attribute, for the error.
    """
    patterns = [tuple(path.split(".")) for path in declared]
    for found, _leaf in _list_leaves(value, ()):
        if not any(matches(found, pattern) for pattern in patterns):
            raise UndeclaredPath(
                f"{of} was to hold something at an undeclared path, {len(found)} deep, below "
                f"“{'.'.join(_follow(found, patterns)) or 'its top'}”. Declare the path, or do not write it."
            )


def is_name(leaf: Any) -> bool:
    """Return whether it is a number, an id or a word of a closed list: a person's value has a space or an at sign."""
    return not isinstance(leaf, str) or bool(_NAME.fullmatch(leaf))


def matches(found: Path, pattern: Path) -> bool:
    """Return whether a path is one of those that the pattern declares."""
    if pattern[-1:] == (BELOW,):
        return len(found) >= len(pattern) - 1 and _agree(found, pattern[:-1])
    return len(found) == len(pattern) and _agree(found, pattern)


def _agree(found: Path, pattern: Path) -> bool:
    return all(want == key or (want == ANY and key != ITEM) for key, want in zip(found, pattern, strict=False))


def _list_leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield everything that is no structure, with its path; an empty structure holds nothing, and has none."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _list_leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _list_leaves(item, (*path, ITEM))
    elif value is not None:
        yield path, value


def _follow(found: Path, patterns: Sequence[Path]) -> Path:
    """Return the longest declared beginning of a path, as it is declared: a key that was found may be a value."""
    begun: Path = ()
    for pattern in patterns:
        agreed: Path = ()
        for key, want in zip(found, pattern, strict=False):
            if not _agree((key,), (want,)):
                break
            agreed = (*agreed, want)
        begun = max(begun, agreed, key=len)
    return begun
