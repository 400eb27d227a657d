"""The draft: the text as it stands in the operator's folder, with today's numbers, before it is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings

from troth.kernel import ports
from troth.kernel.operator import Finding, Operator, read_operator
from troth.statement.bindings import check_bindings
from troth.statement.text import (
    SectionSource,
    Text,
    TextProblems,
    fill_in,
    list_sources,
    make_values,
    parse_section,
    parse_text,
)
from troth.statement.words import digest_languages


@dataclass(frozen=True)
class Draft:
    """What would be published now.

    Arguments:
        raw: language → sections as they were written.
        sources: language → sections with all variables replaced.
        texts: language → what they say; the operator's first language first.
        values: the variables' values that were used.
        problems: what stops a publication.
        gaps: what is reported and stops nothing, placeholders of operator.toml among it.
    """

    raw: dict[str, list[SectionSource]] = field(default_factory=dict)
    sources: dict[str, list[SectionSource]] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    gaps: tuple[Finding, ...] = ()

    @property
    def content_hash(self) -> str:
        """The hash that this draft would have as a version."""
        return digest_languages({language: text.digest for language, text in self.texts.items()})


def read_draft(*, folder: Path | None = None, operator: Operator | None = None) -> Draft:
    """Return the draft, with all that is wrong or unbound in it.

    Arguments:
        folder: one folder a language; the operator's ``statement`` folder where not given.
        operator: whose facts and numbers to use; this site's where not given.
    """
    folder = folder or settings.ENVIRONMENT.operator / "statement"
    operator = operator or read_operator()
    problems: list[Finding] = []
    raw: dict[str, list[SectionSource]] = {}
    for language in operator.languages:
        try:
            raw[language] = list_sources(folder / language)
        except TextProblems as wrong:
            problems += wrong.findings
    draft = make_draft(raw, operator=operator)
    return replace(draft, problems=(*problems, *draft.problems))


def make_draft(written: Mapping[str, Sequence[SectionSource]], *, operator: Operator | None = None) -> Draft:
    """Return what would be published of a text, with all that is wrong or unbound in it.

    Arguments:
        written: language → its sections as they were written; a language that is left out could not be read at all.
        operator: whose facts and numbers to use; this site's where not given.
    """
    operator = operator or read_operator()
    values = make_values(operator)
    problems: list[Finding] = []
    sources: dict[str, list[SectionSource]] = {}
    texts: dict[str, Text] = {}
    for language in (tag for tag in operator.languages if tag in written):
        raw = written[language]
        try:
            if not raw:
                problems.append(
                    Finding(f"statement/{language}", 1, "the operator speaks this language; expected a text")
                )
                continue
            for source in raw:
                parse_section(source)
            filled = [fill_in(source, values) for source in raw]
            texts[language] = parse_text(language, filled)
            sources[language] = filled
        except TextProblems as wrong:
            problems += wrong.findings
    bindings = check_bindings(texts, sources, ports.controls)
    return Draft(
        raw={language: list(sections) for language, sections in written.items()},
        sources=sources,
        texts=texts,
        values=values,
        problems=(*problems, *bindings.problems),
        gaps=(*operator.placeholders, *bindings.gaps),
    )
