"""Every table that can carry a subject, found by walking the models: a table added anywhere is included by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import ProtectedError, Q, QuerySet, RestrictedError

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.ports import Registry, Words
from troth.vault import keyring
from troth.vault.declarations import sealed_models
from troth.vault.models import ErasedKey, Erasure, IndexEntry, KeyClass, SubjectKey
from troth.vault.sealed import SealedModel

type Rows = QuerySet[models.Model]


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows about a subject outlive its erasure.

    Arguments:
        model: its label.
        words: what stays and why, in words for the client.
        until: until when, in words.
    """

    model: str
    words: Words
    until: Words


kept_tables: Registry[str, Kept] = Registry("kept table")


def declare_kept(model: str, *, words: Words, until: Words) -> None:
    """Declare that rows of this model about a subject outlive its erasure; plan and receipt say so."""
    kept_tables.register(model, Kept(model=model, words=words, until=until))


_OWN = (Erasure, IndexEntry, SubjectKey)
"""The vault's own tables that carry a subject: the steps of ``run`` see to them one by one."""


def tables_of_subjects() -> Iterator[type[models.Model]]:
    """Return every model that can carry a subject's id, apart from the vault's own and the declared exceptions."""
    for model in apps.get_models(include_auto_created=True):
        if model in _OWN or model._meta.label in kept_tables or model._meta.proxy:
            continue
        if _subject_columns(model):
            yield model


def rows_of(model: type[models.Model], subject_id: UUID) -> Rows:
    """Return the rows of this model that carry the subject's id."""
    condition = reduce(or_, (Q(**{column: subject_id}) for column in _subject_columns(model)))
    return model._base_manager.filter(condition)


def going_rows(model: type[models.Model], subject_id: UUID, *, staying_keys: set[UUID], held: set[UUID]) -> Rows:
    """Return those of the subject's rows that an erasure removes.

    Arguments:
        model: the table.
        subject_id: whose rows.
        staying_keys: the keys that outlive the erasure; sealed rows under them stay.
        held: ids of rows that a hold keeps back in this table.
    """
    rows = rows_of(model, subject_id)
    if held:
        rows = rows.exclude(pk__in=held)
    return rows.exclude(key_id__in=staying_keys) if issubclass(model, SealedModel) else rows


def delete_rows(sets: list[Rows]) -> None:
    """Delete all of these rows; where a foreign key protects some, those that point to them go first."""
    waiting = sets
    while waiting:
        protected = []
        for rows in waiting:
            try:
                rows.delete()
            except (ProtectedError, RestrictedError):
                protected.append(rows)
        if len(protected) == len(waiting):
            tables = ", ".join(rows.model._meta.label for rows in protected)
            raise Refused(f"Rows of {tables} are held by rows that stay.", kept="The erasure is not finished.")
        waiting = protected


def end_unused_statutory_key(subject_id: UUID) -> bool:
    """Destroy the subject's statutory key where nothing is sealed under it any more; return whether it went."""
    key = SubjectKey.objects.filter(subject_id=subject_id, key_class=KeyClass.STATUTORY).first()
    if key is None:
        return False
    for model in sealed_models():
        if model._base_manager.filter(subject_id=subject_id, key_id=key.key_id).exists():
            return False
    with transaction.atomic(using=keyring.DATABASE):
        keyring.destroy_keys([key.key_id])
        ErasedKey.objects.get_or_create(key_id=key.key_id, defaults={"erased_on": clock.today()})
    key.delete()
    return True


@cache
def _subject_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns that can hold a subject's id and are indexed, so that a look costs the same at any size."""
    return tuple(field.attname for field in model._meta.concrete_fields if _holds_subject(field))


def _holds_subject(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.ForeignKey):
        return isinstance(field.target_field, models.UUIDField) and field.target_field.primary_key
    return isinstance(field, models.UUIDField) and (field.primary_key or field.name == "subject_id")
