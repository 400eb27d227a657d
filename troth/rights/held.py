"""Everything that is held about one client, read from the declarations and from what the holders hand in.

The Admin page, the download and the controls all read this one walk, so that a value added to any model appears in each
by itself. What does not open is said to be unreadable, what the law withholds is named with its end, and what would
weaken the account by being shown (the secret of a code generator) is named and not shown.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.errors import CannotOpen
from troth.kernel.ports import DataHolder, HeldItem, Withheld, Words, holders, withholders
from troth.kernel.purposes import Purpose
from troth.rights.present import find_empty
from troth.ui.api import format_date, format_datetime
from troth.vault.api import Attribute, Opened, SealedModel, sealed_models

PAGE = 20
"""How many rows of one kind the Admin page shows before it offers the rest."""

_CREDENTIALS = "user.authorization"
"""The fideslang category of credentials: held, named, and shown to nobody."""


class Section(StrEnum):
    """Where the Admin page tells a table: a model names its own in ``told_in``, else it is what the client gave."""

    GAVE = "gave"
    WISHED = "wished"
    BOUGHT = "bought"
    SAID = "said"


class Standing(StrEnum):
    """What can be said of one value."""

    GIVEN = "given"
    NOT_GIVEN = "not_given"
    SECRET = "secret"  # noqa: S105 - a state of a value, not a secret
    UNREADABLE = "unreadable"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class HeldValue:
    """One declared value of one row.

    Arguments:
        attribute: its declaration.
        row_id: the row that it stands in.
        standing: what can be said of it.
        value: the value itself; None unless it is given.
        shown: the value as text; empty unless it is given.
        written_on: the day on which it was given last.
        kept_until: the date on which it goes by itself, where that is known.
        withheld: what withholds it, or None.
    """

    attribute: Attribute
    row_id: UUID
    standing: Standing
    value: Any = None
    shown: str = ""
    written_on: date | None = None
    kept_until: date | None = None
    withheld: Withheld | None = None

    @property
    def name(self) -> str:
        """The value's name on its model."""
        return self.attribute.name

    @property
    def label(self) -> Words:
        """The value's name in the client's words."""
        return self.attribute.label

    @property
    def model_label(self) -> str:
        """The label of the table, such as ``accounts.Profile``."""
        return self.attribute.model._meta.label

    @property
    def is_asked(self) -> bool:
        """Whether a page asks the client for it; else we or the program wrote it."""
        return (self.model_label, self.name) in list_asked()

    @property
    def anchor(self) -> str:
        """The value's place on the Admin page."""
        return f"{self.attribute.model._meta.model_name}-{self.name}-{self.row_id.hex[-8:]}"

    @property
    def section(self) -> Section:
        """Where the Admin page tells it: what is given in order to get news is a wish."""
        told_in = Section(getattr(self.attribute.model, "told_in", Section.GAVE))
        return Section.WISHED if told_in is Section.GAVE and Purpose.NEWS in self._own_purposes else told_in

    @property
    def purposes(self) -> list[Words]:
        """What it is used for, in words, in the order of the statement."""
        return [purpose.words for purpose in Purpose if purpose in self.attribute.purposes]

    @property
    def _own_purposes(self) -> frozenset[Purpose]:
        """The purposes of a value that exists for news alone; name and address serve news among many other things."""
        wishes = frozenset({Purpose.NEWS, Purpose.PERSONALISATION})
        return self.attribute.purposes if self.attribute.purposes <= wishes else frozenset()


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row about the client."""

    row: SealedModel
    values: tuple[HeldValue, ...]

    @property
    def is_readable(self) -> bool:
        """Whether its values open."""
        return all(value.standing is not Standing.UNREADABLE for value in self.values)


@dataclass(frozen=True, slots=True)
class HeldTable:
    """The client's rows of one model, newest first; ``following`` is the id to read on after, or None at the end."""

    model: type[SealedModel]
    rows: tuple[HeldRow, ...]
    following: UUID | None

    @property
    def title(self) -> Words:
        """What the rows are, in words."""
        return capfirst(self.model._meta.verbose_name_plural or self.model._meta.label)


@dataclass(frozen=True, slots=True)
class HolderPart:
    """What one holder holds about the client; ``section`` is where the Admin page tells it, None: what we noted."""

    name: str
    label: Words
    items: Sequence[HeldItem]
    section: Section | None = None


@cache
def list_asked() -> frozenset[tuple[str, str]]:
    """Return model and name of every value that a page asks somebody who is no member of staff."""
    from troth.rights.collection import list_collection_points

    asked = (value.attribute for point in list_collection_points() if not point.for_staff for value in point.values)
    return frozenset((attribute.model._meta.label, attribute.name) for attribute in asked)


def read_tables(subject_id: UUID, *, limit: int = PAGE, empty: Collection[str] | None = None) -> list[HeldTable]:
    """Return all tables with rows about the client, the first page of each. Act as one who may open them.

    Arguments:
        subject_id: the client.
        limit: how many rows a page has.
        empty: labels of tables without a row about it, as ``find_empty`` knows them; asked for where it is None.
    """
    withheld = read_withheld(subject_id)
    bare = find_empty(subject_id) if empty is None else empty
    models = (model for model in sealed_models() if model._meta.label not in bare)
    tables = (read_table(model, subject_id, limit=limit, withheld=withheld) for model in models)
    return [table for table in tables if table.rows]


def read_table(
    model: type[SealedModel],
    subject_id: UUID,
    *,
    after: UUID | None = None,
    limit: int = PAGE,
    withheld: Sequence[Withheld] | None = None,
) -> HeldTable:
    """Return one page of the client's rows of ``model``; by key, so that a late page costs what the first one does."""
    held_back = read_withheld(subject_id) if withheld is None else withheld
    rows = model._base_manager.filter(subject_id=subject_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return HeldTable(
        model=model,
        rows=tuple(HeldRow(row=row, values=tuple(_read_values(row, held_back))) for row in shown),
        following=shown[-1].pk if len(found) > limit else None,
    )


def read_row(model: type[SealedModel], subject_id: UUID, row_id: UUID) -> HeldRow | None:
    """Return one row of the client, or None where it has none with this id."""
    row = model._base_manager.filter(subject_id=subject_id, pk=row_id).first()
    return None if row is None else HeldRow(row=row, values=tuple(_read_values(row, read_withheld(subject_id))))


def read_all_rows(model: type[SealedModel], subject_id: UUID) -> Iterator[HeldRow]:
    """Return every row of the client, page by page."""
    after = None
    while True:
        table = read_table(model, subject_id, after=after, limit=200)
        yield from table.rows
        after = table.following
        if after is None:
            return


def read_holders(subject_id: UUID, *, empty: Collection[str] | None = None) -> list[HolderPart]:
    """Return what the other stores hold: sessions, links, counts and the like; ``empty`` is as in ``read_tables``."""
    bare = frozenset(find_empty(subject_id) if empty is None else empty)
    parts = (
        HolderPart(name=each.name, label=each.label, items=each.show(subject_id), section=_section_of(each))
        for each in holders
        if not _is_empty(each, bare)
    )
    return [part for part in parts if part.items]


def _is_empty(holder: DataHolder, bare: frozenset[str]) -> bool:
    """Return whether all that a store holds stands in tables without a row about the client."""
    tables = frozenset(getattr(holder, "tables", ()))
    return bool(tables) and tables <= bare


def _section_of(holder: DataHolder) -> Section | None:
    told_in = getattr(holder, "told_in", "")
    return Section(told_in) if told_in else None


def read_withheld(subject_id: UUID) -> list[Withheld]:
    """Return what the law withholds now; an end that has passed ends the withholding by itself."""
    now: datetime = clock.now()
    return [found for withholder in withholders for found in withholder.find(subject_id) if found.until > now]


def list_facts(item: HeldItem) -> list[tuple[Words, str]]:
    """Return the facts of a held thing as text for a reader, in the order of the holder."""
    return [(name, show_fact(fact)) for name, fact in item.values.items()]


def show_fact(fact: Any) -> str:
    """Return one fact as text for a reader."""
    if fact is None or fact == "":
        return "—"
    if isinstance(fact, bool):
        return str(_("yes") if fact else _("no"))
    if isinstance(fact, datetime):
        return format_datetime(fact)
    return format_date(fact) if isinstance(fact, date) else str(fact)


def _read_values(row: SealedModel, withheld: Sequence[Withheld]) -> Iterator[HeldValue]:
    opened = _open_or_none(row)
    for name, attribute in row.sealed_attributes.items():
        yield _read_value(row, attribute, opened, _find_withheld(row, name, withheld))


def _open_or_none(row: SealedModel) -> Opened | None:
    try:
        return row.open()
    except CannotOpen:
        return None


def _read_value(row: SealedModel, attribute: Attribute, opened: Opened | None, withheld: Withheld | None) -> HeldValue:
    if withheld is not None:
        return HeldValue(attribute=attribute, row_id=row.pk, standing=Standing.WITHHELD, withheld=withheld)
    if opened is None:
        return HeldValue(attribute=attribute, row_id=row.pk, standing=Standing.UNREADABLE)
    if opened[attribute.name] is None:
        return HeldValue(attribute=attribute, row_id=row.pk, standing=Standing.NOT_GIVEN)
    written_on, kept_until = opened.written_on(attribute.name), opened.due_on(attribute.name)
    if attribute.category.startswith(_CREDENTIALS):
        return HeldValue(
            attribute=attribute, row_id=row.pk, standing=Standing.SECRET, written_on=written_on, kept_until=kept_until
        )
    return HeldValue(
        attribute=attribute,
        row_id=row.pk,
        standing=Standing.GIVEN,
        value=opened[attribute.name],
        shown=opened.show(attribute.name),
        written_on=written_on,
        kept_until=kept_until,
    )


def _find_withheld(row: SealedModel, name: str, withheld: Sequence[Withheld]) -> Withheld | None:
    label = row._meta.label
    return next((each for each in withheld if each.model == label and (not each.fields or name in each.fields)), None)
