"""Compares two versions in one language, paragraph by paragraph and word by word, for a person to read (O1)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from troth.statement.text import Paragraph, Section, Text

_WORD = re.compile(r"\S+\s*|\s+")


class RunKind(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    INSERTED = "inserted"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that share a fate."""

    kind: RunKind
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one paragraph, or to a section's title.

    Arguments:
        section: the title of its section.
        clauses: the ids that it promises, before and after; empty for a title or a paragraph without a mark.
        runs: its words, in reading order.
    """

    section: str
    clauses: tuple[str, ...]
    runs: tuple[Run, ...]

    @property
    def kind(self) -> str:
        """``same``, ``added``, ``removed`` or ``changed``."""
        kinds = {run.kind for run in self.runs}
        if kinds <= {RunKind.SAME}:
            return "same"
        if kinds == {RunKind.INSERTED}:
            return "added"
        return "removed" if kinds == {RunKind.REMOVED} else "changed"


def compare_words(old: str, new: str) -> tuple[Run, ...]:
    """Return the runs that turn the words of ``old`` into those of ``new``."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    runs: list[Run] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            runs.append(Run(RunKind.SAME, "".join(after[j1:j2])))
            continue
        if i1 < i2:
            runs.append(Run(RunKind.REMOVED, "".join(before[i1:i2])))
        if j1 < j2:
            runs.append(Run(RunKind.INSERTED, "".join(after[j1:j2])))
    return tuple(runs)


def compare_texts(old: Text, new: Text) -> list[Change]:
    """Return what happened to every paragraph and title, in the order of the new text; what went stands where it stood.

    Paragraphs are the same one if they share a clause, or, where they promise nothing, by their place in the section.
    """
    return list(_compare_sections(old, new))


def _compare_sections(old: Text, new: Text) -> Iterator[Change]:
    before = {section.slug: section for section in old.sections}
    partners = _find_partners(old, new)
    used = {id(partner) for partner in partners.values()}
    for section in new.sections:
        former = before.pop(section.slug, None)
        yield Change(section.title, (), compare_words(former.title if former else "", section.title))
        for paragraph in section.paragraphs:
            partner = partners.get(id(paragraph))
            clauses = tuple(dict.fromkeys((*paragraph.clauses, *(partner.clauses if partner else ()))))
            yield Change(section.title, clauses, compare_words(partner.words if partner else "", paragraph.words))
        if former:
            yield from _list_removed(former, used)
    for section in before.values():
        yield Change(section.title, (), compare_words(section.title, ""))
        yield from _list_removed(section, used)


def _list_removed(section: Section, used: set[int]) -> Iterator[Change]:
    for paragraph in section.paragraphs:
        if id(paragraph) not in used:
            yield Change(section.title, paragraph.clauses, compare_words(paragraph.words, ""))


def _find_partners(old: Text, new: Text) -> dict[int, Paragraph]:
    """Return the identity of a new paragraph → the old paragraph that it was; each old one is used once."""
    unmarked = dict(_key_unmarked(old.sections))
    partners: dict[int, Paragraph] = {}
    used: set[int] = set()
    keys = {id(paragraph): key for key, paragraph in _key_unmarked(new.sections)}
    for paragraph in new.paragraphs:
        candidates = [old.by_clause[clause] for clause in paragraph.clauses if clause in old.by_clause]
        if not paragraph.clauses and (same := unmarked.get(keys[id(paragraph)])):
            candidates = [same]
        partner = next((candidate for candidate in candidates if id(candidate) not in used), None)
        if partner:
            partners[id(paragraph)] = partner
            used.add(id(partner))
    return partners


def _key_unmarked(sections: Sequence[Section]) -> Iterator[tuple[tuple[str, int], Paragraph]]:
    for section in sections:
        unmarked = [paragraph for paragraph in section.paragraphs if not paragraph.clauses]
        for place, paragraph in enumerate(unmarked):
            yield (section.slug, place), paragraph
