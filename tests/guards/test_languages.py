"""Each language is whole: every string of the program is translated, and a page speaks the language that it names."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import trans_real
from jinja2 import Environment

from scripts import messages
from troth.kernel.crawl import SiteBrowser, fetch, list_paths
from troth.kernel.operator import read_operator

LANGUAGES = [path.parent.parent.name for path in messages.list_catalogues()]
STATEMENT = messages.HOUSE / "operator" / "statement"
CLAUSE = re.compile(r"\{#([A-Z]\d+)\}")
VARIABLE = re.compile(r"\{\{ ?([\w.]+) ?\}\}")

# -- Catalogues -------------------------------------------------------------------------------------------------------


def test_every_language_but_the_first_has_a_catalogue():
    assert {"en", *LANGUAGES} == {code for code, _name in settings.LANGUAGES}
    assert set(read_operator().languages) <= {code for code, _name in settings.LANGUAGES}


def test_every_string_of_the_program_is_translated_and_compiled():
    assert len(messages.gather()) > 1000
    assert messages.check() == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return the German catalogue of a copy, to be spoilt."""
    shutil.copytree(messages.LOCALES, tmp_path / "locale")
    return tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('msgstr "Beitreten"', 'msgstr ""', "not translated: Join"),
        ('msgid "Join"', '#, fuzzy\nmsgid "Join"', "marked as doubtful: Join"),
        ('msgstr "Guten Tag %(greeting)s,"', 'msgstr "Guten Tag,"', "other placeholders than in English"),
        ('msgstr[1] "%(count)s warten."', "", "not translated: One waits."),
        ('msgid "Join"', 'msgid "Join us"', "not translated: Join"),
        ('msgstr "Beitreten"', 'msgstr "Mitmachen"', "django.mo was not made of django.po"),
    ],
)
def test_a_catalogue_that_is_not_whole_is_found(copy, right, wrong, fault):
    text = copy.read_text(encoding="utf-8")
    assert right in text
    copy.write_text(text.replace(right, wrong), encoding="utf-8")
    assert any(fault in found for found in messages.check(copy.parents[2]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_house_style(language):
    path = messages.LOCALES / language / "LC_MESSAGES" / "django.po"
    for message in messages.read_catalogue(path):
        for form in [message.string] if isinstance(message.string, str) else message.string:
            if message.id:
                assert "!" not in form
                assert '"' not in re.sub(r"<[^>]*>", "", form), form
                assert form.count("„") == form.count("“"), form
                assert "”" not in form, form


# -- Templates --------------------------------------------------------------------------------------------------------

MARKS = {"·", "/", "—", "–", "…", ":", ";", ",", ".", "(", ")", "?", "+", "&", "×", "-", "--", "•", "→"}
"""Signs that are the same in every language."""
NAMES = {"SHA-256", "security.txt", "Admin", "JSON", "CSV", "PDF", "ZIP"}
"""Names that are the same in every language."""
SPOKEN = {"alt", "aria-label", "title", "placeholder", "content"}
"""Attributes that a person reads or hears."""


class _BareWords(HTMLParser):
    """Gathers the words of a template that stand there as they are: in no expression, and in no ``{% trans %}``."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at what is read out of a tag; a style sheet and a script hold no words."""
        if tag in {"style", "script"}:
            self._inside.append(tag)
        if tag != "meta":
            self.found += [value for name, value in attrs if name in SPOKEN and value and _has_words(value)]

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet or script."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Look at what stands between tags."""
        if not self._inside and _has_words(data):
            self.found.append(data.strip())


def _has_words(text: str) -> bool:
    left = [word for word in text.split() if word not in MARKS | NAMES]
    return bool(re.search(r"[^\W\d_]{2,}", " ".join(left)))


def find_bare_words(source: str) -> list[str]:
    """Return the bare words of a template."""
    kept, depth = [], 0
    without_classes = re.sub(r"{% block layout %}.*?{% endblock %}", "", source)
    for _line, kind, text in Environment(autoescape=True).lex(without_classes):
        if kind == "block_begin":
            kept.append("\N{NULL}")
        elif kind == "name" and kept[-1:] == ["\N{NULL}"]:
            kept.pop()
            depth += {"trans": 1, "endtrans": -1}.get(text, 0)
        elif kind == "data" and not depth:
            kept.append(text)
    reader = _BareWords()
    reader.feed("".join(kept).replace("\N{NULL}", ""))
    reader.close()
    return reader.found


TEMPLATES = sorted(
    path
    for folder in ("templates", "emails")
    for path in messages.PACKAGE.glob(f"*/{folder}/**/*")
    if path.suffix in {".jinja", ".html", ".txt"}
)


def test_there_are_templates():
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(messages.PACKAGE).as_posix())
def test_no_template_has_words_that_cannot_be_translated(path):
    assert find_bare_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Welcome back</p>", ["Welcome back"]),
        ("<p>{% trans %}Welcome{% endtrans %} back</p>", ["back"]),
        ('<a title="Close it">{{ _("Close") }}</a>', ["Close it"]),
        ("<p>{% trans %}Welcome{% pluralize %}All{% endtrans %} · {{ name }}</p><style>p { margin: 0 }</style>", []),
        ("{# A remark #}<dt>SHA-256</dt>", []),
    ],
)
def test_bare_words_are_found(source, found):
    assert find_bare_words(source) == found


# -- The statement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_promises_the_same_in_each_language(language):
    sections = sorted(path.name for path in (STATEMENT / "en").glob("*.md"))
    assert sections
    assert sorted(path.name for path in (STATEMENT / language).glob("*.md")) == sections
    for name in sections:
        english, translated = ((STATEMENT / each / name).read_text(encoding="utf-8") for each in ("en", language))
        assert CLAUSE.findall(translated) == CLAUSE.findall(english), name
        assert sorted(VARIABLE.findall(translated)) == sorted(VARIABLE.findall(english)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_is_named_in_each_language(language):
    assert all(language in names for names in read_operator().interest_names.values())


# -- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "What we promise"), ("de", "Was wir versprechen")])
def test_a_page_speaks_the_language_that_it_names(language, words):
    answer = fetch(SiteBrowser(headers={"accept-language": language}), "/")
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}" dir="ltr">' in answer.text
    assert words in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_public_page_says_a_translated_sentence_in_english(language):
    """Look for whole English sentences: words that were read before the language was known stay English."""
    catalogue = messages.read_catalogue(messages.LOCALES / language / "LC_MESSAGES" / "django.po")
    singular = [message.id for message in catalogue if isinstance(message.id, str)]
    english = [sentence for sentence in singular if sentence.count(" ") > 3 and "%" not in sentence]
    browser = SiteBrowser(headers={"accept-language": language})
    pages = [fetch(browser, path) for path in list_paths()]
    html = [page for page in pages if page.is_html and page.status == 200]
    assert len(html) > 10
    for page in html:
        assert [sentence for sentence in english if sentence in page.text] == [], page.path


def forget_languages() -> None:
    """Make Django read ``LANGUAGES`` anew: it keeps what it read once, also when a test changes the setting."""
    trans_real.get_languages.cache_clear()
    trans_real._get_supported_language_variant.cache_clear()


@pytest.mark.django_db
def test_a_language_that_runs_from_right_to_left_turns_the_page(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    forget_languages()
    try:
        answer = fetch(SiteBrowser(headers={"accept-language": "ar"}), "/")
    finally:
        forget_languages()
    assert '<html lang="ar" dir="rtl">' in answer.text


STYLES = sorted(messages.PACKAGE.glob("*/static/**/*.css"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)\b|(?:left|right)\s*:|(?:float|clear|text-align)\s*:\s*(?:left|right))"
)
"""What names a side of the screen instead of a side of the line, and so does not turn with the language."""


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_names_a_side_of_the_screen(path):
    assert PHYSICAL.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", ["margin-left: 1rem", "left: 0", "text-align: right", "padding-right:0"])
def test_a_side_of_the_screen_is_found(line):
    assert PHYSICAL.search(line)
    assert not PHYSICAL.search("margin-inline-start: 1rem; inset-inline-end: 0; text-align: end")
