"""The copy as one structure, of which JSON, CSVs and the page are made, so that the three cannot disagree."""

import base64
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from troth.accounts.api import Account
from troth.kernel import clock
from troth.kernel.operator import read_operator
from troth.kernel.ports import HeldItem
from troth.ledger.api import Entry, entries_about
from troth.rights.held import HeldRow, HeldValue, HolderPart, Standing, read_all_rows, read_holders
from troth.rights.present import find_empty
from troth.rights.received import Departed, list_departures
from troth.rights.timeline import tell
from troth.statement.api import versions
from troth.vault.api import SealedModel, sealed_models

VERSION = 2
"""Raised whenever a reader of the former shape would misread the new one."""


def make_document(subject_id: UUID) -> dict[str, Any]:
    """Return everything that is held about the client; act as one who may open it.

    The shape is that of ``schema.SCHEMA``.
    """
    account = Account.objects.get(id=subject_id)
    operator = read_operator()
    empty = find_empty(subject_id)
    models = [model for model in sealed_models() if model._meta.label not in empty]
    return {
        "version": VERSION,
        "made_at": clock.now().isoformat(),
        "language": get_language() or "en",
        "operator": {
            "name": operator.name,
            "site": operator.site,
            "support_email": operator.contacts.support_email,
            "postal_address": operator.contacts.postal_address,
        },
        "statements": [
            {"version": version.number, "published_at": version.published_at.isoformat()} for version in versions()
        ],
        "account": {
            "id": str(account.id),
            "state": account.state,
            "client_since": account.created_on.isoformat(),
        },
        "tables": [table for model in models if (table := _describe_table(model, subject_id))["rows"]],
        "holders": [_describe_holder(part) for part in read_holders(subject_id, empty=empty)],
        "disclosures": [each for page in _read_disclosures(subject_id) for each in page],
        "record": [entry for page in _read_record(subject_id) for entry in page],
    }


def collect_files(subject_id: UUID) -> Iterator[tuple[str, bytes]]:
    """Return name and content of every file that the client gave; the name within the copy is unique."""
    for model in sealed_models():
        if not any(attribute.kind == "file" for attribute in model.sealed_attributes.values()):
            continue
        for held in read_all_rows(model, subject_id):
            for value in held.values:
                if value.attribute.kind == "file" and value.standing is Standing.GIVEN:
                    yield file_name(value), value.value["content"]


def file_name(value: HeldValue) -> str:
    """Return the name of a file within the copy: the row's id, then its own name without what leaves a folder."""
    own = "".join(sign if sign.isalnum() or sign in ".-_" else "_" for sign in value.shown).lstrip(".") or "file"
    return f"files/{value.row_id}-{own}"


def _describe_table(model: type[SealedModel], subject_id: UUID) -> dict[str, Any]:
    return {
        "name": model._meta.label,
        "title": str(model._meta.verbose_name_plural),
        "rows": [_describe_row(held) for held in read_all_rows(model, subject_id)],
    }


def _describe_row(held: HeldRow) -> dict[str, Any]:
    return {
        "id": str(held.row.pk),
        "facts": {name: _plain(fact) for name, fact in _read_columns(held.row)},
        "values": [_describe_value(value) for value in held.values],
    }


def _read_columns(row: SealedModel) -> Iterator[tuple[str, Any]]:
    """Return the plain columns that the model adds: states and dates; ids of keys and seals are machinery."""
    machinery = {column.name for column in SealedModel._meta.get_fields()}
    for column in row._meta.concrete_fields:
        if column.name not in machinery:
            yield column.name, getattr(row, column.attname)


def _describe_value(value: HeldValue) -> dict[str, Any]:
    attribute = value.attribute
    return {
        "name": value.name,
        "label": str(value.label),
        "standing": str(value.standing),
        "value": _describe_content(value),
        "shown": value.shown,
        "why": str(attribute.why),
        "purposes": sorted(str(purpose) for purpose in attribute.purposes),
        "category": attribute.category,
        "required": attribute.required,
        "kept": str(attribute.keep.words),
        "kept_until": _plain(value.kept_until),
        "given_on": _plain(value.written_on),
        "withheld": None
        if value.withheld is None
        else {"decision": str(value.withheld.decision), "until": value.withheld.until.isoformat()},
    }


def _describe_content(value: HeldValue) -> Any:
    if value.standing is not Standing.GIVEN:
        return None
    if value.attribute.kind == "file":
        return {"name": value.value["name"], "type": value.value["type"], "file": file_name(value)}
    return _plain(value.value)


def _describe_holder(part: HolderPart) -> dict[str, Any]:
    return {"name": part.name, "title": str(part.label), "items": [_describe_item(item) for item in part.items]}


def _describe_item(item: HeldItem) -> dict[str, Any]:
    return {
        "kind": item.key,
        "label": str(item.label),
        "facts": {str(name): _plain(fact) for name, fact in item.values.items()},
        "why": str(item.why),
        "kept": str(item.kept),
        "kept_until": _plain(item.kept_until),
    }


def _read_disclosures(subject_id: UUID) -> Iterator[list[dict[str, Any]]]:
    after = None
    while found := list_departures(subject_id, after=after, limit=500):
        yield [_describe_departure(each) for each in found]
        after = found[-1].left.id


def _describe_departure(each: Departed) -> dict[str, Any]:
    return {
        "id": str(each.left.id),
        "at": each.left.at.isoformat(),
        "recipient": each.left.recipient,
        "recipient_name": str(each.name),
        "operation": each.left.operation,
        "purpose": str(each.left.purpose),
        "ground": str(each.left.ground),
        "evidence": each.left.evidence,
        "values": list(each.values),
        "fields": list(each.left.fields),
        "outcome": str(each.left.outcome) if each.left.outcome else "not known",
    }


def _read_record(subject_id: UUID) -> Iterator[list[dict[str, Any]]]:
    after = None
    while entries := entries_about(subject_id, after=after, limit=500):
        told = tell(entries, subject_id=subject_id)
        yield [_describe_entry(entry, each) for entry, each in zip(entries, told, strict=True)]
        after = entries[-1].id


def _describe_entry(entry: Entry, told: Any) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "at": entry.at.isoformat(),
        "event": entry.event,
        "who": str(told.who),
        "did": str(told.did),
        "why": str(told.why),
        "values": [str(name) for name in told.fields],
        "case": str(told.case),
        "recipient": entry.recipient,
        "ground": entry.ground,
        "is_look": entry.is_look,
    }


def _plain(fact: Any) -> Any:
    """Return what JSON can hold: dates as ISO 8601, bytes as base64, translated words as text."""
    if fact is None or isinstance(fact, bool | int | float | str):
        return fact
    if isinstance(fact, date | datetime):
        return fact.isoformat()
    if isinstance(fact, bytes | memoryview):
        return base64.b64encode(bytes(fact)).decode()
    if isinstance(fact, dict):
        return {str(key): _plain(item) for key, item in fact.items()}
    if isinstance(fact, list | tuple | set | frozenset):
        return [_plain(item) for item in fact]
    return str(fact)
