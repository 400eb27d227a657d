"""``operator/processors.toml``: the register as it stands on the first start, read and checked with line numbers."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from troth.kernel.acting import acting, system
from troth.kernel.operator import read_operator
from troth.kernel.purposes import Purpose
from troth.kernel.tomlfile import (
    Check,
    TomlReader,
    check_country,
    check_date,
    check_text,
    check_words,
    parse_toml,
    read_file,
)
from troth.ledger.api import record
from troth.processors.events import Event
from troth.processors.models import (
    Agreement,
    AllowedField,
    Audit,
    DatedException,
    Deletes,
    Document,
    Kind,
    Processor,
    SubProcessor,
)
from troth.processors.refusals import JOB
from troth.statement.api import clauses
from troth.vault.api import get_attribute

KEY = re.compile(r"[a-z][a-z0-9-]{1,58}[a-z0-9]")
_HOST = re.compile(r"\{(mail_relay|card_processor|parcel_carrier)\}|[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")


def _check_one_of(*names: str) -> Check:
    return lambda value: "" if value in names else f"one of {', '.join(names)}"


def _check_hosts(value: Any) -> str:
    right = isinstance(value, list) and all(isinstance(host, str) and _HOST.fullmatch(host) for host in value)
    return "" if right else 'a list of hosts, such as ["api.example.org"]'


def _check_days(value: Any) -> str:
    return "" if type(value) is int and 0 < value < 36525 else "a whole number of days"


def _check_flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _check_purposes(value: Any) -> str:
    right = isinstance(value, list) and value and set(map(str, value)) <= set(Purpose)
    return "" if right else f"a list of purposes out of {', '.join(Purpose)}"


def _check_clause(value: Any) -> str:
    known = [clause.id for clause in clauses()]
    return "" if value in known else "the id of the clause that tells clients of it, such as E3"


_MAIN: Mapping[str, Check] = {
    "name": check_text,
    "kind": _check_one_of(*Kind.values),
    "adapter": check_text,
    "what_for": check_words,
    "country": check_country,
    "hosts": _check_hosts,
    "clause": _check_clause,
    "only_authorised": _check_flag,
    "retention": check_words,
    "retention_days": _check_days,
    "deletes": _check_one_of(*Deletes.values),
    "deletion_words": check_words,
}
_TABLES: Mapping[str, Mapping[str, Check]] = {
    "agreement": {
        "title": check_text,
        "document": check_text,
        "signed_on": check_date,
        "runs_until": check_date,
    },
    "audit": {"due_on": check_date},
    "exception": {"reason": check_words, "until": check_date},
}
_PARTS = (*_TABLES, "fields", "sub_processors")
OPTIONAL = ("adapter", "hosts", "only_authorised", "retention_days")
FACTS: Mapping[str, Check] = {name: check for name, check in _MAIN.items() if name not in {"kind", "adapter"}}
"""What the console may change of an organisation, with two people: what it does stays what it does, for good."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation as the file has it."""

    key: str
    facts: Mapping[str, Any]
    agreement: Mapping[str, Any]
    audit: Mapping[str, Any]
    exception: Mapping[str, Any] | None
    fields: Mapping[str, list[str]]
    sub_processors: Mapping[str, Mapping[str, Any]]


def read_seed() -> list[Entry]:
    """Return the organisations of the operator's file; none where there is no file.

    Raises NotConfigured with one line for each problem.
    """
    path: Path = settings.ENVIRONMENT.operator / "processors.toml"
    return parse_seed(read_file(path, what="register of processors"), path.name) if path.exists() else []


def parse_seed(text: str, source: str) -> list[Entry]:
    """Return the organisations that ``text`` describes; raise NotConfigured with one line for each problem."""
    reader = _Reader(text=text, source=source, found=parse_toml(text, source))
    entries = [reader.read_entry(key, table) for key, table in reader.found.items()]
    reader.raise_problems()
    return [entry for entry in entries if entry is not None]


class _Reader(TomlReader):
    """Checks one parsed file."""

    def read_entry(self, key: str, table: Any) -> Entry | None:
        """Return one organisation; None, and a problem reported, where it is wrong."""
        if not isinstance(table, dict) or not KEY.fullmatch(key):
            self.report((key,), f"{key}: expected a table named by a key of small letters, digits and hyphens")
            return None
        before = len(self.problems)
        self.check_table((key,), {k: v for k, v in table.items() if k not in _PARTS}, _MAIN, optional=OPTIONAL)
        for part, checks in _TABLES.items():
            if part in table or part != "exception":
                self._check_part((key, part), table.get(part), checks)
        self._check_exception(key, table)
        self._check_fields(key, table.get("fields", {}))
        for name, sub in table.get("sub_processors", {}).items():
            self._check_part((key, "sub_processors", name), sub, {"what_for": check_words, "country": check_country})
        if len(self.problems) > before:
            return None
        return Entry(
            key=key,
            facts={k: v for k, v in table.items() if k not in _PARTS},
            agreement=table["agreement"],
            audit=table["audit"],
            exception=table.get("exception"),
            fields=table.get("fields", {}),
            sub_processors=table.get("sub_processors", {}),
        )

    def _check_part(self, path: tuple[str, ...], table: Any, checks: Mapping[str, Check]) -> None:
        if not isinstance(table, dict):
            self.report(path[:1], f"the table [{'.'.join(path)}] is missing")
            return
        self.check_table(path, table, checks)
        days = [table.get("signed_on"), table.get("runs_until")]
        if all(type(day) is date for day in days) and days[1] < days[0]:  # type: ignore[operator]
            self.report((*path, "runs_until"), f"[{'.'.join(path)}] runs_until: expected a day after signed_on")
        name = table.get("document")
        if isinstance(name, str) and not (settings.ENVIRONMENT.operator / name).is_file():
            self.report((*path, "document"), f"[{'.'.join(path)}] document: there is no file {name}")

    def _check_exception(self, key: str, table: Mapping[str, Any]) -> None:
        if table.get("deletes") == Deletes.CANNOT and "exception" not in table:
            self.report(
                (key, "deletes"), f"[{key}] deletes: who cannot delete needs a dated [{key}.exception] with its reason"
            )

    def _check_fields(self, key: str, table: Any) -> None:
        for label, purposes in table.items():
            name = f"[{key}.fields] {label}"
            if expected := find_fault(label, purposes):
                self.report((key, "fields", label), f"{name}: expected {expected}")


def find_fault(label: str, purposes: Any) -> str:
    """Return what is expected instead, where a value cannot be allowed so; an empty text where it can."""
    model, _dot, name = label.partition("/")[0].rpartition(".")
    try:
        attribute = get_attribute(model, name)
    except (LookupError, ValueError):
        return "the label of a declared value, such as accounts.Profile.email"
    if expected := _check_purposes(purposes):
        return expected
    strange = [each for each in purposes if Purpose(each) is not Purpose.RIGHTS and each not in attribute.purposes]
    return f"purposes that it is asked for, and {', '.join(strange)} is not" if strange else ""


# -- Into the register ---------------------------------------------------------------------------------------------


def ensure_register() -> int:
    """Bring organisations of the file that are not in the register into it; return how many. What stands is left."""
    known = set(Processor.objects.values_list("key", flat=True))
    new = [entry for entry in read_seed() if entry.key not in known] if _has_news(known) else []
    with acting(actor=system(JOB), purpose=Purpose.UPKEEP):
        for entry in new:
            with transaction.atomic():
                _register(entry)
    return len(new)


def _has_news(known: set[str]) -> bool:
    path: Path = settings.ENVIRONMENT.operator / "processors.toml"
    return path.exists() and not set(parse_toml(path.read_text(encoding="utf-8"), path.name)) <= known


def _register(entry: Entry) -> None:
    facts = {name: as_words(name, value) for name, value in entry.facts.items()}
    processor = Processor.objects.create(key=entry.key, **facts)
    path = settings.ENVIRONMENT.operator / entry.agreement["document"]
    Agreement.objects.create(
        processor=processor,
        title=entry.agreement["title"],
        document=file_document(name=path.name, media_type="text/plain", content=path.read_bytes()),
        signed_on=entry.agreement["signed_on"],
        runs_until=entry.agreement["runs_until"],
    )
    Audit.objects.create(processor=processor, due_on=entry.audit["due_on"])
    if entry.exception:
        DatedException.objects.create(
            processor=processor, reason=_in_languages(entry.exception["reason"]), until=entry.exception["until"]
        )
    AllowedField.objects.bulk_create(
        [
            AllowedField(processor=processor, label=label, purpose=purpose)
            for label, purposes in entry.fields.items()
            for purpose in purposes
        ]
    )
    for name, sub in entry.sub_processors.items():
        SubProcessor.objects.create(
            processor=processor, name=name, what_for=_in_languages(sub["what_for"]), country=sub["country"]
        )
    record(event=Event.REGISTER_CHANGED, object_type=Processor._meta.label, object_id=entry.key)


def file_document(*, name: str, media_type: str, content: bytes) -> Document:
    """File a paper with its hash."""
    digest = hashlib.sha256(content).hexdigest()
    return Document.objects.create(name=name[:200], media_type=media_type[:100], content=content, digest=digest)


_WORDS: frozenset[str] = frozenset({"what_for", "retention", "deletion_words"})


def as_words(name: str, value: Any) -> Any:
    """Return a fact of the file as the register keeps it: words by language."""
    return _in_languages(value) if name in _WORDS else value


def _in_languages(value: Any) -> dict[str, str]:
    """Return language → text; a single text is in the operator's first language."""
    return dict(value) if isinstance(value, dict) else {read_operator().languages[0]: value}
