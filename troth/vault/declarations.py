"""All declarations of personal data, gathered from the models: the one list from which everything else is computed.

A column that can hold free text is personal unless it says why not: the model names it in ``not_personal``, with a
reason, or (for a table of another package) ``config`` declares it with ``declare_not_personal``. The start fails on one
that is not declared.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from troth.kernel.json_column import JsonColumn
from troth.vault.attributes import Attribute, Json, Lookup
from troth.vault.models import KeyClass
from troth.vault.sealed import SealedModel

FREE_TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
_SEALED_COLUMN = "sealed"
_elsewhere: dict[str, Mapping[str, str]] = {}
_paths_elsewhere: dict[str, Mapping[str, Mapping[str, str]]] = {}


def declare_not_personal(label: str, columns: Mapping[str, str]) -> None:
    """Declare columns of another package's model as not personal, each with its reason.

    Arguments:
        label: the model, such as ``django_tasks_db.DBTaskResult``.
        columns: column name to reason.
    """
    _elsewhere[label] = columns


def declare_json_paths(label: str, columns: Mapping[str, Mapping[str, str]]) -> None:
    """Declare what stands in the JSON columns of another package's model; whoever declares it has it checked.

    Arguments:
        label: the model, such as ``django_tasks_db.DBTaskResult``.
        columns: column name to path (see ``kernel.json_column``) to the reason why no personal value stands there.
    """
    _paths_elsewhere[label] = columns


@cache
def sealed_models() -> tuple[type[SealedModel], ...]:
    """Return every model that holds personal values, in the order of the apps."""
    return tuple(model for model in apps.get_models() if issubclass(model, SealedModel))


def all_attributes() -> Iterator[Attribute]:
    """Return every declared attribute of every model."""
    for model in sealed_models():
        yield from model.sealed_attributes.values()


def get_attribute(label: str, name: str) -> Attribute:
    """Return the attribute ``name`` of the model with this label, such as ``accounts.Profile``."""
    model = apps.get_model(label)
    if not issubclass(model, SealedModel):
        raise LookupError(f"{label} holds no sealed values.")
    return model.sealed_attributes[name]


def check_declarations(**_options: Any) -> list[checks.CheckMessage]:
    """Refuse to start with a column that can hold free text and is not declared (A3)."""
    return [*_check_columns(), *_check_paths(), *_check_attributes(), *_check_own_columns()]


def declared_columns() -> Iterator[str]:
    """Yield the label of every column that can hold free text, and of every sealed attribute."""
    for model in apps.get_models(include_auto_created=True):
        yield from (f"{model._meta.label}.{f.name}" for f in model._meta.concrete_fields if isinstance(f, FREE_TEXT))
    for attribute in all_attributes():
        yield f"{attribute.model._meta.label}.{attribute.name}"


def _check_columns() -> Iterator[checks.CheckMessage]:
    for model in apps.get_models(include_auto_created=True):
        reasons = {**_elsewhere.get(model._meta.label, {}), **getattr(model, "not_personal", {})}
        columns = {field.name: field for field in model._meta.concrete_fields if isinstance(field, FREE_TEXT)}
        if issubclass(model, SealedModel):
            columns.pop(_SEALED_COLUMN)
        for name in columns.keys() - reasons.keys():
            yield checks.Error(
                f"{model._meta.label}.{name} can hold free text and is not declared.",
                hint="Make it a sealed attribute, or name it in not_personal with the reason.",
                id="troth.E001",
            )
        for name in getattr(model, "not_personal", {}).keys() - {f.name for f in model._meta.concrete_fields}:
            yield checks.Error(f"{model._meta.label} declares “{name}”, which is no column.", id="troth.E002")
        for name, reason in reasons.items():
            if not reason.strip():
                yield checks.Error(f"{model._meta.label}.{name} is declared without a reason.", id="troth.E003")


def _check_own_columns() -> Iterator[checks.CheckMessage]:
    """Refuse a column that is called like one of the seal's own, such as ``due_on``: one would overwrite the other."""
    own = {field.name: field.deconstruct()[1:] for field in SealedModel._meta.local_fields}
    for model in sealed_models():
        for field in model._meta.local_fields:
            if field.name in own and field.deconstruct()[1:] != own[field.name]:
                yield checks.Error(
                    f"{model._meta.label}.{field.name} takes the place of the seal's own column.", id="troth.E009"
                )


def _check_paths() -> Iterator[checks.CheckMessage]:
    for model in apps.get_models(include_auto_created=True):
        elsewhere = _paths_elsewhere.get(model._meta.label, {})
        for column in model._meta.concrete_fields:
            if not isinstance(column, models.JSONField):
                continue
            name = f"{model._meta.label}.{column.name}"
            paths = column.paths if isinstance(column, JsonColumn) else elsewhere.get(column.name, {})
            if not paths:
                yield checks.Error(
                    f"{name} is JSON and does not declare what stands in it.",
                    hint="Make it a kernel.json_column.JsonColumn: each path, and why nothing personal stands there.",
                    id="troth.E010",
                )
            for path in (path for path, reason in paths.items() if not reason.strip()):
                yield checks.Error(f"{name} declares the path “{path}” without a reason.", id="troth.E011")


def _check_attributes() -> Iterator[checks.CheckMessage]:
    from troth.vault.index import code_of

    codes: dict[int, Attribute] = {}
    for attribute in all_attributes():
        name = f"{attribute.model._meta.label}.{attribute.name}"
        if not attribute.purposes:
            yield checks.Error(f"{name} names no purpose.", id="troth.E004")
        if attribute.model.key_class == KeyClass.ACCOUNT and attribute.keep.outlives_account:
            yield checks.Error(
                f"{name} is promised longer than the account, but its key goes with the account.",
                hint="Put it on a model of the statutory key class.",
                id="troth.E007",
            )
        if isinstance(attribute, Json) and not attribute.parts:
            yield checks.Error(f"{name} is JSON and does not declare what stands in it.", id="troth.E010")
        if not attribute.why:
            yield checks.Error(f"{name} does not say why it is asked.", id="troth.E005")
        if attribute.lookup is not Lookup.NONE and codes.setdefault(code_of(attribute), attribute) is not attribute:
            yield checks.Error(f"{name} shares its index code with another attribute; rename one.", id="troth.E006")
