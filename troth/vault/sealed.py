"""The base of every model that holds personal values: one sealed column a row, opened lazily, through the door.

Reading gives a mask; ``open`` gives values:

    profile.name                      # •••, wherever it is shown
    opened = profile.open("name", "email")
    opened.name                       # the value, or None where it was never given

Writing is by assignment and ``save``; the values that are not assigned stay as they are:

    profile.name = "Ada Example"
    profile.save()
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.errors import CannotOpen, Refused
from troth.kernel.ids import new_id
from troth.kernel.ports import change_listeners
from troth.ledger.api import record
from troth.vault import cipher, door, index, keyring
from troth.vault.attributes import MASK, Attribute, Lookup
from troth.vault.events import Event
from troth.vault.models import KeyClass


class Opened(Mapping[str, Any]):
    """The opened values of one row. Shown as a whole it names the values and shows none."""

    def __init__(self, row: "SealedModel", values: Mapping[str, Any], days: Mapping[str, int]) -> None:
        self._label = row._meta.label
        self._attributes = row.sealed_attributes
        self._values = values
        self._days = days

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"“{name}” was not opened on this {self._label}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def show(self, name: str) -> str:
        """Return one value as text for a reader, or an empty string where it was never given."""
        value = self._values[name]
        return "" if value is None else self._attributes[name].show(value)

    def written_on(self, name: str) -> date | None:
        """Return the day on which the value was given last, or None where it was never given."""
        day = self._days.get(name)
        return None if day is None else date.fromordinal(day)

    def due_on(self, name: str) -> date | None:
        """Return the date on which the value goes by itself, or None where it has none yet."""
        written_on = self.written_on(name)
        return None if written_on is None else self._attributes[name].keep.due_on(written_on)

    def __repr__(self) -> str:
        return f"<Opened {self._label}: {', '.join(self._values)}>"


class SealedModel(models.Model):
    """A row of personal values about one subject. See the module's docstring for reading and writing.

    A subclass declares attributes (``vault.api.Text`` and others), may have plain columns, and may set ``key_class``.
    """

    sealed_attributes: ClassVar[dict[str, Attribute]] = {}
    key_class: ClassVar[KeyClass] = KeyClass.ACCOUNT
    not_personal: ClassVar[dict[str, str]] = {}
    follows: ClassVar[dict[str, str]] = {}
    """Name → the name of the value in the client's details that it is a copy of, such as ``address``: an error that is
    put right there is put right here as well, as long as ``still_follows``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True, editable=False)
    key_id = models.UUIDField(editable=False)
    sealed = models.BinaryField(editable=False)
    seal_version = models.PositiveIntegerField(default=0, editable=False)
    written_on = models.DateField(editable=False)
    due_on = models.DateField(null=True, db_index=True, editable=False)
    given_count = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How many values are given; so a file's completeness is counted unopened."
    )

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = {name: kwargs.pop(name) for name in self.sealed_attributes if name in kwargs}
        self._pending: dict[str, Any] = {}
        super().__init__(*args, **kwargs)
        for name, value in given.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<{self._meta.label} {self.pk} {MASK}>"

    __str__ = __repr__

    # -- Storing ------------------------------------------------------------------------------------------------------

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; seal what was assigned, claim its look-ups, and write the ledger row, in one transaction.

        Raises:
            AccessDenied: nobody acts, or not for this subject.
            CannotOpen: the stored record does not open; it is left as it is, never overwritten.
            Refused: the row was changed by somebody else meanwhile; nothing was overwritten.
            Taken: a unique value belongs to somebody else.
        """
        plain = [f.name for f in self._meta.concrete_fields if f.name not in _SEAL_COLUMNS and not f.primary_key]
        if not self._pending and not self._state.adding:
            # The seal's columns stay out: what this copy read may be older than what the table holds by now.
            kwargs.setdefault("update_fields", plain)
            super().save(*args, **kwargs)
            return
        attributes = [self.sealed_attributes[name] for name in self._pending] or list(self.sealed_attributes.values())
        door.judge_access(subject_id=self.subject_id, model=self._meta.label, attributes=attributes)
        is_change = not self._state.adding
        with transaction.atomic():
            claims = self._claim_lookups()
            if self._state.adding:
                self._seal_new()
                super().save(*args, **kwargs)
            else:
                self._seal_over()
                super().save(update_fields=kwargs.get("update_fields", plain))
            record(
                event=Event.VALUES_CHANGED,
                subject_id=self.subject_id,
                fields=sorted(self._pending),
                object_type=self._meta.label,
                object_id=str(self.pk),
            )
            if is_change:
                for tell in change_listeners:
                    tell(self.subject_id, self._meta.label, sorted(self._pending))
            self._settle_on_commit(claims)
        self._pending = {}

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, with a ledger row, and what finds its subject by it. The key stays: other rows need it."""
        attributes = list(self.sealed_attributes.values())
        door.judge_access(subject_id=self.subject_id, model=self._meta.label, attributes=attributes)
        with transaction.atomic():
            self._settle_on_commit([(a, []) for a in attributes if a.lookup is not Lookup.NONE])
            record(
                event=Event.VALUES_CHANGED,
                subject_id=self.subject_id,
                fields=sorted(self.sealed_attributes),
                object_type=self._meta.label,
                object_id=str(self.pk),
            )
            return super().delete(*args, **kwargs)

    # -- Reading ------------------------------------------------------------------------------------------------------

    def still_follows(self) -> bool:
        """Return whether the copies in this row still serve something: a parcel that has left is history."""
        return True

    def open(self, *names: str) -> Opened:
        """Open these values, or all where none is named, and return them.

        Raises:
            AccessDenied: the door stayed shut; nothing was decrypted.
            CannotOpen: the record does not open (key destroyed, bytes changed, moved here from another row).
        """
        wanted = names or tuple(self.sealed_attributes)
        attributes = [self.sealed_attributes[name] for name in wanted]
        door.pass_door(subject_id=self.subject_id, model=self._meta.label, row_id=self.pk, attributes=attributes)
        return self._give(attributes)

    @classmethod
    def open_together(cls, rows: "Sequence[Self]", *names: str) -> "list[Opened | CannotOpen]":
        """Open these values of several rows, as ``open`` does, with one commit for the traces of all the looks.

        Returns for each row its values, or the error where it does not open: one broken record keeps back no other.

        Raises AccessDenied where the door stayed shut for one of them; nothing was decrypted.
        """
        attributes = [cls.sealed_attributes[name] for name in names]
        looks = [door.Look(subject_id=row.subject_id, row_id=row.pk) for row in rows]
        door.pass_door_together(looks, model=cls._meta.label, attributes=attributes)
        given: list[Opened | CannotOpen] = []
        for row in rows:
            try:
                given.append(row._give(attributes))  # noqa: SLF001  a row of the same class
            except CannotOpen as error:
                given.append(error)
        return given

    def _give(self, attributes: Sequence[Attribute]) -> Opened:
        """Unseal and return the values; the door was passed."""
        try:
            values, days = self._unseal()
        except CannotOpen:
            record(
                event=Event.RECORD_UNREADABLE,
                subject_id=self.subject_id,
                object_type=self._meta.label,
                object_id=str(self.pk),
            )
            raise
        return Opened(self, {a.name: _unpack(a, values.get(a.name)) for a in attributes}, days)

    # -- Writing ------------------------------------------------------------------------------------------------------

    def put(self, name: str, value: Any) -> None:
        """Set a value to be sealed at the next ``save``; None takes it away."""
        attribute = self.sealed_attributes[name]
        self._pending[name] = None if value in (None, "") else attribute.clean(value)

    def confirm(self) -> None:
        """Note that the client said today that these values are still right (A9)."""
        attributes = list(self.sealed_attributes.values())
        door.judge_access(subject_id=self.subject_id, model=self._meta.label, attributes=attributes)
        self.written_on = clock.today()
        type(self)._base_manager.filter(pk=self.pk).update(written_on=self.written_on)

    def dates_of_values(self) -> dict[str, date]:
        """Return the name of each value that is there, with the day on which it was written. No value is given."""
        _values, days = self._unseal()
        return {name: date.fromordinal(day) for name, day in days.items() if name in self.sealed_attributes}

    def purge(self, names: Sequence[str], *, ended_on: date | None = None) -> bool:
        """Take these values out, with what finds the subject by them; return whether nothing is left in the row.

        For retention, in its transaction and with its ledger row: nobody looks, so the door is not asked.

        Arguments:
            names: the values that go.
            ended_on: when the subject's account ended, for the date on which the rest goes.
        """
        written_on = self.written_on
        self._pending = dict.fromkeys(names)
        self._seal_over()
        self._pending = {}
        looked_up = [self.sealed_attributes[name] for name in names]
        self._settle_on_commit([(a, []) for a in looked_up if a.lookup is not Lookup.NONE])
        # Taking out is no confirmation of what stays: the row keeps its age (A9).
        values, days = self._unseal()
        self.written_on, self.due_on = written_on, self._next_due(days, ended_on=ended_on)
        type(self)._base_manager.filter(pk=self.pk).update(written_on=self.written_on, due_on=self.due_on)
        return not values

    def move_to_key_class(self, key_class: KeyClass) -> None:
        """Seal the values anew under the subject's key of another class, so that they outlive the account's key."""
        key_id = keyring.key_of(subject_id=self.subject_id, key_class=key_class)
        if key_id == self.key_id:
            return
        values, days = self._unseal()
        before = self.seal_version
        self.key_id, self.seal_version = key_id, before + 1
        self.sealed = cipher.seal(
            key=keyring.open_key(key_id), binding=self._binding(self.seal_version), values={"v": values, "d": days}
        )
        rows = type(self)._base_manager.filter(pk=self.pk, seal_version=before)
        rows.update(key_id=key_id, sealed=self.sealed, seal_version=self.seal_version)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; what was assigned and not saved is dropped."""
        self._pending = {}
        super().refresh_from_db(*args, **kwargs)

    # -- Inside -------------------------------------------------------------------------------------------------------

    def _binding(self, version: int) -> cipher.Binding:
        return cipher.Binding(table=self._meta.label, key_id=self.key_id, row_id=self.pk, row_version=version)

    def _unseal(self) -> tuple[dict[str, Any], dict[str, int]]:
        """Return the packed values, and for each the day (ordinal) on which it was written."""
        content = cipher.unseal(
            key=keyring.open_key(self.key_id), binding=self._binding(self.seal_version), message=bytes(self.sealed)
        )
        return content["v"], content["d"]

    def _seal(self, values: dict[str, Any], days: dict[str, int], *, version: int) -> None:
        today = clock.today()
        for name in values.keys() - self.sealed_attributes.keys():
            # What is declared no more is kept no more (A3).
            values.pop(name)
            days.pop(name, None)
        for name, value in self._pending.items():
            values.pop(name, None)
            days.pop(name, None)
            if value is not None:
                values[name] = self.sealed_attributes[name].pack(value)
                days[name] = today.toordinal()
        self.given_count = len(values)
        self.sealed = cipher.seal(
            key=keyring.open_key(self.key_id), binding=self._binding(version), values={"v": values, "d": days}
        )
        self.seal_version = version
        self.written_on = today
        self.due_on = self._next_due(days)

    def _seal_new(self) -> None:
        self.key_id = keyring.key_of(subject_id=self.subject_id, key_class=self.key_class)
        self._seal({}, {}, version=1)

    def _seal_over(self) -> None:
        before = {name: getattr(self, name) for name in _SEAL_COLUMNS}
        values, days = self._unseal()
        self._seal(values, days, version=self.seal_version + 1)
        changed = (
            type(self)
            ._base_manager.filter(pk=self.pk, seal_version=before["seal_version"])
            .update(**{name: getattr(self, name) for name in _SEAL_COLUMNS})
        )
        if not changed:
            for name, value in before.items():
                setattr(self, name, value)
            raise Refused(
                _("This was changed by somebody else meanwhile."),
                kept=_("Their change was kept, and nothing of yours was saved."),
                next_step=_("Look at it again, and make your change once more."),
            )

    def _next_due(self, days: Mapping[str, int], *, ended_on: date | None = None) -> date | None:
        keeps = [(self.sealed_attributes[name].keep, date.fromordinal(day)) for name, day in days.items()]
        dates = [keep.due_on(written_on, ended_on=ended_on) for keep, written_on in keeps]
        return min((due for due in dates if due is not None), default=None)

    def _claim_lookups(self) -> list[tuple[Attribute, list[bytes]]]:
        return [
            (attribute, index.claim(attribute, subject_id=self.subject_id, value=self._pending[name]))
            for name, attribute in self.sealed_attributes.items()
            if attribute.lookup is not Lookup.NONE and name in self._pending
        ]

    def _settle_on_commit(self, claims: Sequence[tuple[Attribute, list[bytes]]]) -> None:
        """Once this is committed, keep just these digests, and those that the subject's other rows here need."""
        for attribute, digests in claims:
            kept = [*digests, *self._sibling_digests(attribute)]
            settle = partial(index.settle, attribute, subject_id=self.subject_id, digests=kept)
            transaction.on_commit(settle)

    def _sibling_digests(self, attribute: Attribute) -> Iterator[bytes]:
        for row in type(self)._base_manager.filter(subject_id=self.subject_id).exclude(pk=self.pk):
            yield from row.derive_digests(attribute)

    def derive_digests(self, attribute: Attribute) -> list[bytes]:
        """Return the digests under which this row's stored value is found. The value itself is given to nobody."""
        stored = self._unseal()[0].get(attribute.name)
        return [] if stored is None else index.digests_of(attribute, _unpack(attribute, stored))

    @classmethod
    def of(cls, subject_id: UUID) -> Self | None:
        """Return the subject's row, or None; for models of one row a subject."""
        return cls._base_manager.filter(subject_id=subject_id).first()


_SEAL_COLUMNS = ("sealed", "seal_version", "written_on", "due_on", "given_count")


def _unpack(attribute: Attribute, stored: Any) -> Any:
    return None if stored is None else attribute.unpack(stored)
