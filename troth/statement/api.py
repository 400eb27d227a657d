"""The border: what other apps may import of the statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from troth.statement.actions import (
    Terms,
    bring_into_force,
    ensure_published,
    force_judges,
    publication_judges,
    publish_draft,
    withdraw_version,
)
from troth.statement.clauses import CLAUSES
from troth.statement.comparison import Change, compare_texts
from troth.statement.drafts import Draft, make_draft, read_draft
from troth.statement.findings import FindingKind, say_finding
from troth.statement.models import StatementVersion
from troth.statement.notices import HomeNotice, home_notice, last_changed
from troth.statement.queries import (
    find_coming_version,
    find_current_version,
    find_version,
    forget_current_version,
    list_versions,
    read_raw,
    read_text,
    read_texts,
)
from troth.statement.states import ClauseState, State, read_clause_states, register_clause_state
from troth.statement.text import Paragraph, Section, SectionSource, Text, TextProblems, parse_section
from troth.ui.api import mark_outgoing

__all__ = [
    "Change",
    "Clause",
    "ClauseState",
    "Draft",
    "FindingKind",
    "HomeNotice",
    "Paragraph",
    "Section",
    "SectionSource",
    "State",
    "StatementVersion",
    "Terms",
    "Text",
    "TextProblems",
    "bring_into_force",
    "clause_html",
    "clauses",
    "compare_texts",
    "current_version",
    "ensure_published",
    "find_coming_version",
    "find_version",
    "force_judges",
    "forget_current_version",
    "home_notice",
    "last_changed",
    "make_draft",
    "make_plain_pdf",
    "parse_section",
    "publication_judges",
    "publish_draft",
    "read_clause_states",
    "read_draft",
    "read_raw",
    "read_text",
    "read_texts",
    "register_clause_state",
    "say_finding",
    "sections",
    "versions",
    "withdraw_version",
]


def make_plain_pdf(*, title: str, facts: Sequence[tuple[str, str]]) -> bytes:
    """Return a PDF of terms and what is to be said of each; see ``statement.pdf``, which is loaded only here."""
    from troth.statement import pdf

    return pdf.make_plain_pdf(title=title, facts=facts)


@dataclass(frozen=True, slots=True)
class Clause:
    """A promise: its id, and its short name for lists."""

    id: str
    words: str | Promise


def clauses() -> list[Clause]:
    """Return the closed list of clauses, in order."""
    return [Clause(id=clause, words=words) for clause, words in CLAUSES.items()]


def current_version() -> StatementVersion | None:
    """Return the version in force, or None before the first publication."""
    return find_current_version()


def versions() -> Sequence[StatementVersion]:
    """Return all versions, the newest first."""
    return list_versions()


def sections(language: str) -> tuple[Section, ...]:
    """Return the sections of the version in force: title, and paragraphs with their clauses and cleaned HTML."""
    version = find_current_version()
    return read_text(version, language).sections if version else ()


def clause_html(clause: str, language: str) -> str:
    """Return the cleaned HTML of the paragraph that promises ``clause``; empty where the text leaves it out."""
    version = find_current_version()
    paragraph = read_text(version, language).by_clause.get(clause) if version else None
    return mark_outgoing(paragraph.html) if paragraph else ""
