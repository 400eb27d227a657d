"""The pages: the statement with its margin, the archive, the comparison, the feed and the PDF."""

import io
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest
import time_machine
from pypdf import PdfReader

from troth.kernel import clock
from troth.statement import queries, states
from troth.statement.clauses import CLAUSES
from troth.statement.notices import home_notice
from troth.statement.states import ClauseState, State
from troth.statement.words import digest_sections, read_served_page

ONCE = "You can buy memberships and services here."
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def second(publish, changed_draft):
    return publish(changed_draft(ONCE, "You may buy memberships & services here."), reasons="A gentler <word>.")


@pytest.fixture
def known_states(monkeypatch):
    """Let a higher room supply states."""
    found: dict[str, ClauseState] = {}
    suppliers = states.Registry("supplier of clause states")
    suppliers.register("states", lambda: found)
    monkeypatch.setattr(states, "_suppliers", suppliers)
    return found


def read(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_page_shows_every_clause_with_its_id(browser, version):
    page = read(browser.get("/statement/"))
    for clause in CLAUSES:
        assert f'id="{clause}"' in page
        assert f'data-clauses="{clause}"' in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_served_reads_back_as_what_was_published(browser, version, language):
    sections = read_served_page(browser.get(f"/statement/?language={language}").content.decode())
    assert digest_sections(sections) == version.texts.get(language=language).digest


def test_the_language_is_the_readers_and_can_be_asked_for(browser, version):
    german = read(browser.get("/statement/", headers={"accept-language": "de"}))
    assert "Unser Versprechen" in german
    assert "Our promise to you" in read(browser.get("/statement/?language=en", headers={"accept-language": "de"}))
    assert "Our promise to you" in read(browser.get("/statement/?language=<script>"))


def test_a_clause_that_nobody_answers_for_is_unproven(browser, version):
    assert read(browser.get("/statement/")).count("mark-unproven") >= len(CLAUSES)


def test_the_margin_shows_the_live_state_of_each_clause(browser, version, known_states):
    known_states["A1"] = ClauseState(state=State.KEPT, checked_at=clock.now(), examined=3)
    known_states["A2"] = ClauseState(state=State.BROKEN)
    page = read(browser.get("/statement/"))
    assert page.count("mark-kept") == 1
    assert page.count("mark-broken") == 1
    assert page.count("mark-unproven") == len(CLAUSES) - 2


def test_a_former_version_shows_no_live_state_and_says_that_it_is_former(browser, second, known_states):
    known_states["A1"] = ClauseState(state=State.KEPT)
    page = read(browser.get("/statement/versions/1/"))
    assert "not the version in force" in page
    assert "mark-kept" not in page
    assert ONCE in page
    assert "not the version in force" not in read(browser.get("/statement/versions/2/"))


def test_the_archive_lists_every_version_with_its_reasons(browser, second):
    page = browser.get("/statement/versions/").content.decode()
    assert "A gentler &lt;word&gt;." in page
    for number in (1, 2):
        assert f'href="/statement/versions/{number}/"' in page
    assert 'href="/statement/compare/1/2/"' in page


def test_the_comparison_marks_what_went_and_what_came_with_words(browser, second):
    page = browser.get("/statement/compare/1/2/").content.decode()
    assert '<del><span class="visually-hidden">removed: </span>can ' in page
    assert '<ins><span class="visually-hidden">inserted: </span>may ' in page
    assert "&amp; " in page
    back = browser.get("/statement/compare/2/1/").content.decode()
    assert '<ins><span class="visually-hidden">inserted: </span>can ' in back
    assert "No difference" in browser.get("/statement/compare/2/2/").content.decode()


@pytest.mark.parametrize(
    "path", ["versions/0/", "versions/3/", "compare/1/3/", "compare/3/1/", "versions/99999999999999999999/"]
)
def test_a_version_that_never_was_is_not_found(browser, second, path):
    assert browser.get(f"/statement/{path}").status_code == 404


def test_before_the_first_publication_nothing_is_found(browser, db):
    for path in ("", "feed.xml", "statement.pdf"):
        assert browser.get(f"/statement/{path}").status_code == 404
    assert "Nothing is published yet" in read(browser.get("/statement/versions/"))


def test_no_page_of_the_statement_takes_a_post(browser, version):
    for path in ("", "versions/", "versions/1/", "feed.xml", "statement.pdf", "compare/1/1/"):
        assert browser.post(f"/statement/{path}").status_code in {403, 405}


def test_a_new_version_is_announced_on_every_page_for_thirty_days(browser, second):
    assert "Our statement changed on" in read(browser.get("/statement/versions/"))
    assert home_notice().url == "/statement/compare/1/2/"
    assert home_notice().words == "A gentler <word>."
    for after, announced in ((timedelta(days=29, hours=23), True), (timedelta(days=30), False)):
        with time_machine.travel(second.in_force_at + after, tick=False):
            assert (home_notice() is not None) is announced
            assert ("Our statement changed on" in read(browser.get("/statement/versions/"))) is announced


def test_the_first_version_is_not_announced_as_a_change(browser, version):
    assert home_notice() is None
    assert "Our statement changed on" not in read(browser.get("/statement/"))


def test_the_footer_shows_when_it_last_changed(browser, version):
    foot = read(browser.get("/statement/versions/")).partition("<footer")[2]
    on = version.in_force_on
    assert f"last changed {on.day}\N{NO-BREAK SPACE}{on:%B}\N{NO-BREAK SPACE}{on.year}" in foot


def test_the_feed_is_atom_with_ids_that_stay(browser, second):
    response = browser.get("/statement/feed.xml")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)  # noqa: S314  our own feed, no entities
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(ATOM + name)) == 1
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Collector Systems, LLC"
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    first_day = queries.find_version(1).published_on.isoformat()
    assert ids == [f"tag:www.collectorsystems.com,{first_day}:statement/{number}" for number in (2, 1)]
    for entry in entries:
        for name in ("id", "title", "updated"):
            assert len(entry.findall(ATOM + name)) == 1
        assert entry.find(f"{ATOM}link").get("href").startswith("https://")
    assert "A gentler <word>. Changed clauses: C1." in entries[0].findtext(f"{ATOM}summary")
    assert browser.get("/statement/feed.xml").content == response.content


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_pdf_says_every_clause_with_its_id_and_can_be_walked(browser, version, language):
    response = browser.get(f"/statement/statement.pdf?language={language}")
    assert response.headers["Content-Type"] == "application/pdf"
    document = PdfReader(io.BytesIO(response.content))
    words = "".join("".join(page.extract_text() for page in document.pages).split())
    text = queries.read_text(version, language)
    for clause, paragraph in text.by_clause.items():
        # A page's foot may stand between the words of a paragraph that runs over; its beginning never does.
        assert "".join(paragraph.words.split())[:60] in words
        assert clause in words
    assert [entry.title for entry in document.outline] == [section.title for section in text.sections]
    assert version.content_hash in words
    assert f"1/{len(document.pages)}" in words
    assert document.metadata.title
    assert document.root_object["/Lang"] == language


def test_the_pdfs_typefaces_are_embedded(browser, version):
    document = PdfReader(io.BytesIO(browser.get("/statement/statement.pdf").content))
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor
