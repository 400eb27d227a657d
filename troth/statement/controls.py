"""The checks of O1 and O2: what is served is what was published, everywhere, and every version can still be read.

They read the pages back as a browser receives them and measure the words that they find there, so that a change of a
row, a template or a number is seen, wherever it was made.
"""

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from troth.kernel.crawl import SiteBrowser, crawl, fetch
from troth.kernel.operator import read_operator
from troth.kernel.ports import Control, Observation, Sabotage
from troth.statement import queries
from troth.statement.models import StatementText, StatementVersion
from troth.statement.notices import home_notice
from troth.statement.text import make_values
from troth.statement.words import digest_languages, digest_sections, read_served_page
from troth.ui.api import format_date

_FRAME_FOOT = '<footer class="foot">'


def observe_served_statement() -> Observation:
    """Look at the statement's page in each language, the home page, and the numbers that the program acts by."""
    version = queries.find_current_version()
    if version is None:
        return Observation(examined=0)
    examined, failures = _read_version(version, reverse("statement:current"))
    values = make_values(read_operator())
    # A number that a newer program knows, and that the version was published without, contradicts nothing in it.
    for name, said in version.values.items():
        if values.get(name) != said:
            failures.append(f"The program acts by another {name} than version {version.number} says.")
    failures += _find_missing_notice(version)
    return Observation(
        examined=examined + len(values),
        failures=failures,
        evidence={"version": version.number, "content_hash": version.content_hash, "values": len(values)},
    )


def observe_archive() -> Observation:
    """Look at every version in the archive and the feed, and at the date in the footer of every public page."""
    versions = sorted(queries.list_versions(), key=lambda version: version.number)
    numbers = [version.number for version in versions]
    failures = []
    if numbers != list(range(1, len(numbers) + 1)):
        failures.append(f"The archive's numbers are {numbers}, not 1 to {len(numbers)}.")
    for version in versions:
        _examined, wrong = _read_version(version, reverse("statement:version", kwargs={"number": version.number}))
        failures += wrong
    browser = SiteBrowser()
    archive = fetch(browser, reverse("statement:versions")).text
    entries = _read_feed(browser) if versions else set()
    for number in numbers:
        if f'"{reverse("statement:version", kwargs={"number": number})}"' not in archive:
            failures.append(f"The archive does not list version {number}.")
        if number not in entries:
            failures.append(f"The feed does not list version {number}.")
    pages, undated = _find_undated_pages() if versions else (0, [])
    failures += [f"The page {route} does not show when the statement last changed." for route in undated]
    return Observation(
        examined=len(versions) + pages,
        failures=failures,
        evidence={"versions": numbers, "pages": pages},
    )


def _read_version(version: StatementVersion, path: str) -> tuple[int, list[str]]:
    """Fetch a version's page in each language and measure its words; return the clauses read, and the failures."""
    browser, examined, failures = SiteBrowser(), 0, []
    digests: dict[str, str] = {}
    for language, digest in StatementText.objects.filter(version=version).values_list("language", "digest"):
        answer = fetch(browser, f"{path}?language={language}")
        sections = read_served_page(answer.text) if answer.status == 200 else ()
        examined += sum(len(paragraph.clauses) for section in sections for paragraph in section.paragraphs)
        digests[language] = digest_sections(sections)
        if digests[language] != digest:
            failures.append(f"Version {version.number} in {language} is served with other words than were published.")
    if digest_languages(digests) != version.content_hash:
        failures.append(f"What is served as version {version.number} does not have its hash.")
    return examined, failures


def _find_missing_notice(version: StatementVersion) -> list[str]:
    try:
        home = fetch(SiteBrowser(headers={"accept-language": settings.LANGUAGE_CODE}), reverse("home"))
    except NoReverseMatch:
        return ["There is no home page to post the statement's changes on."]
    failures = []
    if not _shows_date(home.text, version, settings.LANGUAGE_CODE):
        failures.append("The home page does not show when the statement last changed.")
    notice = home_notice()
    if notice and notice.url not in home.text.partition("<main")[2]:
        failures.append(f"The home page does not post the change to version {version.number}.")
    return failures


def _shows_date(page: str, version: StatementVersion, language: str) -> bool:
    with translation.override(language):
        return format_date(version.in_force_on) in unescape(page.partition(_FRAME_FOOT)[2])


def _find_undated_pages() -> tuple[int, list[str]]:
    version = queries.find_current_version()
    pages, undated = 0, []
    for answer in crawl():
        if version and answer.is_html and answer.status == 200 and _FRAME_FOOT in answer.text:
            pages += 1
            if not _shows_date(answer.text, version, answer.headers.get("content-language", settings.LANGUAGE_CODE)):
                undated.append(answer.route)
    return pages, undated


def _read_feed(browser: SiteBrowser) -> set[int]:
    feed = ET.fromstring(fetch(browser, reverse("statement:feed")).body)  # noqa: S314  our own feed, no entities
    ids = [entry.findtext("{http://www.w3.org/2005/Atom}id", "") for entry in feed]
    return {int(tag.rpartition("/")[2]) for tag in ids if tag.rpartition("/")[2].isdigit()}


# -- Sabotages: each undoes itself by rolling back --------------------------------------------------------------------


@contextmanager
def _rolled_back() -> Iterator[None]:
    queries.forget_current_version()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        queries.forget_current_version()


@contextmanager
def alter_served_words() -> Iterator[None]:
    """Change the words that are served, and nothing else."""
    with _rolled_back():
        row = StatementText.objects.order_by("-version__number", "id")[0]
        row.sections[0]["markdown"] += "\n\nWe may change our mind."
        StatementText.objects.filter(pk=row.pk).update(sections=row.sections)
        yield


@contextmanager
def forge_first_version() -> Iterator[None]:
    """Change what the first version said, and mend the digest of its text, as a careful forger would."""
    with _rolled_back():
        row = StatementText.objects.order_by("version__number", "id")[0]
        row.sections[-1]["markdown"] = row.sections[-1]["markdown"].replace(".", ";", 1)
        StatementText.objects.filter(pk=row.pk).update(sections=row.sections, digest=queries.parse_row(row).digest)
        yield


@contextmanager
def lose_a_version() -> Iterator[None]:
    """Leave a hole in the archive where a version was."""
    with _rolled_back():
        newest = StatementVersion.objects.order_by("-number")[0]
        StatementVersion.objects.filter(pk=newest.pk).update(number=F("number") + 1)
        yield


@contextmanager
def change_number_in_silence() -> Iterator[None]:
    """Let the program act by another number than the published text says."""
    environment = settings.ENVIRONMENT
    days = read_operator().numbers.request_days
    text = (environment.operator / "operator.toml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        changed = text.replace(f"request_days = {days}", f"request_days = {days + 1 if days < 45 else 1}")
        (Path(folder) / "operator.toml").write_text(changed, encoding="utf-8")
        settings.ENVIRONMENT = dataclasses.replace(environment, operator=Path(folder))
        read_operator.cache_clear()
        try:
            yield
        finally:
            settings.ENVIRONMENT = environment
            read_operator.cache_clear()


CONTROLS = (
    Control(
        key="statement.served",
        clauses=("O1",),
        words=_(
            "The statement on the site is, word for word, the version that was published, and its numbers are ours."
        ),
        observe=observe_served_statement,
        sabotages=(
            Sabotage("altered_words", _("A sentence is added to the page without a new version"), alter_served_words),
            Sabotage("silent_number", _("A number is changed without a new version"), change_number_in_silence),
        ),
        every=timedelta(hours=1),
    ),
    Control(
        key="statement.archive",
        clauses=("O2",),
        words=_(
            "Every version can be read with its hash, the feed names them all, and every page shows the last change."
        ),
        observe=observe_archive,
        sabotages=(
            Sabotage("forged_version", _("An old version is rewritten, its digest included"), forge_first_version),
            Sabotage("lost_version", _("A version goes missing from the archive"), lose_a_version),
        ),
        every=timedelta(hours=6),
    ),
)
