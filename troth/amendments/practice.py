"""What the program does with values, read from the declarations, and what of it is new: the checks' opinion (O3).

A practice is plain facts: value → purposes, value → how long it is kept, page → what it asks, company → what it may
receive, number → its value, clause → the checks that watch it. It is kept with each version, so that whatever the
program or the register says later can be held against what the statement told.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from troth.amendments.models import Practice
from troth.kernel.operator import read_operator
from troth.kernel.ports import controls
from troth.processors.api import read_allowances
from troth.rights.api import list_collection_points
from troth.statement.api import Draft, FindingKind, StatementVersion, current_version, read_texts
from troth.vault.api import all_attributes

Facts = dict[str, Any]

KEEPING = (
    "backup_days",
    "deletion_grace_days",
    "keep_signed_in_days",
    "key_epoch_days",
    "unverified_account_days",
    "weblog_address_days",
)
"""Numbers of the operator's by which something is kept: a larger one keeps it longer."""


def read_practice(promised: Iterable[str]) -> Facts:
    """Return what the program does now.

    Arguments:
        promised: the clauses of the text that it is to be kept with.
    """
    attributes = {f"{each.model._meta.label}.{each.name}": each for each in all_attributes()}
    watched: dict[str, list[str]] = {clause: [] for clause in promised}
    for control in controls:
        for clause in control.clauses:
            if clause in watched:
                watched[clause].append(control.key)
    numbers = read_operator().numbers
    return {
        "uses": {label: sorted(each.purposes) for label, each in attributes.items()},
        "kept": {label: [each.keep.trigger.value, each.keep.period.days] for label, each in attributes.items()},
        "asked": {
            point.route: sorted(
                {f"{asked.attribute.model._meta.label}.{asked.attribute.name}" for asked in point.values}
            )
            for point in list_collection_points()
            if point.values
        },
        "recipients": read_allowances(),
        "numbers": {name: getattr(numbers, name) for name in KEEPING},
        "watched": watched,
    }


def promised_of(draft: Draft) -> list[str]:
    """Return the clauses that a draft promises."""
    return list(next(iter(draft.texts.values())).by_clause) if draft.texts else []


def compare_practices(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is new: each a reason to call the change material, in a fixed order."""
    found = [
        *_find_new_uses(old, new),
        *_find_new_recipients(old, new),
        *_find_longer_keeping(old, new),
        *_find_new_questions(old, new),
        *_find_lost_clauses(old, new),
    ]
    return [{"kind": kind.value, "what": what} for kind, what in found]


type Found = Iterator[tuple[FindingKind, str]]


def _find_new_uses(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    for label, purposes in new["uses"].items():
        known = old["uses"].get(label, ())
        yield from ((FindingKind.USE, f"{label}: {each}") for each in purposes if each not in known)


def _find_new_recipients(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    for company, values in new["recipients"].items():
        known = old["recipients"].get(company, {})
        for label, purposes in values.items():
            extra = [each for each in purposes if each not in known.get(label, ())]
            yield from ((FindingKind.RECIPIENT, f"{company}: {label}, {each}") for each in extra)


def _find_longer_keeping(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    for label, (trigger, days) in new["kept"].items():
        before = old["kept"].get(label)
        if before and (before[0] != trigger or days > before[1]):
            yield FindingKind.KEPT, label
    for name, value in new["numbers"].items():
        if value > old["numbers"].get(name, value):
            yield FindingKind.NUMBER, name


def _find_new_questions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    for page, labels in new["asked"].items():
        known = old["asked"].get(page, ())
        yield from ((FindingKind.ASKED, f"{page}: {each}") for each in labels if each not in known)


def _find_lost_clauses(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    for clause, keys in old["watched"].items():
        if clause not in new["watched"]:
            yield FindingKind.CLAUSE, clause
        elif keys and not new["watched"][clause]:
            yield FindingKind.UNWATCHED, clause


def find_practice(version: StatementVersion) -> Facts | None:
    """Return what was noted with a version, or None where nothing was."""
    facts: Facts | None = Practice.objects.filter(version=version).values_list("facts", flat=True).first()
    return facts


def note_practice(version: StatementVersion, facts: Facts) -> None:
    """Keep with a version what the program does, in the caller's transaction."""
    Practice.objects.create(version=version, facts=facts)


def ensure_practice() -> None:
    """Note what the program does with the version in force, where nothing was noted with it: at the first start."""
    version = current_version()
    if version is None or Practice.objects.exists():
        return
    promised = list(next(iter(read_texts(version.pk).values())).by_clause)
    note_practice(version, read_practice(promised))
