"""Reads of the published versions. A version never changes, so that its parsed text is kept in each process."""

from collections.abc import Sequence
from functools import lru_cache

from troth.kernel import clock
from troth.kernel.remembering import Remembered
from troth.statement.models import StatementText, StatementVersion
from troth.statement.text import SectionSource, Text, parse_text


def _read_current_version() -> StatementVersion | None:
    return StatementVersion.objects.filter(in_force_at__lte=clock.now()).order_by("-number").first()


find_current_version = Remembered(_read_current_version, keep=lambda version: version is not None)
"""Return the newest version in force, or None before the first publication. The footer of every page names it."""


def _read_coming_version() -> StatementVersion | None:
    return StatementVersion.objects.filter(in_force_at=None, withdrawn_at=None).order_by("number").first()


find_coming_version = Remembered(_read_coming_version)
"""Return the version that is announced and does not govern yet, or None. The banner of every page asks."""


def forget_current_version() -> None:
    """Ask the database again at the next look; called after a publication, and by tests."""
    find_current_version.forget()
    find_coming_version.forget()
    read_texts.cache_clear()


def list_versions() -> Sequence[StatementVersion]:
    """Return all versions, the newest first."""
    return list(StatementVersion.objects.order_by("-number"))


def find_version(number: int) -> StatementVersion | None:
    """Return the version with this number, or None."""
    return StatementVersion.objects.filter(number=number).first()


@lru_cache(maxsize=64)
def read_texts(version_id: int) -> dict[str, Text]:
    """Return language → parsed text of a version, in the order in which they were published."""
    rows = StatementText.objects.filter(version_id=version_id).order_by("id")
    return {row.language: parse_row(row) for row in rows}


@lru_cache(maxsize=64)
def read_since(version_id: int) -> dict[str, dict[str, int]]:
    """Return language → clause id → number of the version since which its words stand."""
    return dict(StatementText.objects.filter(version_id=version_id).values_list("language", "since"))


def read_raw(version: StatementVersion) -> dict[str, list[SectionSource]]:
    """Return language → sections as they were written; empty where they were not kept."""
    rows = StatementText.objects.filter(version=version).order_by("id")
    return {row.language: [SectionSource(**section) for section in row.raw] for row in rows if row.raw}


def parse_row(row: StatementText) -> Text:
    """Return the text that a row holds."""
    return parse_text(row.language, [SectionSource(**section) for section in row.sections])


def read_text(version: StatementVersion, language: str) -> Text:
    """Return a version's text in this language, or in the first language that it has."""
    texts = read_texts(version.pk)
    for tag in (language, language.partition("-")[0]):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()))
