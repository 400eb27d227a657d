"""Reads the operator's text: Markdown with clause marks and variables, one file a section, one folder a language.

A file is a title (``# …``) and then paragraphs, lists or quotations; each that promises ends with the ids of its
clauses in a mark: ``{#A1}``, or ``{#A1 #A3}``. ``{{ numbers.request_days }}`` is replaced by what ``operator.toml``
says, and nothing else is: a name that is not in ``make_values`` is an error that names file and line. Raw HTML is shown
as text, pictures and foreign schemes are dropped, and what is left is cleaned once more (nh3) before it is kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nh3
from markdown_it import MarkdownIt

from troth.kernel.operator import Finding, Operator
from troth.statement.words import ReadParagraph, ReadSection, digest_sections, read_words

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_ALLOWED_TAGS = {"p", "ul", "ol", "li", "blockquote", "em", "strong", "a", "br"}
_ALLOWED_BLOCKS = frozenset({"paragraph_open", "bullet_list_open", "ordered_list_open", "blockquote_open"})
_MARK = re.compile(r"\s*\{(#[A-Z][0-9]{1,2}(?:\s+#[A-Z][0-9]{1,2})*)\}\s*\Z")
_VARIABLE = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
_FILE_NAME = re.compile(r"\d\d-([a-z0-9-]+)\.md")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, list or quotation.

    Arguments:
        clauses: the ids that it promises, in the order of its mark; empty where it promises nothing.
        html: cleaned HTML.
        line: the line of its file on which it begins, from 1.
    """

    clauses: tuple[str, ...]
    html: str
    line: int

    @cached_property
    def words(self) -> str:
        """The words that a person reads, one line for each paragraph, list item and line break."""
        return read_words(self.html)


@dataclass(frozen=True, slots=True)
class Section:
    """One file: its slug is the same in every language, and is the section's address on the page."""

    slug: str
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class SectionSource:
    """The Markdown of a section.

    Arguments:
        slug: from the file's name, ``01-our-promise.md`` → ``our-promise``.
        markdown: the text; in a published version with all variables replaced.
        name: the file's name for messages, such as ``en/01-our-promise.md``; empty in a published version.
    """

    slug: str
    markdown: str
    name: str = ""


@dataclass(frozen=True)
class Text:
    """The statement in one language."""

    language: str
    sections: tuple[Section, ...]

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs, in order."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @cached_property
    def by_clause(self) -> Mapping[str, Paragraph]:
        """Clause id → the paragraph that promises it."""
        return {clause: paragraph for paragraph in self.paragraphs for clause in paragraph.clauses}

    @cached_property
    def digest(self) -> str:
        """The SHA-256, in hex, of what a person reads (``words.digest_sections``)."""
        return digest_sections(
            [
                ReadSection(
                    section.slug,
                    section.title,
                    tuple(ReadParagraph(p.clauses, read_words(p.html, with_links=True)) for p in section.paragraphs),
                )
                for section in self.sections
            ]
        )


class TextProblems(Exception):
    """The text cannot be read; ``findings`` says where and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def make_values(operator: Operator) -> dict[str, str]:
    """Return the variables that a statement may use, by name: the operator's facts, contacts and numbers."""
    contacts, numbers = operator.contacts, operator.numbers
    values = {f"operator.{name}": getattr(operator, name) for name in ("name", "short_name", "site")}
    values |= {f"operator.contacts.{name}": getattr(contacts, name) for name in contacts.__slots__}
    values["operator.contacts.security_telephone_uri"] = contacts.telephone_uri(operator.country)
    return values | {f"numbers.{name}": str(getattr(numbers, name)) for name in numbers.__slots__}


def list_sources(folder: Path) -> list[SectionSource]:
    """Return the sections of one language's folder, ordered by file name; raise TextProblems where a name is wrong."""
    sources: list[SectionSource] = []
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.md")):
        name = f"{folder.name}/{path.name}"
        if matched := _FILE_NAME.fullmatch(path.name):
            sources.append(SectionSource(slug=matched[1], markdown=path.read_text(encoding="utf-8"), name=name))
        else:
            findings.append(Finding(name, 1, "a section's file is named like 01-our-promise.md"))
    if findings:
        raise TextProblems(findings)
    return sources


def fill_in(source: SectionSource, values: Mapping[str, str]) -> SectionSource:
    """Return the section with every variable replaced by its value, as plain words.

    Raises TextProblems where a variable is unknown, or an opening ``{{`` is no variable.
    """
    findings = list(_find_wrong_variables(source, values))
    if findings:
        raise TextProblems(findings)
    filled = _VARIABLE.sub(lambda found: _quote(values[found[1]]), source.markdown)
    return SectionSource(slug=source.slug, markdown=filled, name=source.name)


def _find_wrong_variables(source: SectionSource, values: Mapping[str, str]) -> Iterator[Finding]:
    for number, line in enumerate(source.markdown.splitlines(), 1):
        for found in _VARIABLE.finditer(line):
            if found[1] not in values:
                words = f"unknown variable {found[1]}; expected one of {', '.join(sorted(values))}"
                yield Finding(source.name, number, words)
        if "{{" in _VARIABLE.sub("", line):
            yield Finding(source.name, number, "“{{” opens no variable; expected {{ name }} on one line")


def _quote(value: str) -> str:
    """Return the value such that Markdown reads it as plain words, with its line breaks kept."""
    lines = (_PUNCTUATION.sub(r"\\\1", line.strip()) for line in value.strip().splitlines())
    return "\\\n".join(lines)


def parse_section(source: SectionSource) -> Section:
    """Return the section that the Markdown describes; raise TextProblems with file and line where it is wrong."""
    lines = source.markdown.splitlines()
    blocks = [token for token in _MARKDOWN.parse(source.markdown) if token.level == 0 and token.nesting >= 0]
    if not blocks or blocks[0].type != "heading_open" or blocks[0].tag != "h1":
        raise TextProblems([Finding(source.name, 1, "a section begins with its title, “# Title”")])
    findings: list[Finding] = []
    paragraphs: list[Paragraph] = []
    for block in blocks[1:]:
        start, end = block.map or (0, 0)
        if block.type not in _ALLOWED_BLOCKS:
            words = f"found {block.type.removesuffix('_open')}; expected a paragraph, a list or a quotation"
            findings.append(Finding(source.name, start + 1, words))
            continue
        markdown = "\n".join(lines[start:end])
        mark = _MARK.search(markdown)
        body = markdown[: mark.start()] if mark else markdown
        if "{#" in body:
            number = start + 1 + body[: body.index("{#")].count("\n")
            findings.append(Finding(source.name, number, "a clause mark such as {#A1} stands at a paragraph’s end"))
        clauses = tuple(part.removeprefix("#") for part in mark[1].split()) if mark else ()
        paragraphs.append(Paragraph(clauses=clauses, html=_render(body), line=start + 1))
    if findings:
        raise TextProblems(findings)
    first, last = blocks[0].map or (0, 0)
    title = read_words(_MARKDOWN.render("\n".join(lines[first:last])).replace("h1>", "p>"))
    return Section(slug=source.slug, title=title, paragraphs=tuple(paragraphs))


def _render(markdown: str) -> str:
    return nh3.clean(
        _MARKDOWN.render(markdown).strip(),
        tags=_ALLOWED_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"https", "mailto", "tel"},
    )


def parse_text(language: str, sources: Sequence[SectionSource]) -> Text:
    """Return the statement in one language; raise TextProblems with all that is wrong in all sections."""
    sections: list[Section] = []
    findings: list[Finding] = []
    for source in sources:
        try:
            sections.append(parse_section(source))
        except TextProblems as problems:
            findings += problems.findings
    if findings:
        raise TextProblems(findings)
    return Text(language=language, sections=tuple(sections))
