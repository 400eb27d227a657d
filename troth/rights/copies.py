"""The copies of a client's details that other tables hold: an error put right is put right in each of them (A11).

Which values are copies is declared on their models (``SealedModel.follows``); a copy counts as long as its row says
that it serves something. A copy is corrected only where it holds the very value that proved to be wrong: an order that
was meant for another address keeps that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from troth.accounts.api import Profile
from troth.kernel.ports import Words
from troth.vault.api import SealedModel, sealed_models


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of one value.

    Arguments:
        row: where it stands.
        name: its name there.
        source: the name of the value that it is a copy of.
        value: what it holds.
    """

    row: SealedModel
    name: str
    source: str
    value: Any

    @property
    def label(self) -> Words:
        """What the copy is called."""
        return self.row.sealed_attributes[self.name].label


def list_followers(name: str) -> list[tuple[type[SealedModel], str]]:
    """Return the models that hold copies of this value of the client's details, each with the copy's name."""
    return [(model, copy) for model in sealed_models() for copy, source in model.follows.items() if source == name]


def open_copies(subject_id: UUID, name: str) -> list[Copy]:
    """Return the copies of this value that still serve something, opened in the present context."""
    return list(_open(subject_id, name))


def _open(subject_id: UUID, name: str) -> Iterator[Copy]:
    for model, copy in list_followers(name):
        for row in model._base_manager.filter(subject_id=subject_id):
            if row.still_follows() and copy in row.dates_of_values():
                yield Copy(row, copy, name, row.open(copy)[copy])


def find_same(copies: Sequence[Copy], values: Mapping[str, Any]) -> list[Copy]:
    """Return the copies that hold just these values, by the names of what they are copies of."""
    return [copy for copy in copies if copy.source in values and copy.value == values[copy.source]]


def find_stale(subject_id: UUID, name: str) -> list[Copy]:
    """Return the copies that differ from what the client's details hold now, opened in the present context."""
    profile = Profile.of(subject_id)
    copies = open_copies(subject_id, name)
    if profile is None or not copies or name not in profile.dates_of_values():
        return []
    now = profile.open(name)[name]
    return [copy for copy in copies if copy.value != now]


def put_right(copies: Sequence[Copy], values: Mapping[str, Any]) -> int:
    """Write the right values into these copies, in the caller's transaction and context; return into how many."""
    for copy in copies:
        setattr(copy.row, copy.name, values[copy.source])
        copy.row.save()
    return len(copies)
