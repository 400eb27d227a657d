"""Compares the text with the closed list of clauses, and the list with the controls: what is unbound is reported."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from troth.kernel.operator import Finding
from troth.kernel.ports import Control
from troth.statement.clauses import CLAUSES
from troth.statement.text import SectionSource, Text, parse_section


@dataclass(frozen=True, slots=True)
class Bindings:
    """What binds, and what does not.

    Arguments:
        problems: what stops a publication: unknown and repeated ids, languages that differ.
        gaps: what is reported and stops nothing: a clause that the text leaves out, one without a control.
    """

    problems: tuple[Finding, ...]
    gaps: tuple[Finding, ...]


def check_bindings(
    texts: Mapping[str, Text], sources: Mapping[str, Sequence[SectionSource]], controls: Iterable[Control]
) -> Bindings:
    """Return what is unbound in a statement.

    Arguments:
        texts: language → text; the first language is the one that the others are compared with.
        sources: language → its sections, to name files.
        controls: all registered controls.
    """
    problems: list[Finding] = []
    gaps: list[Finding] = []
    first = next(iter(texts), "")
    places = {language: _locate_clauses(sources[language]) for language in texts}
    for language, text in texts.items():
        problems += _find_wrong_ids(places[language])
        if language == first:
            gaps += (
                Finding(language, 1, f"the clause {clause} ({name}) is not in the text")
                for clause, name in CLAUSES.items()
                if clause not in text.by_clause
            )
        else:
            problems += _find_differences(texts[first], text)
    gaps += _find_unwatched(places.get(first, []), controls)
    return Bindings(problems=tuple(problems), gaps=tuple(gaps))


Place = tuple[str, str, int]
"""A clause, and the file and line on which its paragraph begins."""


def _locate_clauses(sources: Sequence[SectionSource]) -> list[Place]:
    return [
        (clause, source.name, paragraph.line)
        for source in sources
        for paragraph in parse_section(source).paragraphs
        for clause in paragraph.clauses
    ]


def _find_wrong_ids(places: Sequence[Place]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for clause, name, line in places:
        if clause not in CLAUSES:
            yield Finding(name, line, f"{clause} is not in the list of clauses")
        elif clause in seen:
            yield Finding(name, line, f"{clause} stands here and in {seen[clause]}; a clause stands once")
        else:
            seen[clause] = f"{name}:{line}"


def _find_differences(first: Text, other: Text) -> Iterator[Finding]:
    slugs, others = [section.slug for section in first.sections], [section.slug for section in other.sections]
    if slugs != others:
        yield Finding(other.language, 1, f"its sections are {', '.join(others)}; expected {', '.join(slugs)}")
    if missing := [clause for clause in first.by_clause if clause not in other.by_clause]:
        yield Finding(other.language, 1, f"it leaves out {', '.join(missing)}, which {first.language} promises")
    if added := [clause for clause in other.by_clause if clause not in first.by_clause]:
        yield Finding(other.language, 1, f"it adds {', '.join(added)}, which {first.language} does not promise")


def _find_unwatched(places: Sequence[Place], controls: Iterable[Control]) -> Iterator[Finding]:
    promised = {clause for clause, _name, _line in places}
    watched: set[str] = set()
    for control in controls:
        watched.update(control.clauses)
        for clause in control.clauses:
            if clause not in promised:
                yield Finding(control.key, 1, f"this control watches {clause}, which the text does not promise")
    for clause, name, line in places:
        if clause in CLAUSES and clause not in watched:
            yield Finding(name, line, f"the clause {clause} has no control, so that it shows as unproven")
